import ArgumentParser
import Foundation
import Rival

/// `rival trial`: plays one trial of a study. `compare` starts it; it is not listed in the help.
struct CompareTrialCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trial", abstract: "Plays one trial of a study; 'compare' starts it.", shouldDisplay: false)

  @Argument(help: "The folder of the study.")
  var directory: String

  @Option(help: "The variant's label in the study.")
  var variant: String

  @Option(help: "The trial's seed.")
  var seed: UInt64

  @Option(help: "The process that waits for this one; when it ends, this one saves and ends too.")
  var parent: Int32?

  @OptionGroup var place: DeviceOptions

  @OptionGroup var locking: UnlockedOption

  func run() throws {
    let context = CommandContext.current
    let stop = StopSignal.onInterrupt()
    if let parent { stop.raiseWithParent(parent) }
    let directory = StudyDirectory(directory)
    guard let study = try directory.specification() else {
      throw CommandFailure("there is no study in '\(directory.path)'; 'compare' makes one")
    }
    guard let trial = study.trials.first(where: { $0.variant.label == variant && $0.seed == seed }) else {
      throw CommandFailure(
        "the study in '\(directory.path)' has no trial of '\(variant)' with seed \(seed); it has \(study.variants.map(\.label).joined(separator: ", ")) "
          + "and the seeds \(study.seeds.map(String.init).joined(separator: ", "))")
    }
    let runner = TrialRunner(
      trial, of: study, in: directory, trainers: try CompareTrials.trainers(context, on: place.chosen),
      registry: context.registry, requiresLock: !locking.unlocked, stop: stop, warn: { Console.warn($0) })
    if try runner.run() == .interrupted { throw ExitStatus.interrupted.code }
  }
}
