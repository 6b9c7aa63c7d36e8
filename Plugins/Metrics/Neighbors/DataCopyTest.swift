import Foundation
import Metrics
import Tensors

/// The three-sample test for data copying: whether generated samples are nearer to the training data than held-out real ones are.
///
/// In each cell of the space, the distances of generated and of held-out samples to their nearest training sample are compared by a
/// rank test. A result far below 0 means copying, far above 0 that generated samples stay away from the data.
/// Meehan, Chaudhuri and Dasgupta 2020, sections 3 and 4.
public struct DataCopyTest: Sendable {
  /// How the rank test corrects for whole counts.
  public enum Continuity: Sendable {
    /// z = (U − nm/2)/σ: symmetric.
    case none
    /// z = (U − nm/2 + ½)/σ: as the authors compute it, whichever side U is on; a result is 1/2σ higher.
    case published
  }

  /// The cells: clusters of the training samples; 1 compares all samples together.
  public var cells: Int
  /// Cells with a smaller share of the generated samples are left out.
  public var minimumShare: Double
  public var continuity: Continuity

  /// - Parameters:
  ///   - cells: 1 or above.
  ///   - minimumShare: In 0…1.
  public init(cells: Int = 1, minimumShare: Double = 0, continuity: Continuity = .published) {
    precondition(cells >= 1 && (0...1).contains(minimumShare), "a copy test needs a cell or more and a share in 0…1")
    self.cells = cells
    self.minimumShare = minimumShare
    self.continuity = continuity
  }

  /// C_T: the mean of the cells' z, weighted by their shares of the held-out samples; about 0 with deviation 1 where generated samples are
  /// like held-out ones and there is one cell.
  ///
  /// - Parameter key: of the clusters.
  /// - Throws: `MetricError` where a set is empty, the dimensions differ, or no cell has samples of all kinds.
  public func statistic(generated: SampleSet, training: SampleSet, heldOut: SampleSet, key: Key) throws -> Double {
    guard generated.count > 0, training.count > 0, heldOut.count > 0 else {
      throw MetricError(
        "a copy test needs generated, training and held-out samples; there are \(generated.count), \(training.count) and \(heldOut.count)")
    }
    guard cells > 1 else {
      return score(
        generated: try NearestNeighbors(of: generated, in: training, count: 1).squaredDistances,
        heldOut: try NearestNeighbors(of: heldOut, in: training, count: 1).squaredDistances)
    }
    let clusters = try KMeans(training, count: cells, key: key.derived("cells"))
    func parts(_ set: SampleSet) throws -> [SampleSet] {
      let labels = try clusters.labels(set)
      return (0..<cells).map { cell in set.selecting(labels.indices.filter { labels[$0] == cell }) }
    }
    let (generatedParts, trainingParts, heldOutParts) = try (parts(generated), parts(training), parts(heldOut))
    var (sum, weight) = (0.0, 0.0)
    for cell in 0..<cells {
      let (made, known, held) = (generatedParts[cell], trainingParts[cell], heldOutParts[cell])
      guard made.count > 0, known.count > 0, held.count > 0,
        Double(made.count) >= minimumShare * Double(generated.count)
      else { continue }
      let score = score(
        generated: try NearestNeighbors(of: made, in: known, count: 1).squaredDistances,
        heldOut: try NearestNeighbors(of: held, in: known, count: 1).squaredDistances)
      sum += Double(held.count) * score
      weight += Double(held.count)
    }
    guard weight > 0 else {
      throw MetricError("no cell has generated, training and held-out samples; use fewer than \(cells) cells or a smaller minimum share")
    }
    return sum / weight
  }

  /// The standardized Mann-Whitney count of pairs in which the generated sample is the farther one; a tie counts ½.
  ///
  /// The variance is nm(n + m + 1)/12, as in the paper, without a correction for ties.
  public func score(generated: [Double], heldOut: [Double]) -> Double {
    precondition(!generated.isEmpty && !heldOut.isEmpty, "a rank test needs distances on both sides")
    let sorted = heldOut.sorted()
    func below(_ value: Double, orEqual: Bool) -> Int {
      var (low, high) = (0, sorted.count)
      while low < high {
        let middle = (low + high) / 2
        if sorted[middle] < value || (orEqual && sorted[middle] == value) { low = middle + 1 } else { high = middle }
      }
      return low
    }
    var count = 0.0
    for value in generated { count += 0.5 * Double(below(value, orEqual: false) + below(value, orEqual: true)) }
    let (n, m) = (Double(generated.count), Double(heldOut.count))
    let shift = continuity == .published ? 0.5 : 0
    return (count - n * m / 2 + shift) / (n * m * (n + m + 1) / 12).squareRoot()
  }
}
