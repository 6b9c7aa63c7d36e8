import Components
import Metrics
import Tensors

/// The leave-one-out nearest-neighbour test: how often a sample's nearest other sample, of both sets, is of its own set.
///
/// About ½ for two draws from one distribution. Above ½ the sets can be told apart; below ½ they interlock more than draws do, as copies of
/// the reference would. The two parts tell which side fails: real samples among themselves (missed modes) or generated ones (no variety).
/// The null bands are those of random labels on the same samples (Schilling 1986), so that they hold in every dimension.
public struct NearestNeighborTwoSample: Metric {
  public static let name = "nearest-neighbor-two-sample"
  public static let summary = "How often a sample's nearest other sample is of its own set: one half where the sets are alike."
  public static let equation = "accuracy = 1/(N + M) sum_i 1[label(nearest(z_i)) = label(z_i)]"
  public static let reference = "Lopez-Paz and Oquab 2017; Xu et al. 2018, section 2; Schilling 1986"

  public init() {}

  /// The accuracies, each in 0…1, with what random labels give.
  public struct Result: Sendable, Equatable {
    /// The share of all samples whose nearest other sample is of their set.
    public var accuracy: Double
    /// That share among the real samples.
    public var real: Double
    /// That share among the generated samples.
    public var generated: Double
    /// What random labels give for ``accuracy``.
    public var accuracyNull: NullBand
    /// What random labels give for ``real``.
    public var realNull: NullBand
    /// What random labels give for ``generated``.
    public var generatedNull: NullBand
  }

  /// Runs the test.
  ///
  /// - Parameter key: of the order in which equally near samples count as nearest.
  /// - Throws: `MetricError` where a set is empty, or the dimensions differ.
  public func result(_ samples: SampleSet, against reference: SampleSet, key: Key) throws -> Result {
    guard samples.count > 0, reference.count > 0 else {
      throw MetricError("the nearest-neighbour test needs samples on both sides; there are \(samples.count) and \(reference.count)")
    }
    let graph = try PooledGraph(
      real: reference, generated: samples, neighbors: 1, key: key.derived("pool"))
    var (real, generated) = (0, 0)
    for sample in 0..<graph.count where graph.isReal(sample) == graph.isReal(graph.neighbors.indices[sample]) {
      if graph.isReal(sample) { real += 1 } else { generated += 1 }
    }
    let (realCount, generatedCount) = (Double(reference.count), Double(samples.count))
    return Result(
      accuracy: Double(real + generated) / Double(graph.count), real: Double(real) / realCount,
      generated: Double(generated) / generatedCount,
      accuracyNull: graph.band(graph.equalEdges, scale: 1 / Double(graph.count)),
      realNull: graph.band(graph.realEdges, scale: 1 / realCount),
      generatedNull: graph.band(graph.generatedEdges, scale: 1 / generatedCount))
  }

  public func measure(_ samples: SampleSet, against reference: SampleSet, key: Key) throws -> [MetricValue] {
    let result = try result(samples, against: reference, key: key)
    return [
      MetricValue("nearest-neighbor-accuracy", result.accuracy, null: result.accuracyNull, goal: .null),
      MetricValue("nearest-neighbor-accuracy-real", result.real, null: result.realNull, goal: .null),
      MetricValue("nearest-neighbor-accuracy-generated", result.generated, null: result.generatedNull, goal: .null),
    ]
  }
}
