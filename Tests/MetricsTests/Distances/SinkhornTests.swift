import Foundation
import LinearAlgebra
import MetricParts
import Metrics
import Tensors
import Testing

@Suite struct SinkhornTests {
  @Test func twoPoints() throws {
    let cost = Matrix(rows: 2, columns: 2, values: [0, 1, 1, 0])
    for epsilon in [1, 0.1] {
      let solution = try Sinkhorn(cost: cost, regularization: epsilon)
      let plan = solution.plan(cost)
      let expected = 0.5 / (1 + exp(-1 / epsilon))
      #expect(solution.isConverged)
      #expect(agree(plan[0, 0], expected, 1e-9) && agree(plan[1, 1], expected, 1e-9))
      #expect(agree(solution.transportCost(cost), 1 - 2 * expected, 1e-9))
      // The value by its definition.
      let entropy = plan.values.reduce(0) { $0 + $1 * log($1 / 0.25) }
      #expect(agree(solution.value, 1 - 2 * expected + epsilon * entropy, 1e-9))
    }
    #expect(agree(try Sinkhorn(cost: cost, regularization: 1).plan(cost)[0, 0], 0.365_529_289_3, 1e-9))
    #expect(agree(try Sinkhorn(cost: cost, regularization: 0.1).plan(cost)[0, 0], 0.499_977_301_0, 1e-9))
  }

  /// Places and weights of a normal distribution on a fine grid.
  private func grid(mean: Double, variance: Double) -> (places: [Double], weights: [Double]) {
    let deviation = variance.squareRoot()
    let places = (-75...75).map { mean + 8 * deviation * Double($0) / 75 }
    let densities = places.map { exp(-($0 - mean) * ($0 - mean) / (2 * variance)) }
    let sum = densities.reduce(0, +)
    return (places, densities.map { $0 / sum })
  }

  private func cost(_ a: [Double], _ b: [Double]) -> Matrix {
    Matrix(rows: a.count, columns: b.count, values: a.flatMap { x in b.map { (x - $0) * (x - $0) } })
  }

  /// The entropic cost of two normal distributions, ε = 2σ² (Janati et al. 2020, theorem 1).
  private func closedForm(_ m: Double, _ a: Double, _ b: Double, _ s: Double) -> Double {
    let d = (4 * a * b + s * s).squareRoot()
    return m * m + a + b - d + s * (1 - log(2 * s)) + s * log(d + s)
  }

  @Test func normalDistributions() throws {
    let cases: [(m: Double, a: Double, b: Double, expected: Double)] = [
      (1, 1, 1, 1.908_754_008_2), (1, 1, 4, 3.224_356_679_9), (0, 1, 1, 0.908_754_008_2),
    ]
    for (m, a, b, expected) in cases {
      #expect(agree(closedForm(m, a, b, 0.5), expected, 1e-9))
      let (x, y) = (grid(mean: 0, variance: a), grid(mean: m, variance: b))
      let solution = try Sinkhorn(
        cost: cost(x.places, y.places), rowWeights: x.weights, columnWeights: y.weights, regularization: 1, tolerance: 1e-12)
      #expect(agree(solution.value, expected, 1e-9))
    }
    for (m, b, expected) in [(1.0, 1.0, 1.0), (1, 4, 1.992_309_330_5)] {
      let (x, y) = (grid(mean: 0, variance: 1), grid(mean: m, variance: b))
      let across = try Sinkhorn(cost: cost(x.places, y.places), rowWeights: x.weights, columnWeights: y.weights, regularization: 1)
      let own = try [x, y].map {
        try SinkhornDivergence.selfTransport(cost: cost($0.places, $0.places), weights: $0.weights, regularization: 1)
      }
      #expect(agree(across.value - (own[0] + own[1]) / 2, expected, 1e-8))
    }
  }

  @Test func littleRegularizationIsExactTransport() throws {
    let x = try DistanceSamples.normal(40, dimension: 2, key: Key(seed: 1))
    let y = try DistanceSamples.normal(40, dimension: 2, shift: 1, key: Key(seed: 2))
    let exact = try WassersteinDistance.cost(x, y, order: 2)
    let divergence = try SinkhornDivergence.between(x, y, regularization: 0.002, tolerance: 1e-4, maximumIterations: 20_000)
    // OT_ε exceeds OT by at most ε log 40 on each part, twice over.
    #expect(agree(divergence, exact, 0.002 * 2 * log(40)))
    #expect(agree(try SinkhornDivergence.between(x, x, regularization: 0.1, tolerance: 1e-6), 0, 1e-6))
  }

  @Test func separateClustersOfUnequalMassConverge() throws {
    // Mass must pass between clusters that little regularization all but cuts apart: plain rounds alone take many thousands of steps.
    func clusters(_ counts: [Int], key: Key) throws -> SampleSet {
      let noise = RandomOrder.normal(count: counts.reduce(0, +), key: key)
      let centres = counts.enumerated().flatMap { Array(repeating: 4 * Double($0.offset), count: $0.element) }
      return try SampleSet(zip(centres, noise).map { Float($0 + 0.1 * $1) }, dimension: 1)
    }
    let x = try clusters([30, 30, 30], key: Key(seed: 6))
    let y = try clusters([50, 10, 30], key: Key(seed: 7))
    let cost = Matrix(rows: 90, columns: 90, values: x.axis(0).flatMap { a in y.axis(0).map { (a - $0) * (a - $0) } })
    let solution = try Sinkhorn(cost: cost, regularization: 2, tolerance: 1e-9, maximumIterations: 2_000)
    #expect(solution.isConverged && solution.iterations < 2_000)
    // No gap between the dual value and what the plan costs with its entropy.
    let entropy = solution.plan(cost).values.reduce(0) { $1 > 0 ? $0 + $1 * log($1 * 8_100) : $0 }
    #expect(agree(solution.value, solution.transportCost(cost) + 2 * entropy, 1e-7))
  }

  @Test func marginalsAreKeptAndFailuresAreNamed() throws {
    let x = try DistanceSamples.normal(30, dimension: 3, key: Key(seed: 3))
    let y = try DistanceSamples.normal(20, dimension: 3, shift: 1, key: Key(seed: 4))
    let matrix = Matrix(rows: 30, columns: 20, values: RandomOrder.uniform(count: 600, key: Key(seed: 5)))
    let weights = (1...20).map { Double($0) / 210 }
    let plan = try Sinkhorn(cost: matrix, columnWeights: weights, regularization: 0.05).plan(matrix)
    for row in 0..<30 { #expect(agree((0..<20).reduce(0) { $0 + plan[row, $1] }, 1.0 / 30, 1e-9)) }
    for column in 0..<20 { #expect(agree((0..<30).reduce(0) { $0 + plan[$1, column] }, weights[column], 1e-9)) }
    #expect(throws: MetricError.self) { try SinkhornDivergence.between(x, y, regularization: 0.001, maximumIterations: 2) }
    #expect(throws: MetricError.self) { try Sinkhorn(cost: matrix, rowWeights: [1], regularization: 1) }
    #expect(throws: MetricError.self) { try Sinkhorn(cost: Matrix(rows: 0, columns: 0), regularization: 1) }
    // A cost a million times the regularization underflows nothing.
    let huge = Matrix(rows: 2, columns: 2, values: [0, 1e6, 1e6, 0])
    #expect(agree(try Sinkhorn(cost: huge, regularization: 1).transportCost(huge), 0, 1e-9))
  }
}
