import Adversarial
import Components
import Networks
import Tensors

/// Divides what the discriminator says by its own slope, which makes it 1-Lipschitz wherever it is piecewise linear, whatever its layers are.
///
/// D̂(x) = D(x) / (‖∇ₓ D(x)‖ + |D(x)|), in −1…1. Losses get D̂, and so do diagnostics.
public struct GradientNormalization: Heuristic {
  public static let name = "gradient-normalization"
  public static let aliases = ["gn-gan": "", "gngan": ""]
  public static let summary = "The discriminator's output divided by its slope."
  public static let equation = "D(x) / (|| grad_x D(x) || + |D(x)|)"
  public static let reference = "Wu et al. 2021 (Gradient normalization for GANs)"

  public var boundsSlope: Bool { true }

  public init() {}

  public func review(_ gan: GAN) -> [Notice] {
    var notices = perSampleNotices(name, gan, Self.reference)
    if let other = gan.heuristics.first(where: { $0.boundsSlope && !($0 is GradientNormalization) }) {
      notices.append(
        Notice(
          .warning,
          "\(name) bounds the slope of what losses see, and \(other.name) that of the raw output, which is divided out; use one of them",
          reference: Self.reference))
    }
    if gan.heuristics.count(where: { $0 is GradientNormalization }) > 1 {
      notices.append(Notice(.error, "there is more than one \(name), and the second would divide by the slope of the first; keep one"))
    }
    return notices
  }

  public func logits(_ logits: Logits, of images: Images, role: SampleRole, in round: Round) throws -> Logits {
    let output = logits.tensor
    let slope = square(gradient(of: output.sum(), at: images.tensor)).flattened(from: 1).sum(axes: [1])
    // 1e-12 keeps the root's derivative finite where the slope is exactly zero.
    let norm = sqrt(slope + 1e-12).reshaped(Shape([output.shape[0]] + output.shape.dropFirst().map { _ in 1 }))
    return Logits(output / (norm + abs(output)))
  }
}
