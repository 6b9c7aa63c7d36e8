import Tensors

/// Clusters of samples: Lloyd's iteration from a k-means++ start, by Euclidean distance in float64.
public struct KMeans: Sendable, Equatable {
  /// `count × dimension` numbers, row major.
  public let centers: [Double]
  public let count: Int
  public let dimension: Int
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
    self.count = count
    dimension = samples.dimension
    var centers = KMeans.start(samples, count, key)
    var (labels, squares) = KMeans.assignment(samples, centers)
    var rounds = 0
    while rounds < maximumRounds {
      rounds += 1
      var sums = [Double](repeating: 0, count: centers.count)
      var sizes = [Int](repeating: 0, count: count)
      for (sample, label) in labels.enumerated() {
        sizes[label] += 1
        for axis in 0..<dimension { sums[label * dimension + axis] += Double(samples.values[sample * dimension + axis]) }
      }
      for label in 0..<count {
        guard sizes[label] > 0 else {
          let farthest = squares.indices.max { squares[$0] < squares[$1] } ?? 0
          squares[farthest] = 0
          for axis in 0..<dimension { centers[label * dimension + axis] = Double(samples.values[farthest * dimension + axis]) }
          continue
        }
        for axis in 0..<dimension { centers[label * dimension + axis] = sums[label * dimension + axis] / Double(sizes[label]) }
      }
      let (next, nextSquares) = KMeans.assignment(samples, centers)
      squares = nextSquares
      if next == labels { break }
      labels = next
    }
    self.centers = centers
    self.rounds = rounds
  }

  /// The nearest centre of each sample; the first of equally near ones.
  ///
  /// - Precondition: the samples have the clusters' dimension.
  public func labels(_ samples: SampleSet) -> [Int] {
    precondition(samples.dimension == dimension, "the clusters have another dimension")
    return KMeans.assignment(samples, centers).labels
  }

  /// The number of samples nearest to each centre.
  public func counts(_ samples: SampleSet) -> [Int] {
    var result = [Int](repeating: 0, count: count)
    for label in labels(samples) { result[label] += 1 }
    return result
  }

  /// Each centre is a sample, drawn with a chance in proportion to the squared distance to the centres before it.
  private static func start(_ samples: SampleSet, _ count: Int, _ key: Key) -> [Double] {
    let dimension = samples.dimension
    let draws = RandomOrder.uniform(count: count, key: key)
    var centers: [Double] = []
    var nearest = [Double](repeating: .infinity, count: samples.count)
    for draw in draws {
      var chosen = min(Int(draw * Double(samples.count)), samples.count - 1)
      let total = nearest.reduce(0, +)
      if total > 0, total.isFinite {
        var left = draw * total
        chosen = nearest.lastIndex { $0 > 0 } ?? chosen
        for sample in nearest.indices where nearest[sample] > 0 {
          left -= nearest[sample]
          if left < 0 {
            chosen = sample
            break
          }
        }
      }
      let center = samples.values[chosen * dimension..<(chosen + 1) * dimension].map(Double.init)
      centers += center
      for sample in 0..<samples.count {
        var square = 0.0
        for axis in 0..<dimension {
          let difference = Double(samples.values[sample * dimension + axis]) - center[axis]
          square += difference * difference
        }
        nearest[sample] = min(nearest[sample], square)
      }
    }
    return centers
  }

  private static func assignment(_ samples: SampleSet, _ centers: [Double]) -> (labels: [Int], squares: [Double]) {
    let dimension = samples.dimension
    let count = centers.count / dimension
    var labels = [Int](repeating: 0, count: samples.count)
    var squares = [Double](repeating: .infinity, count: samples.count)
    samples.values.withUnsafeBufferPointer { values in
      centers.withUnsafeBufferPointer { centers in
        for sample in 0..<samples.count {
          for center in 0..<count {
            var square = 0.0
            for axis in 0..<dimension {
              let difference = Double(values[sample * dimension + axis]) - centers[center * dimension + axis]
              square += difference * difference
            }
            if square < squares[sample] { (labels[sample], squares[sample]) = (center, square) }
          }
        }
      }
    }
    return (labels, squares)
  }
}
