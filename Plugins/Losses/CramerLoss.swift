import Adversarial
import Components
import Networks
import Tensors

/// The energy distance of the discriminator's embeddings h, whose gradients from samples are unbiased; the critic is
/// f(x) = E|h(x) - h(G(z'))| - |h(x)|.
///
/// The paper's algorithm draws two generated batches; here the second sample is each other one of the same batch. A norm is √(|v|² + 1e-12),
/// which has a derivative at 0.
public struct CramerLoss: Loss {
  public static let name = "cramer"
  public static let aliases = ["cramer-gan": "", "energy-distance-gan": ""]
  public static let summary = "The energy distance between embeddings of real and generated samples; needs a Lipschitz constraint."
  public static let equation =
    "L_D = E|y - y'| - E|y| - E|x - y'| + E|x|;  L_G = 2 E|x - y| - E|y - y'|,  x = h(real), y = h(G(z)), y' = h(G(z'))"
  public static let reference = "Bellemare et al. 2017, algorithm 1"

  public init() {}

  public var kind: LossKind { .embedding }
  public var needsBoundedSlope: Bool { true }
  public var comparesGeneratorWithReal: Bool { true }

  public func discriminatorLoss(real: Logits, fake: Logits, targets: Targets) -> Tensor {
    let (x, y) = (real.tensor.flattened(from: 1), fake.tensor.flattened(from: 1))
    return norm(y, y, isPaired: true) - length(y) - norm(x, y) + length(x)
  }

  public func generatorLoss(real: Logits, fake: Logits) -> Tensor {
    let (x, y) = (real.tensor.flattened(from: 1), fake.tensor.flattened(from: 1))
    return 2 * norm(x, y) - norm(y, y, isPaired: true)
  }

  private func norm(_ left: Tensor, _ right: Tensor, isPaired: Bool = false) -> Tensor {
    let distances = sqrt(squaredDistances(left, right) + 1e-12)
    return isPaired ? meanOfPairs(distances) : distances.mean()
  }

  private func length(_ x: Tensor) -> Tensor { sqrt(square(x).sum(axes: [1]) + 1e-12).mean() }
}
