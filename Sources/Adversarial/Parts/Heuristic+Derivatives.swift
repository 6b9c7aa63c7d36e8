import Tensors

/// Derivatives inside a heuristic, where the hook of the same name would hide the free functions.
extension Heuristic {
  /// The gradient of a scalar with respect to a tensor that it is computed from.
  public func gradient(of loss: Tensor, at variable: Tensor) -> Tensor { Tensors.gradient(of: loss, at: variable) }

  /// The gradients of a scalar with respect to several tensors.
  public func gradient(of loss: Tensor, at variables: [Tensor]) -> [Tensor] { Tensors.gradient(of: loss, at: variables) }
}
