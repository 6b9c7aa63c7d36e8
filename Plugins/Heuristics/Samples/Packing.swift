import Adversarial
import Components
import Networks
import Tensors

/// The discriminator sees m samples at once, all real or all generated, so that it can tell samples that are too much alike (PacGAN).
///
/// The channels, or numbers, of m samples stand beside each other: D(x₁, …, xₘ). The batch is a multiple of m.
public struct Packing: Heuristic {
  public static let name = "packing"
  public static let aliases = ["pacgan": ""]
  public static let summary = "The discriminator sees several samples at once."
  public static let equation = "D(x_1, ..., x_m)"
  public static let reference = "Lin et al. 2018 (PacGAN)"
  public static let fieldDescriptions = ["size": "How many samples m make a pack, at least 2; the batch is a multiple of it"]

  /// m, at least 2; the batch is a multiple of it.
  public var size: Int = 2

  public init() {}

  public init(size: Int) {
    self.size = size
  }

  public func validateFields() throws {
    guard (2...1_000).contains(size) else { throw ComponentError(component: name, field: "size", value: size, expected: "from 2 to 1000") }
  }

  public func review(_ gan: GAN) -> [Notice] {
    guard gan.heuristics.count(where: { $0 is Packing }) > 1 else { return [] }
    return [Notice(.error, "there is more than one \(name), which makes packs of packs; keep one, with the size of both together")]
  }

  public func seenShape(_ shape: Shape) -> Shape {
    guard let last = shape.last else { return shape }
    return Shape(shape.dimensions.dropLast() + [last * size])
  }

  public func joined(_ samples: Tensor) -> Tensor {
    guard samples.rank >= 2, samples.shape[0] % size == 0 else {
      return .invalid(
        samples.failure
          ?? TensorError(
            "\(name): a batch of \(samples.shape) cannot be divided into packs of \(size); choose a batch size that is a multiple of it"))
    }
    let packs = samples.reshaped(Shape([samples.shape[0] / size, size] + samples.shape.dropFirst())).movingAxis(1, to: samples.rank - 1)
    return packs.reshaped(Shape([samples.shape[0] / size] + seenShape(Shape(Array(samples.shape.dropFirst())))))
  }
}
