/// An array as an expression: its shape and type are known at once, its values are computed when somebody asks.
///
/// ```swift
/// let x = Tensor([1, 2, 3])
/// let y = (x * x).sum()
/// try y.item()                                  // 14
/// try gradient(of: y, at: x).scalars()          // [2, 4, 6]
/// ```
///
/// A wrong operation (shapes that do not fit, mixed types) yields an invalid tensor: ``failure`` says why, and asking for its values
/// throws that.
public struct Tensor: Sendable {
  package let node: Node

  package init(node: Node) {
    self.node = node
  }

  /// The sizes of the dimensions.
  public var shape: Shape { node.shape }
  /// The type of the elements.
  public var dtype: DType { node.dtype }
  /// How many dimensions the tensor has.
  public var rank: Int { node.shape.rank }
  /// How many elements the tensor has.
  public var elementCount: Int { node.shape.elementCount }
  /// Why the tensor is invalid; `nil` for a valid one.
  public var failure: TensorError? { node.failure }

  /// Returns the tensor, or throws its failure.
  @discardableResult
  public func validated() throws -> Tensor {
    if let failure { throw failure }
    return self
  }

  /// An invalid tensor that carries `error`; every operation on it carries it on.
  public static func invalid(_ error: TensorError, shape: Shape = [], dtype: DType = .float32) -> Tensor {
    Tensor(node: Node(.fill(.nan), inputs: [], shape: shape, dtype: dtype, failure: error))
  }

  static func invalid(_ message: String) -> Tensor {
    invalid(TensorError(message))
  }

  /// The one way in which operations make tensors: an invalid operand makes the result invalid.
  package static func make(_ primitive: Primitive, _ inputs: [Tensor], shape: Shape, dtype: DType) -> Tensor {
    for input in inputs {
      if let failure = input.failure {
        return invalid(failure, shape: shape, dtype: dtype)
      }
    }
    if let failure = shape.failure { return invalid(failure) }
    let type = TensorType(shape, dtype)
    assert(
      primitive.inferredType(of: inputs.map(TensorType.init), declared: type) == type,
      "\(primitive.kind.rawValue) of \(inputs.map(TensorType.init)) is not \(type)")
    return Tensor(node: Node(primitive, inputs: inputs.map(\.node), shape: shape, dtype: dtype))
  }
}

extension Tensor: CustomStringConvertible {
  public var description: String {
    if let failure { return "Tensor(invalid: \(failure))" }
    return "Tensor(\(shape), \(dtype.rawValue))"
  }
}
