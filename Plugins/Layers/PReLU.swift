import Components
import Networks
import Tensors

/// A leaky rectifier whose slope is learned, one for each channel: `[n, …, channels]`.
///
/// Parameters: `slope` `[channels]`, or `[1]` where it is shared.
public struct PReLU: Layer {
  public static let name = "prelu"
  public static let summary = "Multiplies negative values by a learned slope."
  public static let equation = "y = x where x > 0, slope x elsewhere"
  public static let reference = "He et al. 2015, Delving deep into rectifiers, equation 1"
  public static let fieldDescriptions = [
    "initial": "The slope at first",
    "isShared": "Whether all channels share one slope",
  ]

  /// The slope at first.
  public var initial = 0.25
  /// Whether all channels share one slope.
  public var isShared = false

  public init() {}

  /// A rectifier whose slopes begin at `initial`.
  public init(initial: Double, isShared: Bool = false) {
    self.initial = initial
    self.isShared = isShared
  }

  public func validateFields() throws { try check("initial", initial, initial.isFinite, "a finite number") }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try x.validated()
    guard x.rank >= 2 else { throw NetworkError("it needs a channel dimension, as in [N, channels]") }
    let slope = try scope.parameter("slope", [isShared ? 1 : x.shape[-1]], initializer: .constant(initial))
    return relu(x) - slope * relu(-x)
  }

  public func remedy(forInput shape: Shape) -> String? { shape.rank == 1 ? "put Reshape([1]) before it" : nil }
}
