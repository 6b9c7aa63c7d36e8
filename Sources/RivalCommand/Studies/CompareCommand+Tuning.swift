import Foundation
import Rival

extension CompareCommand {
  /// What so many seeds can show, before anything runs.
  ///
  /// - Parameter isNamed: whether the user named the values that decide, so that all must be there.
  func foretell(_ study: StudySpecification, _ evaluator: Evaluator, isNamed: Bool) throws {
    let deciding = try evaluator.decidingValues()
    if let unknown = study.primary.first(where: { name in isNamed && !deciding.all.contains { $0.split(separator: ":")[0] == name } }
    ) {
      throw CommandFailure("--primary: nothing that is measured is called '\(unknown)'; there are \(deciding.all.joined(separator: ", "))")
    }
    let outlook = StudyOutlook(comparisons: study.comparisonCount(deciding: deciding.count), seeds: study.seeds.count)
    if !outlook.text.isEmpty { Console.note(StudyText.wrapped(outlook.text)) }
  }

  /// The study with each variant at the learning rates that suit it best.
  func tuned(
    _ study: StudySpecification, by tuning: CompareTuning, _ problem: Problem, _ samples: any Samples,
    _ player: StudyPlayer, in directory: StudyDirectory, _ context: CommandContext
  ) throws -> StudySpecification {
    let candidates = try tuning.study(of: study) { variant in
      let game = try CompareTrials.composition(of: variant, in: study, problem, context.registry).game(fields: samples.fields, seed: 1)
      return try game.players.map { player in
        (player.name, try StoredComponent(game.optimizer(for: player)), game.judges.contains(player))
      }
    }
    Console.note(
      "First \(candidates.variants.count) candidates with \(candidates.seeds.count) seeds of their own, to find each variant's learning rates."
    )
    let played = try directory.prepare(candidates, requiresLock: !locking.unlocked)
    let run = try player.play(played, in: directory) { context.commandLine(Array(CommandLine.arguments.dropFirst())) }
    let results = StudyResults(played, outcomes: run.outcomes)
    try results.write(to: directory)
    let chosen = tuning.chosen(study, from: results)
    if let tuning = chosen.tuning { Console.note(StudyText.wrapped(tuning.text)) }
    return chosen
  }
}
