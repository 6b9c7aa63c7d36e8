import Adversarial
import Components
import Networks
import Tensors

/// The discriminator embeds samples; the maximum mean discrepancy of real and generated embeddings is what the players fight about.
///
/// The estimates leave out a sample's kernel with itself. The attractive loss is that of MMD GANs; the repulsive one lets the discriminator
/// push real embeddings apart and pull generated ones together, so that it attends to what is fine in the data.
public struct MMDLoss: Loss {
  /// How alike two embeddings at distance d are.
  public enum Kernel: String, ComponentChoice {
    /// The sum over widths s of exp(-d² / (2 s²)).
    case gaussian
    /// The sum over widths s of (1 + d² / (2 s))^-s.
    case rationalQuadratic = "rational-quadratic"
  }

  public static let name = "mmd-loss"
  public static let aliases = ["mmd-gan": ""]
  public static let summary = "Kernel discrepancy between the discriminator's embeddings of real and generated samples."
  public static let equation =
    "M = E[k(x, x')] - 2 E[k(x, y)] + E[k(y, y')];  L_G = M;  L_D = -M, or E[k(x, x')] - E[k(y, y')] where isRepulsive"
  public static let reference = "Li et al. 2017; Binkowski et al. 2018, section 2.1; repulsive: Wang et al. 2019, equation 5"
  public static let fieldDescriptions = [
    "isRepulsive": "Whether the discriminator separates the real embeddings, rather than both kinds from each other",
    "kernel": "How alike two embeddings are by their distance",
    "widths": "The kernel's widths, which are summed over; positive, at least one. Rational quadratic kernels often have [0.2 0.5 1 2 5]",
  ]

  /// How alike two embeddings are by their distance.
  public var kernel = Kernel.gaussian
  /// The kernel's widths, which are summed over; positive, at least one. Rational quadratic kernels often have [0.2, 0.5, 1, 2, 5].
  public var widths = [1, 1.4142135623730951, 2, 2.8284271247461903, 4]
  /// Whether the discriminator separates the real embeddings, rather than both kinds from each other.
  public var isRepulsive = false

  public init() {}

  /// A loss with the given kernel.
  public init(
    _ kernel: Kernel, widths: [Double] = [1, 1.4142135623730951, 2, 2.8284271247461903, 4], isRepulsive: Bool = false
  ) {
    self.kernel = kernel
    self.widths = widths
    self.isRepulsive = isRepulsive
  }

  public func validateFields() throws {
    guard !widths.isEmpty, widths.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw ComponentError(component: name, field: "widths", value: widths, expected: "a list of positive numbers, at least one")
    }
  }

  public var kind: LossKind { .embedding }
  public var comparesGeneratorWithReal: Bool { true }

  public func discriminatorLoss(real: Logits, fake: Logits, targets: Targets) -> Tensor {
    guard isRepulsive else { return -discrepancy(real, fake) }
    let (x, y) = (real.tensor.flattened(from: 1), fake.tensor.flattened(from: 1))
    return meanOfPairs(likeness(x, x)) - meanOfPairs(likeness(y, y))
  }

  public func generatorLoss(real: Logits, fake: Logits) -> Tensor { discrepancy(real, fake) }

  private func discrepancy(_ real: Logits, _ fake: Logits) -> Tensor {
    let (x, y) = (real.tensor.flattened(from: 1), fake.tensor.flattened(from: 1))
    return meanOfPairs(likeness(x, x)) - 2 * likeness(x, y).mean() + meanOfPairs(likeness(y, y))
  }

  private func likeness(_ left: Tensor, _ right: Tensor) -> Tensor {
    let distances = squaredDistances(left, right)
    let parts = widths.map { width in
      switch kernel {
      case .gaussian: exp(distances * (-0.5 / (width * width)))
      case .rationalQuadratic: exp(-width * log1p(distances * (0.5 / width)))
      }
    }
    return parts.dropFirst().reduce(parts[0], +)
  }
}
