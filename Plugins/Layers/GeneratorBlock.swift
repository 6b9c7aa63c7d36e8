import Components
import Networks
import Tensors

/// A residual block of a generator with normalizations before its activations: `[n, h, w, c]` becomes `[n, h · 2, w · 2, filters]`, or keeps its
/// size.
///
/// Path: normalization, ReLU, enlargement, Conv2D of 3, normalization, ReLU, Conv2D of 3. Shortcut: enlargement and Conv2D of 1, or the input
/// itself where nothing changes. Parameters: those of its layers, below `path` and `shortcut`.
public struct GeneratorBlock: Layer {
  /// What stands before the activations.
  public enum Normalization: String, ComponentChoice {
    case none
    case batch
    /// Batch normalization with a scale and shift for each class.
    case conditionalBatch = "conditional-batch"
    /// Batch normalization with a scale and shift that are linear functions of the condition, such as the style of a ``StyleNetwork``.
    case modulatedBatch = "modulated-batch"
  }

  public static let name = "generator-block"
  public static let aliases = ["resnet-up": ""]
  public static let summary = "A residual block that enlarges images: SNGAN's and, with a modulated normalization, BigGAN's."
  public static let equation = "y = conv(up(relu(norm(x)))) -> conv(relu(norm(.))) + conv1x1(up(x))"
  public static let reference = "Gulrajani et al. 2017, appendix F; Miyato et al. 2018, table 4; Brock et al. 2019, figure 15"
  public static let fieldDescriptions = [
    "condition": "The condition of a conditional or modulated batch normalization; 'label' by default",
    "filters": "How many channels the block returns; at least 1",
    "initializer": "How the kernels get their first values",
    "normalization": "What stands before the activations",
    "upsamples": "Whether height and width double",
  ]

  /// How many channels the block returns; at least 1.
  public var filters = 256
  /// Whether height and width double.
  public var upsamples = true
  /// What stands before the activations.
  public var normalization = Normalization.batch
  /// The condition of a conditional or modulated batch normalization; `label` by default.
  public var condition = "label"
  /// How the kernels get their first values.
  public var initializer = Initializer.glorotUniform

  public static let leadingFields = ["filters"]

  public init() {}

  /// A block of `filters` channels.
  public init(
    _ filters: Int, upsamples: Bool = true, normalization: Normalization = .batch, condition: String = "label",
    initializer: Initializer = .glorotUniform
  ) {
    self.filters = filters
    self.upsamples = upsamples
    self.normalization = normalization
    self.condition = condition
    self.initializer = initializer
  }

  public var mixesSamples: Bool { normalization != .none }
  public var usesBatchStatistics: Bool { normalization != .none }
  public var learnsScale: Bool { normalization != .none }

  public func validateFields() throws {
    try checkPositive("filters", filters)
    try initializer.validate(component: name, field: "initializer")
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try x.requireImages()
    return try residual(channels: x.shape[3])(x, in: scope)
  }

  /// The block in other layers.
  private func residual(channels: Int) -> Residual {
    Residual {
      normalizing
      ReLU()
      if upsamples { Upsample(2) }
      Conv2D(filters, kernel: 3, initializer: initializer)
      normalizing
      ReLU()
      Conv2D(filters, kernel: 3, initializer: initializer)
    } shortcut: {
      if upsamples { Upsample(2) }
      if upsamples || channels != filters { Conv2D(filters, kernel: 1, initializer: initializer) }
    }
  }

  private var normalizing: (any Layer)? {
    switch normalization {
    case .none: nil
    case .batch: BatchNorm()
    case .conditionalBatch: ConditionalBatchNorm(condition)
    case .modulatedBatch: SelfModulatedBatchNorm(condition, hidden: 0)
    }
  }

  public func remedy(forInput shape: Shape) -> String? { shape.remedyForImages }
}
