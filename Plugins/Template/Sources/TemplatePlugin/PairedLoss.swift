import Rival

/// The discriminator tells which of a pair is real, and both players' losses see both sides of the pair.
///
/// L_D = E[softplus(D(G(z)) − D(x))], L_G = E[softplus(D(x) − D(G(z)))], x and z paired by their place in the batch:
/// the relativistic standard GAN of Jolicoeur-Martineau 2019, with −log s(a) written as softplus(−a).
public struct PairedLoss: Loss {
  public static let name = "paired"
  public static let summary = "The discriminator tells which of a real and a generated sample is real."
  public static let equation = "L_D = -E[log s(D(x) - D(G(z)))];  L_G = -E[log s(D(G(z)) - D(x))]"
  public static let reference = "Jolicoeur-Martineau 2019, the relativistic standard GAN"

  public init() {}

  public var comparesGeneratorWithReal: Bool { true }

  public func discriminatorLoss(real: Logits, fake: Logits, targets: Targets) -> Tensor {
    softplus(fake.tensor - real.tensor).mean()
  }

  public func generatorLoss(real: Logits, fake: Logits) -> Tensor {
    softplus(real.tensor - fake.tensor).mean()
  }
}
