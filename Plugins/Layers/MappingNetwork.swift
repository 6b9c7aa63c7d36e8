import Components
import Networks
import Tensors

/// From latent vectors to styles: `[n, features]`, divided by the root of their mean square, through layers of equal width to `[n, units]`.
///
/// Weights are stored divided by `rateFactor` and multiplied by it and by 1 / √inputs where they are used, so that they learn slower by that factor.
///
/// Parameters: `weight_0` `[inputs, units]`, normal with deviation 1 / `rateFactor`, and `bias_0` `[units]`, and so on.
public struct MappingNetwork: Layer {
  public static let name = "mapping-network"
  public static let summary = "Layers from latent vectors to styles, with weights that learn slowly."
  public static let equation =
    "y = sqrt(2) lrelu(x W rateFactor / sqrt(inputs) + rateFactor b), layers times, of the input divided by its root mean square"
  public static let reference = "Karras et al. 2019, A style-based generator, section 2 and appendix C"
  public static let fieldDescriptions = [
    "layers": "How many layers there are; at least 1",
    "normalizes": "Whether the input is divided by the root of its mean square",
    "rateFactor": "By how much slower the weights learn, positive; 0.01 in the paper",
    "units": "How many numbers each layer returns; at least 1",
  ]

  /// How many layers there are; at least 1.
  public var layers = 8
  /// How many numbers each layer returns; at least 1.
  public var units = 512
  /// By how much slower the weights learn, positive; 0.01 in the paper.
  public var rateFactor = 0.01
  /// Whether the input is divided by the root of its mean square.
  public var normalizes = true

  public init() {}

  /// A mapping of the given depth and width.
  public init(layers: Int, units: Int = 512, rateFactor: Double = 0.01, normalizes: Bool = true) {
    self.layers = layers
    self.units = units
    self.rateFactor = rateFactor
    self.normalizes = normalizes
  }

  public func validateFields() throws {
    try checkPositive("layers", layers)
    try checkPositive("units", units)
    try check("rateFactor", rateFactor, rateFactor > 0 && rateFactor.isFinite, "a positive number")
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try x.requireVectors()
    var y = normalizes ? x * reciprocalSquareRoot(square(x).mean(axes: [1], keepingDimensions: true) + 1e-8) : x
    for layer in 0..<layers {
      let inputs = y.shape[1]
      let weight = try scope.parameter("weight_\(layer)", [inputs, units], initializer: .normal(standardDeviation: 1 / rateFactor))
      let bias = try scope.parameter("bias_\(layer)", [units], initializer: .zeros)
      y = matmul(y, weight * (rateFactor / Double(inputs).squareRoot())) + bias * rateFactor
      y = leakyReLU(y, slope: 0.2) * 2.0.squareRoot()
    }
    return y
  }

  public func remedy(forInput shape: Shape) -> String? { shape.remedyForVectors }
}
