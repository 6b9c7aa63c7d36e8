/// Adam with β₁ = 0.9, β₂ = 0.99 on a flat vector (Kingma and Ba 2015, algorithm 1).
///
/// It is no `Optimizer`: those are expressions, compiled into a round, and the built-in one is a part that the frame does not know. A search works
/// on numbers outside of any program, since it constrains each point and goes back to its best one.
struct Descent {
  private var m: [Double]
  private var v: [Double]
  private var powers = (1.0, 1.0)

  init(size: Int) {
    m = Array(repeating: 0, count: size)
    v = m
  }

  mutating func move(_ point: inout [Double], against gradient: ArraySlice<Double>, rate: Double) {
    powers = (powers.0 * 0.9, powers.1 * 0.99)
    for (index, slope) in zip(point.indices, gradient) {
      m[index] = 0.9 * m[index] + 0.1 * slope
      v[index] = 0.99 * v[index] + 0.01 * slope * slope
      point[index] -= rate * (m[index] / (1 - powers.0)) / ((v[index] / (1 - powers.1)).squareRoot() + 1e-12)
    }
  }
}
