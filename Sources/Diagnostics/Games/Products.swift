import Adversarial
import Tensors

/// Σ aᵢ·bᵢ.
func dotProduct(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

/// Σ aᵢ².
func squaredLength(_ a: [Double]) -> Double { a.reduce(0) { $0 + $1 * $1 } }

/// Σ aᵢ·bᵢ over all elements of all pairs: a float64 scalar.
func innerProduct(_ left: [Tensor], _ right: [Tensor]) -> Tensor {
  zip(left, right).reduce(Tensor.zeros([], dtype: .float64)) { $0 + ($1.0.converted(to: .float64) * $1.1.converted(to: .float64)).sum() }
}

/// ∂outputs/∂variables · tangents, exactly: the product with the transpose is linear in its cotangents, so its derivative by them along
/// `tangents` is the product itself (Pearlmutter 1994).
///
/// Stopped gradients inside the outputs are followed: the discriminator's gradient takes the generated samples for constants, but it moves
/// when the generator does.
func forwardProduct(
  of outputs: [Tensor], at variables: [Tensor], along tangents: [Tensor], treatingAsConstant constants: [Tensor] = []
) -> [Tensor] {
  let cotangents = outputs.map { Tensor.zeros($0.shape, dtype: $0.dtype) }
  let pulled = gradient(of: innerProduct(outputs, cotangents), at: variables, treatingAsConstant: constants, followingStops: true)
  return gradient(of: innerProduct(pulled, tangents), at: cotangents)
}
