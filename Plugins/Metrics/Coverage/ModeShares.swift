import Foundation
import Metrics

/// How evenly samples are spread over modes.
public enum ModeShares {
  /// Each count's share of all; `nil` where all counts are 0.
  public static func shares(_ counts: [Int]) -> [Double]? {
    let total = counts.reduce(0, +)
    return total > 0 ? counts.map { Double($0) / Double(total) } : nil
  }

  /// −Σ p log p in nats: log K for K equal shares, 0 for a single mode.
  ///
  /// - Parameter shares: probabilities; those at 0 add nothing.
  public static func entropy(_ shares: [Double]) -> Double {
    shares.reduce(0) { $1 > 0 ? $0 - $1 * log($1) : $0 }
  }

  /// exp(entropy): the number of equal modes with the same entropy, 1 or above.
  public static func effectiveModes(_ shares: [Double]) -> Double { exp(entropy(shares)) }

  /// ½ Σ |p − q|, in 0…1: the share of samples that would have to move.
  public static func totalVariation(_ first: [Double], _ second: [Double]) -> Double {
    precondition(first.count == second.count, "shares of different modes cannot be compared")
    return zip(first, second).reduce(0) { $0 + abs($1.0 - $1.1) } / 2
  }
}

extension ModeCoverage {
  /// The entropy of the samples' mode frequencies in nats; `nil` where no sample has a mode.
  public func entropy(over population: Population = .highQuality) -> Double? {
    frequencies(of: population).map(ModeShares.entropy)
  }

  /// The number of equal modes with the entropy of the samples' frequencies; `nil` where no sample has a mode.
  public func effectiveModes(over population: Population = .highQuality) -> Double? {
    frequencies(of: population).map(ModeShares.effectiveModes)
  }

  /// ½ Σ |p̂ − p|, in 0…1: how far the samples' frequencies are from the weights; `nil` where no sample has a mode.
  public func totalVariation(over population: Population = .highQuality) -> Double? {
    frequencies(of: population).map { ModeShares.totalVariation($0, weights) }
  }
}
