import Components
import Metrics
import Tensors

/// Density and coverage: how densely real samples surround the generated ones, and which share of the real samples has a generated neighbour.
///
/// Both count generated samples in balls around real ones, whose radius is the distance to the `neighbors`-th other real sample. Density has
/// the mean 1 for a perfect generator and may be above; coverage has the mean 1 − Πᵢ (N − i)/(M + N − i), i = 1…k, for N real and
/// M generated samples. The null bands are those of random labels on the pooled samples, so that they need no further samples.
public struct DensityCoverage: BallMetric {
  public static let name = "density-coverage"
  public static let aliases = ["density": "", "coverage": "the share of modes that are reached is mode-coverage"]
  public static let summary = "How densely real samples surround generated ones, and the share of real samples near a generated one."
  public static let equation =
    "density = 1/(kM) sum_j sum_i 1[|y_j - x_i| < r_k(x_i)];  coverage = mean_i 1[exists j: |y_j - x_i| < r_k(x_i)]"
  public static let reference = "Naeem et al. 2020, section 3"
  public static let fieldDescriptions = [
    "ball": "Whether a ball holds the points at its radius: 'open' or 'closed'",
    "neighbors": "The neighbour whose distance is a ball's radius, 1 or above",
  ]

  /// The neighbour whose distance is a ball's radius, 1 or above.
  public var neighbors: Int = 5
  /// Whether a ball holds the points at its radius: `open` or `closed`.
  public var ball: BallRule = .open

  public init() {}

  /// Density, 0 or above, and coverage, in 0…1.
  ///
  /// - Throws: `MetricError` where there are not more than ``neighbors`` real samples or no generated one, or the dimensions differ.
  public func values(_ samples: SampleSet, against reference: SampleSet) throws -> (density: Double, coverage: Double) {
    guard samples.count > 0 else { throw MetricError("density and coverage need generated samples; there are none") }
    let radii = try NearestNeighbors(within: reference, count: neighbors).squaredRadii
    let counts = try BallCounts(centers: reference, squaredRadii: radii, points: samples, rule: ball).pointsPerBall
    let covered = counts.reduce(0) { $0 + ($1 > 0 ? 1 : 0) }
    return (
      Double(counts.reduce(0, +)) / (Double(neighbors) * Double(samples.count)), Double(covered) / Double(reference.count)
    )
  }

  /// The mean coverage of two draws from one continuous distribution: 1 − Πᵢ (N − i)/(M + N − i) over i = 1…k.
  ///
  /// - Parameters:
  ///   - real: N, above `neighbors`.
  ///   - generated: M, 0 or above.
  public static func expectedCoverage(real: Int, generated: Int, neighbors: Int) -> Double {
    precondition(neighbors >= 1 && real > neighbors && generated >= 0, "coverage needs more real samples than neighbours")
    var uncovered = 1.0
    for index in 1...neighbors { uncovered *= Double(real - index) / Double(generated + real - index) }
    return 1 - uncovered
  }

  public func measure(_ samples: SampleSet, against reference: SampleSet, key: Key) throws -> [MetricValue] {
    let values = try values(samples, against: reference)
    let bands = try nullBands(samples, against: reference, key: key)
    return [
      MetricValue(
        "density", values.density, null: bands.density, goal: .null,
        display: MetricDisplay("density", meaning: "how densely real samples surround the generated ones", digits: 3)),
      MetricValue(
        "coverage", values.coverage, null: bands.coverage, goal: .higher,
        display: MetricDisplay("coverage", meaning: "the share of real samples with a generated neighbour", digits: 3, best: 1)),
    ]
  }

  /// What random labels on the pooled samples give.
  ///
  /// A real sample is uncovered exactly where its k nearest pooled samples are real: a count whose mean and variance are known. Density
  /// falls by about n/N for each surplus real neighbour among the k n/N nearest, n = N + M: its spread follows from that of the count of
  /// real neighbours of real samples.
  func nullBands(_ samples: SampleSet, against reference: SampleSet, key: Key) throws -> (density: NullBand, coverage: NullBand) {
    let (real, generated) = (Double(reference.count), Double(samples.count))
    let total = reference.count + samples.count
    let depth = min(total - 1, max(neighbors, Int((Double(neighbors) * (real + generated) / real).rounded())))
    let graph = try PooledGraph(real: reference, generated: samples, neighbors: depth, key: key.derived("pool"))
    let coverage = graph.band(graph.isolatedReals(depth: neighbors), scale: -1 / real, offset: 1)
    var density = graph.band(graph.realEdges, scale: (real + generated) / real / (Double(neighbors) * generated))
    let half = density.upper - density.mean
    (density.mean, density.lower, density.upper) = (1, max(0, 1 - half), 1 + half)
    return (density, coverage)
  }
}
