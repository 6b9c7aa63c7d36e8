import Foundation
import Metrics
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
  /// The parts are random, by a key: files of samples are often sorted by class, and parts of one class each would have a score of 1.
  ///
  /// - Parameters:
  ///   - probabilities: `n × classes` numbers, row major; each row sums to 1 within 1e-3.
  ///   - classes: K, 1 or above.
  ///   - key: of the parts.
  /// - Returns: the mean over the parts, and the standard deviation between them (n − 1 in the denominator; `nil` for one part).
  /// - Throws: `MetricError` where a row is not a distribution or there are fewer samples than parts.
  public func score(
    probabilities: [Double], classes: Int, key: Key = Key(seed: 0)
  ) throws -> (mean: Double, deviation: Double?) {
    try check(probabilities, classes)
    let count = probabilities.count / classes
    let order = splits == 1 ? Array(0..<count) : RandomOrder.permutation(of: count, key: key.derived("splits"))
    let scores = (0..<splits).map { part in
      exp(Statistics.mean(divergences(probabilities, classes, rows: order[part * count / splits..<(part + 1) * count / splits])))
    }
    return (Statistics.mean(scores), splits > 1 ? Statistics.standardDeviation(scores) : nil)
  }

  /// The standard error of the score of all samples in one part, by the delta method.
  ///
  /// The score is exp(H(p̄) − mean H(pᵢ)). Sample i moves the exponent by (KL(pᵢ ‖ p̄) − exponent) / n to first order, because the
  /// derivative of H(p̄) in the direction of pᵢ − p̄ is the cross-entropy of pᵢ and p̄ less H(p̄). So the error is the score times the
  /// standard deviation of the divergences over √n.
  ///
  /// - Returns: `nil` for fewer than two samples.
  /// - Throws: as ``score(probabilities:classes:key:)``.
  public func standardError(probabilities: [Double], classes: Int) throws -> Double? {
    try check(probabilities, classes)
    let count = probabilities.count / classes
    guard count > 1 else { return nil }
    let divergences = divergences(probabilities, classes, rows: Array(0..<count)[...])
    return exp(Statistics.mean(divergences)) * Statistics.standardDeviation(divergences) / Double(count).squareRoot()
  }

  /// KL(pᵢ ‖ p̄) of each row, where p̄ is the mean of these rows.
  private func divergences(_ probabilities: [Double], _ classes: Int, rows: ArraySlice<Int>) -> [Double] {
    var marginal = [Double](repeating: 0, count: classes)
    for row in rows { for label in 0..<classes { marginal[label] += probabilities[row * classes + label] / Double(rows.count) } }
    return rows.map { row in
      var divergence = 0.0
      for label in 0..<classes {
        let value = probabilities[row * classes + label]
        if value > 0 { divergence += value * log(value / marginal[label]) }
      }
      return divergence
    }
  }

  private func check(_ probabilities: [Double], _ classes: Int) throws {
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
  }
}
