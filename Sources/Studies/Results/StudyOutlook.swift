import Foundation
import Metrics

/// What a study of so many seeds can show, known before it runs.
public struct StudyOutlook: Sendable, Equatable {
  /// How many comparisons decide: of so many variants with the reference, in so many measures.
  public let comparisons: Int
  /// How many seeds each variant runs with.
  public let seeds: Int

  /// Looks ahead; both are at least 0.
  public init(comparisons: Int, seeds: Int) {
    self.comparisons = comparisons
    self.seeds = seeds
  }

  /// The fewest seeds with which some outcome shows a difference: 2 / C(2n, n), times the comparisons, is below 0.05.
  public var leastSeeds: Int {
    (2...1000).first { RankTest.leastPValue(runs: $0, isPaired: false) * Double(max(1, comparisons)) < 0.05 } ?? 1000
  }

  /// The same where runs are compared in pairs: 2 / 2ⁿ.
  public var leastPairs: Int {
    (2...1000).first { RankTest.leastPValue(runs: $0, isPaired: true) * Double(max(1, comparisons)) < 0.05 } ?? 1000
  }

  /// The seeds that find a variant of which a run is better with `probability`, four times of five, though it is the only one that is (Noether
  /// 1987, with Bonferroni's bound for the comparisons).
  public func seeds(forProbability probability: Double) -> Int {
    let significance = 0.025 / Double(max(1, comparisons))
    return max(leastSeeds, Int(SampleSize.forRanks(probability: probability, power: 0.8, significance: significance).rounded(.up)))
  }

  /// How many seeds what takes.
  var needed: String {
    let beside = comparisons > 1 ? ", among \(comparisons) comparisons" : ""
    return "To find a variant whose runs are better with P = 0.75 takes about \(seeds(forProbability: 0.75)) seeds, with P = 0.9 about "
      + "\(seeds(forProbability: 0.9)) (four times of five\(beside))."
  }

  /// One sentence to read before the study runs; empty where nothing is compared.
  public var text: String {
    guard comparisons > 0 else { return "" }
    let count = "\(comparisons) comparison\(comparisons == 1 ? "" : "s") with \(seeds) seed\(seeds == 1 ? "" : "s")"
    guard seeds >= leastSeeds else {
      return "\(count) cannot show any difference, whatever comes out; \(leastSeeds) seeds can. \(needed)"
    }
    return "\(count): " + needed.prefix(1).lowercased() + needed.dropFirst()
  }
}
