import Adversarial
import Tensors

/// The draws of each image: what happens to it with a probability, and how.
struct ImageDraws {
  let round: Round
  let role: SampleRole
  let probability: Tensor
  let images: Tensor

  private var each: Shape { [images.shape[0], 1, 1, 1] }
  var zero: Tensor { .zeros(each, dtype: images.dtype) }

  func uniform(_ name: String) -> Tensor { round.randomUniform("\(role)/\(name)", each, dtype: images.dtype) }
  func normal(_ name: String) -> Tensor { round.randomNormal("\(role)/\(name)", each, dtype: images.dtype) }
  /// 2 to the power of a normal number.
  func doubled(_ name: String, _ deviation: Double) -> Tensor { exp(normal(name) * (deviation * 0.693147180559945309417)) }

  func chosen(_ name: String, _ value: Tensor, else other: Double, probability: Tensor? = nil) -> Tensor {
    select(uniform("\(name)-chosen").isLess(than: probability ?? self.probability), value, zero + other)
  }
}
