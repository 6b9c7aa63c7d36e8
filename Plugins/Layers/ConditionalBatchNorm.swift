import Components
import Networks
import Tensors

/// Batch normalization whose scale and shift belong to the sample's class: `[n, channels]` or `[n, height, width, channels]`.
///
/// The statistics are those of all samples together, as in ``BatchNorm``; only γ and β are looked up by class. Parameters: `gamma` (ones) and
/// `beta` (zeros), each `[classes, channels]`; state: `moving_mean` and `moving_variance`.
public struct ConditionalBatchNorm: Layer {
  public static let name = "conditional-batch-norm"
  public static let summary = "Batch normalization with a scale and shift for each class."
  public static let equation = "y = gamma_c (x - mean) / sqrt(variance + epsilon) + beta_c"
  public static let reference = "Dumoulin et al. 2017, equation 5; de Vries et al. 2017, section 3"
  public static let fieldDescriptions = [
    "condition": "The condition's name, a field of classes; 'label' by default",
    "epsilon": "What is added to the variance; positive",
    "momentum": "The weight of the newest batch in the running averages, in (0, 1]",
  ]

  /// The condition's name, a field of classes; `label` by default.
  public var condition = "label"
  /// The weight of the newest batch in the running averages, in (0, 1].
  public var momentum = 0.1
  /// What is added to the variance; positive.
  public var epsilon = 1e-5

  public static let leadingFields = ["condition"]

  public init() {}

  /// A normalization for the given condition.
  public init(_ condition: String, momentum: Double = 0.1, epsilon: Double = 1e-5) {
    self.condition = condition
    self.momentum = momentum
    self.epsilon = epsilon
  }

  public var mixesSamples: Bool { true }
  public var usesBatchStatistics: Bool { true }
  public var learnsScale: Bool { true }

  public func validateFields() throws {
    try check("momentum", momentum, momentum > 0 && momentum <= 1, "a number in (0, 1]")
    try check("epsilon", epsilon, epsilon > 0 && epsilon.isFinite, "a positive number")
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try x.validated()
    guard x.rank >= 2 else { throw NetworkError("it needs a channel dimension, as in [N, channels]") }
    let channels = x.shape[-1]
    let oneHot = try scope.condition(condition).oneHot(dtype: x.dtype)
    let shape: Shape = [oneHot.shape[1], channels]
    let wide = Shape([x.shape[0]] + Array(repeating: 1, count: x.rank - 2) + [channels])
    let gamma = matmul(oneHot, try scope.parameter("gamma", shape, initializer: .ones, isTable: true)).reshaped(wide)
    let beta = matmul(oneHot, try scope.parameter("beta", shape, initializer: .zeros, isTable: true)).reshaped(wide)
    let (centred, scale) = try x.batchNormalized(in: scope, momentum: momentum, epsilon: epsilon)
    return centred * scale * gamma + beta
  }

  public func remedy(forInput shape: Shape) -> String? {
    if shape.rank == 1 { return "put Reshape([1]) before it" }
    return shape.rank >= 2 && shape.elementCount == shape[-1] ? "train with at least 2 samples in a batch" : nil
  }
}
