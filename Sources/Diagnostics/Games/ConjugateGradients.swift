import LinearAlgebra

/// The solution of a symmetric positive definite system by conjugate gradients (Hestenes and Stiefel 1952).
struct ConjugateGradients {
  let solution: [Double]
  /// ‖b − A x‖ / ‖b‖ as the iteration carries it.
  let residual: Double
  /// Whether a direction of negative curvature was met: the matrix is not positive definite.
  let metNegativeCurvature: Bool

  /// Solves (A + damping · 1) x = b.
  init(_ matrix: LinearOperator, _ right: [Double], damping: Double, tolerance: Double, iterations: Int) throws {
    var x = [Double](repeating: 0, count: right.count)
    var rest = right
    var direction = right
    let scale = squaredLength(right)
    var square = scale
    var negative = false
    var steps = 0
    while square > tolerance * tolerance * scale, steps < iterations {
      var image = try matrix.apply(direction)
      for index in image.indices { image[index] += damping * direction[index] }
      let curvature = dotProduct(direction, image)
      guard curvature > 0 else {
        negative = true
        break
      }
      let length = square / curvature
      for index in x.indices {
        x[index] += length * direction[index]
        rest[index] -= length * image[index]
      }
      let next = squaredLength(rest)
      for index in direction.indices { direction[index] = rest[index] + next / square * direction[index] }
      square = next
      steps += 1
    }
    solution = x
    residual = scale > 0 ? (square / scale).squareRoot() : 0
    metNegativeCurvature = negative
  }
}
