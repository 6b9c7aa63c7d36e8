import Foundation
import LinearAlgebra
import Metrics

/// Optimal transport with entropy: min ⟨P, C⟩ + ε KL(P ‖ a bᵀ) over the plans P with marginals a and b.
///
/// Sinkhorn's iteration on the dual potentials, with every sum in the log domain so that a small ε does not underflow, and with ε falling
/// to its value during the first rounds (Peyré and Cuturi 2019, sections 4.1 and 4.4; Feydy et al. 2019). Where it converges slowly,
/// over-relaxed rounds follow plain ones (Lehmann et al. 2022, "A note on overrelaxation in the Sinkhorn algorithm").
public struct Sinkhorn: Sendable, Equatable {
  /// The dual potentials f, one for each row, and g, one for each column, in the cost's unit.
  public let rowPotentials: [Double]
  public let columnPotentials: [Double]
  /// The optimal value of the problem, entropy included: ⟨f, a⟩ + ⟨g, b⟩.
  public let value: Double
  /// How many times both potentials were updated.
  public let iterations: Int
  /// Σ |row sums of P − a|: how far the plan is from its marginals. Column sums are exact.
  public let residual: Double
  /// Whether the residual came below the tolerance.
  public let isConverged: Bool
  private let regularization: Double
  private let rowWeights: [Double]
  private let columnWeights: [Double]

  /// The most entries of a cost matrix: 128 MiB of float64.
  public static let largestSize = 1 << 24

  /// Solves the problem.
  ///
  /// - Parameters:
  ///   - cost: finite; one row for each point of the first distribution.
  ///   - rowWeights: a, positive numbers whose sum is 1; equal ones by default.
  ///   - columnWeights: b, as the row weights.
  ///   - regularization: ε > 0, in the cost's unit.
  ///   - tolerance: of the residual.
  ///   - maximumIterations: after which it stops all the same; see ``isConverged``.
  /// - Throws: `MetricError` where a cost or weight makes no sense, or the problem is too large.
  public init(
    cost: Matrix, rowWeights: [Double]? = nil, columnWeights: [Double]? = nil, regularization: Double, tolerance: Double = 1e-9,
    maximumIterations: Int = 10_000
  ) throws {
    precondition(regularization > 0 && tolerance > 0 && maximumIterations >= 1, "regularization, tolerance and iterations are positive")
    let a = try Sinkhorn.weights(rowWeights, count: cost.rows)
    let b = try Sinkhorn.weights(columnWeights, count: cost.columns)
    let largest = try Sinkhorn.checked(cost)
    let transposed = cost.transposed
    let (logA, logB) = (a.map { log($0) }, b.map { log($0) })
    var f = [Double](repeating: 0, count: cost.rows)
    var g = [Double](repeating: 0, count: cost.columns)
    for epsilon in Sinkhorn.schedule(from: largest, to: regularization) {
      f = Sinkhorn.transformed(g, logB, cost, epsilon)
      g = Sinkhorn.transformed(f, logA, transposed, epsilon)
    }
    var relaxation = Relaxation()
    var count = 0
    var error = Double.infinity
    while true {
      let next = Sinkhorn.transformed(g, logB, cost, regularization)
      // The row sums of the present plan are a exp((f − next)/ε).
      error = 0
      for index in f.indices { error += a[index] * abs(exp((f[index] - next[index]) / regularization) - 1) }
      if error <= tolerance || count >= maximumIterations { break }
      f = next
      g = Sinkhorn.transformed(f, logA, transposed, regularization)
      count += 1
      guard let factor = relaxation.factor(afterResidual: error) else { continue }
      for _ in 0..<Relaxation.rounds {
        let rows = Sinkhorn.transformed(g, logB, cost, regularization)
        for index in f.indices { f[index] += factor * (rows[index] - f[index]) }
        let columns = Sinkhorn.transformed(f, logA, transposed, regularization)
        for index in g.indices { g[index] += factor * (columns[index] - g[index]) }
      }
      count += Relaxation.rounds
      f = Sinkhorn.transformed(g, logB, cost, regularization)
      g = Sinkhorn.transformed(f, logA, transposed, regularization)
    }
    rowPotentials = f
    columnPotentials = g
    value = zip(f, a).reduce(0) { $0 + $1.0 * $1.1 } + zip(g, b).reduce(0) { $0 + $1.0 * $1.1 }
    iterations = count
    residual = error
    isConverged = error <= tolerance
    self.regularization = regularization
    self.rowWeights = a
    self.columnWeights = b
  }

  /// The plan: P = a b exp((f + g − C)/ε), for the cost that the problem was solved for.
  public func plan(_ cost: Matrix) -> Matrix {
    precondition(cost.rows == rowPotentials.count && cost.columns == columnPotentials.count, "the plan is for the cost it was solved for")
    var plan = cost
    for row in 0..<cost.rows {
      for column in 0..<cost.columns {
        let exponent = (rowPotentials[row] + columnPotentials[column] - cost[row, column]) / regularization
        plan[row, column] = rowWeights[row] * columnWeights[column] * exp(exponent)
      }
    }
    return plan
  }

  /// ⟨P, C⟩: what the plan costs, entropy left out.
  public func transportCost(_ cost: Matrix) -> Double {
    zip(plan(cost).values, cost.values).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// −ε log Σⱼ wⱼ exp((pⱼ − Cᵢⱼ)/ε) for each row i.
  static func transformed(_ potentials: [Double], _ logWeights: [Double], _ cost: Matrix, _ epsilon: Double) -> [Double] {
    let columns = cost.columns
    let inverse = 1 / epsilon
    let offsets = zip(potentials, logWeights).map { $0 * inverse + $1 }
    var exponents = offsets
    return cost.values.withUnsafeBufferPointer { cost in
      (0..<cost.count / columns).map { row in
        var largest = -Double.infinity
        for column in 0..<columns {
          let exponent = offsets[column] - cost[row * columns + column] * inverse
          exponents[column] = exponent
          if exponent > largest { largest = exponent }
        }
        var sum = 0.0
        // Terms below e⁻⁴⁰ of the largest are below rounding.
        for column in 0..<columns where exponents[column] - largest > -40 { sum += exp(exponents[column] - largest) }
        return -epsilon * (largest + log(sum))
      }
    }
  }

  /// Values of ε that fall by half, from the largest cost down to but without the wanted one.
  static func schedule(from largest: Double, to regularization: Double) -> [Double] {
    var result: [Double] = []
    var epsilon = largest
    while epsilon > regularization {
      result.append(epsilon)
      epsilon /= 2
    }
    return result
  }

  /// The largest cost.
  static func checked(_ cost: Matrix) throws -> Double {
    guard cost.rows > 0, cost.columns > 0 else { throw MetricError("transport needs one or more samples on each side") }
    guard cost.values.count <= largestSize else {
      throw MetricError("transport between \(cost.rows) and \(cost.columns) samples does not fit; at most \(largestSize) pairs do")
    }
    guard cost.values.allSatisfy(\.isFinite) else { throw MetricError("a cost of the transport is not finite") }
    return cost.values.reduce(0) { max($0, abs($1)) }
  }

  static func weights(_ weights: [Double]?, count: Int) throws -> [Double] {
    guard let weights else { return Array(repeating: 1 / Double(max(count, 1)), count: count) }
    guard weights.count == count, weights.allSatisfy({ $0 > 0 && $0.isFinite }), abs(weights.reduce(0, +) - 1) < 1e-9 else {
      throw MetricError("the weights must be \(count) positive numbers whose sum is 1; leave points without weight out")
    }
    return weights
  }
}
