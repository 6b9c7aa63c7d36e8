import Foundation
import Tensors

/// The nearest-neighbour graph of two sets in one pool, and what the two labels give on it by chance.
///
/// Where both sets come from one distribution, all choices of which `realCount` of the n samples are called real are equally likely. Counts
/// of edges between labels then have known moments (Schilling 1986; Henze 1988), whatever the distribution and the dimension: a null for
/// every metric that is a count on the graph, without further samples.
public struct PooledGraph {
  /// How many samples are real.
  public let realCount: Int
  /// How many samples are generated.
  public let generatedCount: Int
  /// The nearest other samples of each pooled sample: the edges.
  public let neighbors: NearestNeighbors
  /// The place of each pooled sample before shuffling; below `realCount` it is real.
  let origin: [Int]

  /// How many samples there are in the pool.
  public var count: Int { realCount + generatedCount }

  /// Pools both sets in a random order, so that of equally near samples none is preferred for its label.
  ///
  /// - Parameters:
  ///   - neighbors: edges from each sample, 1 or above, fewer than there are samples in the pool.
  ///   - key: of the order.
  /// - Throws: ``MetricError`` where the dimensions differ or there are too few samples.
  public init(real: SampleSet, generated: SampleSet, neighbors: Int, key: Key) throws {
    try self.init(
      real: real, generated: generated, neighbors: neighbors,
      origin: RandomOrder.permutation(of: real.count + generated.count, key: key))
  }

  /// Pools both sets in the order `origin` (a permutation of all samples, the real ones first), so that ties fall at random.
  init(real: SampleSet, generated: SampleSet, neighbors: Int, origin: [Int]) throws {
    guard real.dimension == generated.dimension else { throw MetricError.differentDimensions(generated, real) }
    let pool = try real.pooled(with: generated).selecting(origin)
    realCount = real.count
    generatedCount = generated.count
    self.origin = origin
    self.neighbors = try NearestNeighbors(within: pool, count: neighbors)
  }

  /// Whether a sample of the pool is real.
  public func isReal(_ sample: Int) -> Bool { origin[sample] < realCount }

  /// The chance that `reals` given samples are real and `others` given ones generated.
  func probability(reals: Int, others: Int = 0) -> Double {
    var result = 1.0
    for index in 0..<reals { result *= Double(realCount - index) / Double(count - index) }
    for index in 0..<others { result *= Double(generatedCount - index) / Double(count - reals - index) }
    return max(result, 0)
  }

  /// How many ordered pairs of edges there are, by the number of samples that both touch: 2, 3 or 4.
  var edgePairs: (two: Double, three: Double, four: Double) {
    let width = neighbors.count
    var degree = [Int](repeating: width, count: count)
    var mutual = 0
    for source in 0..<count {
      for target in neighbors.indices[source * width..<(source + 1) * width] {
        degree[target] += 1
        if neighbors.indices[target * width..<(target + 1) * width].contains(source) { mutual += 1 }
      }
    }
    let edges = Double(count * width)
    let two = edges + Double(mutual)
    let three = degree.reduce(0.0) { $0 + Double($1) * Double($1 - 1) } - 2 * Double(mutual)
    return (two, three, edges * edges - two - three)
  }

  /// The mean and standard deviation of a count of edges, from the chance that all of a pair of edges on so many samples are counted.
  func moments(edge: Double, two: Double, three: Double, four: Double) -> (mean: Double, deviation: Double) {
    let pairs = edgePairs
    let mean = edge * Double(count * neighbors.count)
    let square = pairs.two * two + pairs.three * three + pairs.four * four
    return (mean, max(square - mean * mean, 0).squareRoot())
  }

  /// The number of edges from real to real samples under random labels: its mean and standard deviation.
  public var realEdges: (mean: Double, deviation: Double) {
    let pair = probability(reals: 2)
    return moments(edge: pair, two: pair, three: probability(reals: 3), four: probability(reals: 4))
  }

  /// The number of edges from generated to generated samples under random labels: its mean and standard deviation.
  public var generatedEdges: (mean: Double, deviation: Double) {
    let pair = probability(reals: 0, others: 2)
    return moments(edge: pair, two: pair, three: probability(reals: 0, others: 3), four: probability(reals: 0, others: 4))
  }

  /// The number of edges between samples of one label under random labels: its mean and standard deviation.
  public var equalEdges: (mean: Double, deviation: Double) {
    let two = probability(reals: 2) + probability(reals: 0, others: 2)
    let three = probability(reals: 3) + probability(reals: 0, others: 3)
    let four = probability(reals: 4) + probability(reals: 0, others: 4) + 2 * probability(reals: 2, others: 2)
    return moments(edge: two, two: two, three: three, four: four)
  }

  /// The number of real samples whose `depth` nearest pooled samples are all real, under random labels: its mean and standard deviation.
  ///
  /// - Precondition: the graph has `depth` edges from each sample or more.
  public func isolatedReals(depth: Int) -> (mean: Double, deviation: Double) {
    let width = neighbors.count
    precondition(depth <= width, "the graph is not that deep")
    // The sets that contain each sample; two sets share as many samples as lists that name both.
    var containing = [[Int32]](repeating: [], count: count)
    for source in 0..<count {
      containing[source].append(Int32(source))
      for target in neighbors.indices[source * width..<source * width + depth] { containing[target].append(Int32(source)) }
    }
    var pairsByShared = [Double](repeating: 0, count: depth + 2)
    var shared = [Int](repeating: 0, count: count)
    var touched: [Int] = []
    for source in 0..<count {
      touched.removeAll(keepingCapacity: true)
      for member in CollectionOfOne(source) + neighbors.indices[source * width..<source * width + depth] {
        for other in containing[member] {
          let other = Int(other)
          if shared[other] == 0 { touched.append(other) }
          shared[other] += 1
        }
      }
      for other in touched {
        pairsByShared[shared[other]] += 1
        shared[other] = 0
      }
    }
    let total = Double(count)
    pairsByShared[0] = total * total - pairsByShared.reduce(0, +)
    let mean = total * probability(reals: depth + 1)
    var square = 0.0
    for (overlap, pairs) in pairsByShared.enumerated() { square += pairs * probability(reals: 2 * (depth + 1) - overlap) }
    return (mean, max(square - mean * mean, 0).squareRoot())
  }

  /// The band mean ± 1.96 deviations of the statistic `offset + scale · count`.
  public func band(_ moments: (mean: Double, deviation: Double), scale: Double, offset: Double = 0) -> NullBand {
    let mean = offset + scale * moments.mean
    let half = 1.959963984540054 * abs(scale) * moments.deviation
    return NullBand(
      mean: mean, lower: mean - half, upper: mean + half, sampleCount: generatedCount, referenceCount: realCount)
  }
}
