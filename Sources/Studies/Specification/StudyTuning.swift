/// How the learning rates of a study's variants were chosen before it.
public struct StudyTuning: Codable, Sendable, Hashable {
  /// The grid, the same for every variant: learning rates of generator/discriminator.
  public var rates: [String]
  /// The seeds of every candidate; none of them is compared.
  public var seeds: [UInt64]
  /// The rounds of every candidate.
  public var rounds: Int
  /// What each variant got, such as `baseline 0.001/0.0001`.
  public var chosen: [String]

  /// Creates a description; see the fields.
  public init(rates: [String], seeds: [UInt64], rounds: Int, chosen: [String]) {
    self.rates = rates
    self.seeds = seeds
    self.rounds = rounds
    self.chosen = chosen
  }

  /// What was done, in a sentence.
  public var text: String {
    "Each variant runs at its own best of \(rates.count) learning rates (\(rates.joined(separator: ", ")); generator/discriminator), chosen by the measures that decide with "
      + "\(seeds.count) other seed\(seeds.count == 1 ? "" : "s") of \(rounds) rounds: \(chosen.joined(separator: "; "))."
  }
}
