import Rival

/// Finds each variant's own best learning rates before variants are compared, so that none is judged at rates that suit another.
///
/// Every variant gets the same grid, rounds and seeds, which are not the seeds that are compared afterwards. The best rates are those with the best
/// sum of ranks of medians over the measures that decide; of equal ones the first.
struct CompareTuning {
  /// The learning rates of whoever makes samples, and of whoever judges them.
  struct Rates: Equatable {
    var makers: Double
    var judges: Double

    /// `0.001/0.0001`, or one number where both are equal.
    var text: String { makers == judges ? "\(makers)" : "\(makers)/\(judges)" }
  }

  let grid: [Rates]
  let seeds: [UInt64]

  /// Reads `1e-3/1e-4,1e-3`: pairs of the generator's and the discriminator's rate, or one rate for both, apart by commas.
  ///
  /// - Parameters:
  ///   - compared: the seeds that are compared; those of the tuning follow them.
  ///   - count: how many seeds a candidate runs with, at least 1.
  /// - Throws: ``CommandFailure`` for anything that is no positive number, and for fewer than two entries.
  init(_ text: String, seeds count: Int, beside compared: [UInt64]) throws {
    let grid = try text.split(separator: ",", omittingEmptySubsequences: false).map { entry in
      let numbers = entry.split(separator: "/", omittingEmptySubsequences: false).map { Double($0.filter { $0 != " " }) ?? .nan }
      guard (1...2).contains(numbers.count), numbers.allSatisfy({ $0 > 0 && $0.isFinite }) else {
        throw CommandFailure(
          "--tune: '\(entry)' is no pair of learning rates; write the generator's and the discriminator's, or one for both: 1e-3/1e-4,1e-3")
      }
      return Rates(makers: numbers[0], judges: numbers[numbers.count - 1])
    }
    guard grid.count > 1 else { throw CommandFailure("--tune: one pair of rates leaves no choice; give several, such as 1e-3/1e-4,1e-3") }
    if let twice = grid.indices.first(where: { grid[..<$0].contains(grid[$0]) }) {
      throw CommandFailure("--tune: \(grid[twice].text) is given twice; leave one out")
    }
    self.grid = grid
    let first = (compared.max() ?? 0) + 1_001
    seeds = (0..<UInt64(count)).map { first + $0 }
  }

  /// The study that tries every variant at every entry of the grid, variant by variant.
  ///
  /// - Parameter optimizers: the optimizer of each player in a variant, and whether the player judges.
  func study(
    of study: StudySpecification, optimizers: (Variant) throws -> [(player: String, optimizer: StoredComponent, isJudge: Bool)]
  ) throws -> StudySpecification {
    var tuning = study
    tuning.seeds = seeds
    tuning.evaluationCount = 1
    tuning.variants = try study.variants.flatMap { variant in
      let known = try optimizers(variant)
      return try grid.map { rates in try candidate(variant, known, rates) }
    }
    return tuning
  }

  private func candidate(
    _ variant: Variant, _ optimizers: [(player: String, optimizer: StoredComponent, isJudge: Bool)], _ rates: Rates
  ) throws -> Variant {
    var changed = variant
    changed.label = variant.label + " at " + rates.text
    changed.optimizers = try optimizers.map { player, optimizer, isJudge in
      guard case .object(var fields) = optimizer.fields, fields["learningRate"] != nil else {
        throw CommandFailure("--tune: the optimizer '\(optimizer.name)' of the \(player) has no learning rate to choose")
      }
      fields["learningRate"] = .number(isJudge ? rates.judges : rates.makers)
      return StoredPlayerOptimizer(StoredComponent(name: optimizer.name, fields: .object(fields)), of: player)
    }
    return changed
  }

  /// The study with each variant at its best rates, and what was chosen.
  func chosen(_ study: StudySpecification, from results: StudyResults) -> StudySpecification {
    var study = study
    var texts: [String] = []
    for index in study.variants.indices {
      let candidates = results.variants[(index * grid.count)..<((index + 1) * grid.count)]
      var ranks = [Double](repeating: 0, count: grid.count)
      for measure in results.measures where measure.isPrimary {
        let scores = candidates.map { variant in
          variant.summary(of: measure)?.median?.median.map(measure.score) ?? -.infinity
        }
        for place in scores.indices {
          // How many are better, ties counting half.
          ranks[place] += scores.reduce(-0.5) { $0 + ($1 > scores[place] ? 1 : $1 == scores[place] ? 0.5 : 0) }
        }
      }
      let best = ranks.indices.min { (ranks[$0], $0) < (ranks[$1], $1) } ?? 0
      study.variants[index].optimizers = candidates[candidates.startIndex + best].variant.optimizers
      texts.append("\(study.variants[index].label) \(grid[best].text)")
    }
    study.tuning = StudyTuning(rates: grid.map(\.text), seeds: seeds, rounds: study.rounds, chosen: texts)
    return study
  }
}
