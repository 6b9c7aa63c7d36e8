/// An operation on tensors that makes no sense: what, with what shapes, and what to try.
///
/// A wrong operation does not crash: it yields an invalid tensor that carries this error, and asking for its value, compiling it, or
/// building a model with it throws the error.
public struct TensorError: Error, Sendable, Hashable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) {
    self.description = description
  }
}
