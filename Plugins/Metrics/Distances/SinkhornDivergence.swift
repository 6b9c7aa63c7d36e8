import Components
import Foundation
import LinearAlgebra
import Metrics
import Tensors

/// The debiased Sinkhorn divergence for the squared distance: near W₂² for little regularization, and 0 for equal samples.
public struct SinkhornDivergence: Metric {
  public static let name = "sinkhorn-divergence"
  public static let summary = "Debiased entropic transport cost for the squared distance, in squared units."
  public static let equation = "OT_e(a, b) - OT_e(a, a)/2 - OT_e(b, b)/2,  OT_e = min <P, C> + e KL(P | a b'),  C = |x - y|^2"
  public static let reference = "Genevay et al. 2018; Feydy et al. 2019, equation 3"
  public static let fieldDescriptions = [
    "maximum": "Samples on a side; larger sets are thinned at random. In 2…4096",
    "maximumIterations": "Rounds after which the measurement fails; 1 or more",
    "regularization": "ε as a share of the mean squared distance between two samples of the reference; positive",
    "tolerance":
      """
    The error of the plan's marginals (Σ |row sums − weights|), positive; the value is then right to about the tolerance times ε or \
    better
    """,
  ]

  /// ε as a share of the mean squared distance between two samples of the reference; positive.
  public var regularization = 0.1
  /// Samples on a side; larger sets are thinned at random. In 2…4096.
  public var maximum = 512
  /// Of the plan's marginals (Σ |row sums − weights|), positive; the value is then right to about the tolerance times ε or better.
  public var tolerance = 1e-5
  /// Rounds after which the measurement fails; 1 or more.
  public var maximumIterations = 5_000

  public init() {}

  public func validateFields() throws {
    for (field, value) in [("regularization", regularization), ("tolerance", tolerance)] where !(value > 0 && value.isFinite) {
      throw ComponentError(component: Self.name, field: field, value: value, expected: "a positive number")
    }
    guard (2...4096).contains(maximum) else {
      throw ComponentError(component: Self.name, field: "maximum", value: maximum, expected: "in 2…4096")
    }
    guard maximumIterations >= 1 else {
      throw ComponentError(component: Self.name, field: "maximumIterations", value: maximumIterations, expected: "1 or more")
    }
  }

  public func measure(_ samples: SampleSet, against reference: SampleSet, key: Key) throws -> [MetricValue] {
    try samples.requirePair(with: reference, atLeast: 2, for: Self.name)
    // E‖Y − Y′‖² = 2 tr Σ: of all of the reference, so that all generators meet one ε.
    let mean = reference.meanRow()
    var trace = 0.0
    for index in reference.values.indices {
      let difference = Double(reference.values[index]) - mean[index % reference.dimension]
      trace += difference * difference
    }
    trace /= Double(reference.count - 1)
    guard trace > 0 else {
      throw MetricError("\(Self.name): all samples of the reference are equal, so there is no scale to regularize by")
    }
    let value = try SinkhornDivergence.between(
      samples.atMost(maximum, key: key.derived("samples")), reference.atMost(maximum, key: key.derived("reference")),
      regularization: 2 * trace * regularization, tolerance: tolerance, maximumIterations: maximumIterations)
    return [MetricValue(Self.name, value, goal: .lower)]
  }

  /// The divergence of two sets of equally weighted samples, for the cost ‖x − y‖².
  ///
  /// - Parameter regularization: ε > 0, in squared units.
  /// - Throws: `MetricError` where the iteration does not converge or the samples make no sense.
  public static func between(
    _ first: SampleSet, _ second: SampleSet, regularization: Double, tolerance: Double = 1e-9, maximumIterations: Int = 10_000
  ) throws -> Double {
    try first.requirePair(with: second, atLeast: 1, for: name)
    guard first.count * second.count <= Sinkhorn.largestSize else {
      throw MetricError("\(name): \(first.count) and \(second.count) samples make too many pairs; at most \(Sinkhorn.largestSize) fit")
    }
    func matrix(_ a: SampleSet, _ b: SampleSet) -> Matrix { WassersteinDistance.costMatrix(a, b, order: 2) }
    let across = try Sinkhorn(
      cost: matrix(first, second), regularization: regularization, tolerance: tolerance, maximumIterations: maximumIterations)
    guard across.isConverged else {
      throw MetricError(
        "\(name): after \(maximumIterations) rounds the plan's marginals are still off by \(across.residual); raise the regularization or the rounds"
      )
    }
    func own(_ set: SampleSet) throws -> Double {
      try selfTransport(
        cost: matrix(set, set), weights: nil, regularization: regularization, tolerance: tolerance, maximumIterations: maximumIterations)
    }
    return try across.value - own(first) / 2 - own(second) / 2
  }

  /// OT_ε(a, a) for a symmetric cost, by the averaged iteration f ← (f + T f)/2, which converges within a few rounds (Feydy et al. 2019,
  /// section 3.1).
  ///
  /// - Throws: `MetricError` where the iteration does not converge or an input makes no sense.
  public static func selfTransport(
    cost: Matrix, weights: [Double]?, regularization: Double, tolerance: Double = 1e-9, maximumIterations: Int = 10_000
  ) throws -> Double {
    guard cost.rows == cost.columns else { throw MetricError("\(name): a set's cost against itself is square") }
    let weights = try Sinkhorn.weights(weights, count: cost.rows)
    let logWeights = weights.map { log($0) }
    var f = [Double](repeating: 0, count: cost.rows)
    for epsilon in Sinkhorn.schedule(from: try Sinkhorn.checked(cost), to: regularization) {
      let next = Sinkhorn.transformed(f, logWeights, cost, epsilon)
      for index in f.indices { f[index] = (f[index] + next[index]) / 2 }
    }
    for _ in 0..<maximumIterations {
      let next = Sinkhorn.transformed(f, logWeights, cost, regularization)
      var error = 0.0
      for index in f.indices {
        error += weights[index] * abs(exp((f[index] - next[index]) / regularization) - 1)
        f[index] = (f[index] + next[index]) / 2
      }
      if error <= tolerance { return 2 * zip(f, weights).reduce(0) { $0 + $1.0 * $1.1 } }
    }
    throw MetricError("\(name): the transport of a set to itself did not converge in \(maximumIterations) rounds; raise the regularization")
  }
}
