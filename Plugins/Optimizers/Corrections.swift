import Networks
import Tensors

/// 1 − βᵗ, as −expm1(t · ln β): exact where βᵗ is near 1.
func correction(_ beta: Number, _ iteration: Tensor, _ dtype: DType) -> Tensor {
  guard beta != 0 else { return .ones([], dtype: dtype) }
  return -expm1(iteration.converted(to: dtype) * log(beta))
}

extension Parameters {
  /// The type of the parameters.
  var dtype: DType { tensors.first?.dtype ?? .float32 }

  /// The running mean of `self`, a slot, after `values`: decay · self + (1 − decay) · values.
  func moved(to values: Parameters, keeping decay: Number) -> Parameters {
    zipped(with: values) { decay * $0 + (1 - decay) * $1 }
  }
}

/// Throws unless a decay is in [0, 1).
func requireDecay(_ value: Number, _ field: String, of component: String) throws {
  try value.require(field, of: component, "in [0, 1)") { (0..<1).contains($0) }
}
