import Components
import Networks
import Tensors

/// A residual block of a discriminator with activations before its convolutions: `[n, h, w, c]` becomes `[n, h / 2, w / 2, filters]`, or keeps
/// its size.
///
/// Path: ReLU, Conv2D of 3, ReLU, Conv2D of 3, AveragePool. Shortcut: Conv2D of 1, AveragePool, or the input itself where nothing changes. The first
/// block has no ReLU in front, and its shortcut pools before it convolves. Parameters: those of its layers, below `path` and `shortcut`.
public struct DiscriminatorBlock: Layer {
  public static let name = "discriminator-block"
  public static let aliases = ["resnet-down": "", "preactivation-block": ""]
  public static let summary = "A residual block that makes images smaller, activations first: SNGAN's and BigGAN's."
  public static let equation = "y = pool(conv(relu(conv(relu(x))))) + pool(conv1x1(x))"
  public static let reference = "Gulrajani et al. 2017, appendix F; Miyato et al. 2018, table 4"
  public static let fieldDescriptions = [
    "downsamples": "Whether height and width are halved",
    "filters": "How many channels the block returns; at least 1",
    "initializer": "How the kernels get their first values",
    "isFirst": "Whether the block sees the images themselves: no activation in front of it",
  ]

  /// How many channels the block returns; at least 1.
  public var filters = 128
  /// Whether height and width are halved.
  public var downsamples = true
  /// Whether the block sees the images themselves: no activation in front of it.
  public var isFirst = false
  /// How the kernels get their first values.
  public var initializer = Initializer.glorotUniform

  public static let leadingFields = ["filters"]

  public init() {}

  /// A block of `filters` channels.
  public init(_ filters: Int, downsamples: Bool = true, isFirst: Bool = false, initializer: Initializer = .glorotUniform) {
    self.filters = filters
    self.downsamples = downsamples
    self.isFirst = isFirst
    self.initializer = initializer
  }

  public func validateFields() throws {
    try checkPositive("filters", filters)
    try initializer.validate(component: name, field: "initializer")
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try x.requireImages()
    let changes = downsamples || x.shape[3] != filters
    let block = Residual {
      if !isFirst { ReLU() }
      Conv2D(filters, kernel: 3, initializer: initializer)
      ReLU()
      Conv2D(filters, kernel: 3, initializer: initializer)
      if downsamples { AveragePool(2) }
    } shortcut: {
      if isFirst, downsamples { AveragePool(2) }
      if changes { Conv2D(filters, kernel: 1, initializer: initializer) }
      if !isFirst, downsamples { AveragePool(2) }
    }
    return try block(x, in: scope)
  }

  public func remedy(forInput shape: Shape) -> String? {
    guard shape.rank == 4 else { return shape.remedyForImages }
    return min(shape[1], shape[2]) < 2 ? "set downsamples: false, or leave the block out" : nil
  }
}
