import Tensors

/// Clusters of samples: Lloyd's iteration from a k-means++ start, by Euclidean distance.
public struct KMeans: Sendable, Equatable {
  /// The centres: means of their samples, rounded to float32.
  public let centers: SampleSet
  /// How many clusters there are.
  public var count: Int { centers.count }
  /// The rounds of Lloyd's iteration that were made.
  public let rounds: Int

  /// Clusters `samples`: the start by Arthur and Vassilvitskii 2007, then rounds until no sample changes its cluster.
  ///
  /// A cluster that loses all samples takes the sample that is farthest from its own centre.
  ///
  /// - Parameters:
  ///   - count: The number of clusters, from 1 to the number of samples.
  ///   - maximumRounds: Rounds after which the iteration stops anyway, 1 or above.
  ///   - key: of the start.
  /// - Throws: ``MetricError`` where there are fewer samples than clusters.
  public init(_ samples: SampleSet, count: Int, maximumRounds: Int = 50, key: Key) throws {
    guard count >= 1, samples.count >= count else {
      throw MetricError("\(count) clusters need 1 to \(samples.count) as a number, because there are \(samples.count) samples")
    }
    let dimension = samples.dimension
    var centers = KMeans.start(samples, count, key)
    var found = try NearestNeighbors(of: samples, in: centers, count: 1)
    var rounds = 0
    while rounds < maximumRounds {
      rounds += 1
      var sums = [Double](repeating: 0, count: count * dimension)
      var sizes = [Int](repeating: 0, count: count)
      for (sample, label) in found.indices.enumerated() {
        sizes[label] += 1
        for axis in 0..<dimension { sums[label * dimension + axis] += Double(samples.values[sample * dimension + axis]) }
      }
      var squares = found.squaredDistances
      var values: [Float] = []
      for label in 0..<count {
        guard sizes[label] > 0 else {
          let farthest = squares.indices.max { squares[$0] < squares[$1] } ?? 0
          squares[farthest] = 0
          values += samples.values[farthest * dimension..<(farthest + 1) * dimension]
          continue
        }
        for axis in 0..<dimension { values.append(Float(sums[label * dimension + axis] / Double(sizes[label]))) }
      }
      centers = SampleSet(unchecked: values, dimension: dimension)
      let next = try NearestNeighbors(of: samples, in: centers, count: 1)
      let isSettled = next.indices == found.indices
      found = next
      if isSettled { break }
    }
    self.centers = centers
    self.rounds = rounds
  }

  /// The nearest centre of each sample; the first of equally near ones.
  ///
  /// - Throws: ``MetricError`` where the samples have another dimension.
  public func labels(_ samples: SampleSet) throws -> [Int] {
    try NearestNeighbors(of: samples, in: centers, count: 1).indices
  }

  /// The number of samples nearest to each centre.
  ///
  /// - Throws: ``MetricError`` where the samples have another dimension.
  public func counts(_ samples: SampleSet) throws -> [Int] {
    var result = [Int](repeating: 0, count: count)
    for label in try labels(samples) { result[label] += 1 }
    return result
  }

  /// Each centre is a sample, drawn with a chance in proportion to the squared distance to the centres before it.
  private static func start(_ samples: SampleSet, _ count: Int, _ key: Key) -> SampleSet {
    let dimension = samples.dimension
    var chosen: [Int] = []
    var nearest = [Double](repeating: .infinity, count: samples.count)
    for draw in RandomOrder.uniform(count: count, key: key) {
      let next = index(draw, nearest)
      chosen.append(next)
      samples.values.withUnsafeBufferPointer { values in
        guard let start = values.baseAddress else { return }
        for sample in nearest.indices {
          let square = SquaredDistance.between(start + sample * dimension, start + next * dimension, dimension)
          nearest[sample] = min(nearest[sample], square)
        }
      }
    }
    return samples.selecting(chosen)
  }

  /// The place where the running sum of `weights` passes `draw` of the whole; any place where all are infinite or 0.
  private static func index(_ draw: Double, _ weights: [Double]) -> Int {
    let total = weights.reduce(0, +)
    guard total > 0, total.isFinite else { return min(Int(draw * Double(weights.count)), weights.count - 1) }
    var left = draw * total
    for place in weights.indices where weights[place] > 0 {
      left -= weights[place]
      if left < 0 { return place }
    }
    return weights.lastIndex { $0 > 0 } ?? 0
  }
}
