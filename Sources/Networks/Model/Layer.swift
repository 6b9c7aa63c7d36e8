import Components
import Tensors

/// A part of a network: an immutable description with one method.
///
/// A layer holds no weights. It asks its scope for what it needs, so the same description can be built, copied, stored and resumed.
///
/// ```swift
/// public struct Scale: Layer {
///   public static let name = "scale"
///   public static let summary = "Multiplies each feature by a learned factor."
///   public init() {}
///
///   public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
///     x * (try scope.parameter("factor", [x.shape[-1]], initializer: .ones))
///   }
/// }
/// ```
public protocol Layer: Component {
  /// Returns the layer's output for a batch `x`, whose first dimension counts samples.
  ///
  /// - Throws: `NetworkError` or `TensorError` where the input's shape does not suit the layer.
  func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor

  /// Whether a sample's output depends on the other samples of its batch (batch norm, minibatch discrimination): per-sample gradient
  /// penalties have no meaning then.
  var mixesSamples: Bool { get }

  /// Whether samples are standardized by statistics of their batch (batch norm), so that the gradient of one sample alone has no meaning at all.
  var usesBatchStatistics: Bool { get }

  /// Whether it learns a factor of its normalized input that starts at 1 (batch norm, layer norm): what bounds weights bounds that factor too.
  var learnsScale: Bool { get }

  /// The range that the layer's outputs cannot leave: 0…1 for a sigmoid; `nil`, the default, where there is none.
  var outputRange: ClosedRange<Double>? { get }

  /// What to try when an input of `shape` does not fit, as one imperative sentence.
  func remedy(forInput shape: Shape) -> String?

  /// The fields that a value without a name sets where the layer is written, as in `Dense(128)`; none by default.
  static var leadingFields: [String] { get }

  /// The layer of Keras that computes the same of a batch of `shape` with the same weights; `nil`, the default, where there is none.
  func kerasForm(forInput shape: Shape) -> KerasForm?
}

/// What Keras calls a layer, and in which order it numbers the layer's tensors.
public struct KerasForm: Sendable, Hashable {
  /// The name of the class in small letters, with underscores: `conv2d_transpose`.
  public var name: String
  /// The layer's own names of its tensors, in the order of Keras' variables; those that the layer does not have are passed over.
  public var tensors: [String]

  /// A layer that Keras has under another name.
  public init(_ name: String, tensors: [String]) {
    (self.name, self.tensors) = (name, tensors)
  }
}

extension Layer {
  public var mixesSamples: Bool { false }
  public var usesBatchStatistics: Bool { false }
  public var learnsScale: Bool { false }
  public var outputRange: ClosedRange<Double>? { nil }
  public func remedy(forInput shape: Shape) -> String? { nil }
  public static var leadingFields: [String] { [] }
  public func kerasForm(forInput shape: Shape) -> KerasForm? { nil }

  /// The layer as a person writes it: `dense(units: 128)`.
  public var summaryLine: String { ComponentFields.summary(of: self) }
}
