import Components
import Networks
import Tensors

/// Lets every pixel look at all others: a sum of their features, weighted by likeness, is added to each. `[n, height, width, channels]`.
///
/// Height · width squared weights are formed for each image. gamma begins at 0, so that the layer begins as the identity. BigGAN's variant is
/// `valueReduction: 2, pools: true`.
///
/// Parameters: `key` and `query` `[channels, channels / reduction]`, `value` `[channels, channels / valueReduction]`, `output` back, `gamma` `[1]`.
public struct SelfAttention: Layer {
  public static let name = "self-attention"
  public static let aliases = ["attention": "", "non-local": ""]
  public static let summary = "Adds to each pixel a sum of all pixels' features, weighted by likeness."
  public static let equation = "y_j = x_j + gamma (sum_i softmax_i(key_i . query_j) value_i) O,  key, query, value = x W"
  public static let reference = "Zhang et al. 2019, Self-attention GANs, equations 1 to 3; pooled as in Brock et al. 2019"
  public static let fieldDescriptions = [
    "initializer": "How the weights get their first values",
    "pools": "Whether keys and values are the maxima of 2 x 2 pixels, which makes a quarter of the weights",
    "reduction": "By how much keys and queries have fewer channels than the input; at least 1",
    "valueReduction": "By how much values have fewer channels than the input; at least 1",
  ]

  /// By how much keys and queries have fewer channels than the input; at least 1.
  public var reduction = 8
  /// By how much values have fewer channels than the input; at least 1.
  public var valueReduction = 8
  /// Whether keys and values are the maxima of 2 × 2 pixels, which makes a quarter of the weights.
  public var pools = false
  /// How the weights get their first values.
  public var initializer = Initializer.glorotUniform

  public init() {}

  /// A self-attention with the given numbers of channels.
  public init(reduction: Int, valueReduction: Int = 8, pools: Bool = false, initializer: Initializer = .glorotUniform) {
    self.reduction = reduction
    self.valueReduction = valueReduction
    self.pools = pools
    self.initializer = initializer
  }

  public func validateFields() throws {
    try checkPositive("reduction", reduction)
    try checkPositive("valueReduction", valueReduction)
    try initializer.validate(component: name, field: "initializer")
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try x.requireImages()
    let (n, pixels, channels) = (x.shape[0], x.shape[1] * x.shape[2], x.shape[3])
    let (small, wide) = (max(channels / reduction, 1), max(channels / valueReduction, 1))
    let flat = x.reshaped([n * pixels, channels])
    func part(_ name: String, _ size: Int, pooled: Bool) throws -> Tensor {
      let y = matmul(flat, try scope.parameter(name, [channels, size], initializer: initializer))
      guard pooled else { return y.reshaped([n, pixels, size]) }
      let slices = try PoolingWindows(window: 2, stride: 2).slices(of: y.reshaped([n, x.shape[1], x.shape[2], size]))
      return slices.dropFirst().reduce(slices[0], maximum).reshaped([n, -1, size])
    }
    let (keys, queries) = (try part("key", small, pooled: pools), try part("query", small, pooled: false))
    let values = try part("value", wide, pooled: pools)
    let attention = matmul(queries, keys.transposed([0, 2, 1])).softmax()
    let seen = matmul(attention, values).reshaped([n * pixels, wide])
    let output = matmul(seen, try scope.parameter("output", [wide, channels], initializer: initializer))
    return x + (try scope.parameter("gamma", [1], initializer: .zeros)) * output.reshaped(x.shape)
  }

  public func remedy(forInput shape: Shape) -> String? { shape.remedyForImages }
}
