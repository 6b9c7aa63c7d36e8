import Foundation
import Tensors

/// The inception score with any classifier: how sure its classes are, and how evenly they come.
///
/// exp(mean over samples of KL(p(y | x) ‖ p(y))), in 1…K: K where each sample is surely of one class and all classes come equally often;
/// 1 where the probabilities do not depend on the sample. It sees neither real samples nor variety within a class.
/// Salimans et al. 2016, section 4.
public struct ClassProbabilityScore: Sendable {
  /// The parts that the samples are split into; the score is the mean over them.
  public var splits: Int

  /// - Parameter splits: 1 or above; papers use 10.
  public init(splits: Int = 1) {
    precondition(splits >= 1, "samples are split into one part or more")
    self.splits = splits
  }

  /// The score of class probabilities.
  ///
  /// - Parameters:
  ///   - probabilities: `n × classes` numbers, row major; each row sums to 1 within 1e-3.
  ///   - classes: K, 1 or above.
  /// - Returns: the mean over the parts, and the standard deviation between them (n − 1 in the denominator; `nil` for one part).
  /// - Throws: ``MetricError`` where a row is not a distribution or there are fewer samples than parts.
  public func score(probabilities: [Double], classes: Int) throws -> (mean: Double, deviation: Double?) {
    guard classes >= 1, probabilities.count.isMultiple(of: classes), probabilities.count / classes >= splits else {
      throw MetricError(
        "\(probabilities.count) probabilities are not \(splits) or more samples of \(classes) classes each; give whole rows, one a sample")
    }
    let count = probabilities.count / classes
    for row in 0..<count {
      let values = probabilities[row * classes..<(row + 1) * classes]
      guard values.allSatisfy({ $0 >= 0 }), abs(values.reduce(0, +) - 1) <= 1e-3 else {
        throw MetricError("row \(row) of the class probabilities is no distribution: its sum is \(values.reduce(0, +)); apply a softmax")
      }
    }
    let scores = (0..<splits).map { part in
      let rows = part * count / splits..<(part + 1) * count / splits
      var marginal = [Double](repeating: 0, count: classes)
      for row in rows { for label in 0..<classes { marginal[label] += probabilities[row * classes + label] / Double(rows.count) } }
      var divergence = 0.0
      for row in rows {
        for label in 0..<classes {
          let value = probabilities[row * classes + label]
          if value > 0 { divergence += value * log(value / marginal[label]) }
        }
      }
      return exp(divergence / Double(rows.count))
    }
    return (Statistics.mean(scores), splits > 1 ? Statistics.standardDeviation(scores) : nil)
  }
}
