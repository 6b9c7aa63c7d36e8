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

  @Option(help: "The trial's seed; or those of trials that are played at once, separated by commas.")
  var seeds: String

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
    let trials = try seeds.split(separator: ",").map { seed in
      guard let trial = study.trials.first(where: { $0.variant.label == variant && String($0.seed) == seed }) else {
        throw CommandFailure(
          "the study in '\(directory.path)' has no trial of '\(variant)' with seed \(seed); it has \(study.variants.map(\.label).joined(separator: ", ")) "
            + "and the seeds \(study.seeds.map(String.init).joined(separator: ", "))")
      }
      return trial
    }
    guard !trials.isEmpty else { throw CommandFailure("--seeds names no seed") }
    let device = try place.chosen
    // What seeds that are played at once are measured by is computed on the processor.
    let isAtOnce = trials.count > 1
    let runner = TrialRunner(
      trials, atOnceOn: isAtOnce ? device : nil, of: study, in: directory,
      trainers: CompareTrials.trainers(context, on: isAtOnce ? .cpu : device), registry: context.registry, requiresLock: !locking.unlocked,
      stop: stop, warn: { Console.warn($0) })
    if try runner.run() == .interrupted { throw ExitStatus.interrupted.code }
  }
}
