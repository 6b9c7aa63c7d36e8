import Adversarial
import Components
import Foundation
import Tensors

/// Plays one trial in this process, or the trials of one variant with several seeds at once: trains, evaluates, saves, and leaves `result.json`.
///
/// It saves at every evaluation and when it is stopped, and goes on from there when it is run again. Its measures do not depend on that;
/// only the time of a round does.
public struct TrialRunner {
  /// How a run of the trial ended.
  public enum Ending: Sendable, Equatable {
    /// The result is written.
    case finished
    /// It was stopped and saved.
    case interrupted
  }

  private let trials: [Trial]
  private let specification: StudySpecification
  private let directory: StudyDirectory
  private let trainers: TrialTrainers
  private let device: Device?
  private let registry: Registry
  private let requiresLock: Bool
  private let stop: StopSignal
  private let warn: (String) -> Void

  /// Prepares a trial of the study in `directory`.
  ///
  /// - Parameters:
  ///   - registry: the components that the study's metrics and features are made with.
  ///   - requiresLock: `false` to go on where the file system knows no locks; then nothing keeps a second process out.
  ///   - stop: when it is raised, the trial saves and ends.
  ///   - warn: called with what is odd but no error, such as a damaged checkpoint.
  public init(
    _ trial: Trial, of specification: StudySpecification, in directory: StudyDirectory, trainers: TrialTrainers,
    registry: Registry, requiresLock: Bool = true, stop: StopSignal, warn: @escaping (String) -> Void
  ) {
    self.init(
      [trial], atOnceOn: nil, of: specification, in: directory, trainers: trainers, registry: registry, requiresLock: requiresLock,
      stop: stop,
      warn: warn)
  }

  /// Prepares trials of one variant that are played at once: rounds of all of them are one program on `device`, and what they are measured by is
  /// computed where their trainers are.
  ///
  /// - Precondition: there is at least one trial, and all are of one variant.
  public init(
    _ trials: [Trial], atOnceOn device: Device?, of specification: StudySpecification, in directory: StudyDirectory,
    trainers: TrialTrainers, registry: Registry, requiresLock: Bool = true, stop: StopSignal, warn: @escaping (String) -> Void
  ) {
    precondition(Set(trials.map(\.variant.label)).count == 1 && (trials.count == 1 || device != nil), "trials at once are of one variant")
    self.trials = trials
    self.device = device
    self.specification = specification
    self.directory = directory
    self.trainers = trainers
    self.registry = registry
    self.requiresLock = requiresLock
    self.stop = stop
    self.warn = warn
  }

  /// Plays the trials to their end, or until they are stopped.
  ///
  /// - Throws: whatever making, training or saving the model throws.
  public func run() throws -> Ending {
    let plays = try trials.map {
      try TrialPlay($0, of: specification, in: directory, trainers: trainers, registry: registry, requiresLock: requiresLock, warn: warn)
    }
    // What is in flight is written before the locks are given back, whatever else goes wrong.
    defer { for play in plays { play.close() } }
    var batch: SeedBatch?
    for target in specification.evaluationSteps(of: trials[0].variant) {
      // After a kill in the middle of saving, some stand an evaluation further than others.
      let due = Dictionary(grouping: plays.filter { $0.isDue(target) }, by: \.trainer.step)
      for (_, group) in due.sorted(by: { $0.key < $1.key }) {
        let isInterrupted = try train(group, until: target, &batch)
        for play in group {
          if let reason = play.trainer.endReason {
            throw StudyError(
              "a callback ended the run at round \(play.trainer.step) (\(reason)), but trials play as many rounds as the study says; leave it out"
            )
          }
          if isInterrupted, play.trainer.failure == nil { try play.save() } else { try play.evaluate() }
        }
        if isInterrupted {
          for play in plays { try play.settle() }
          return .interrupted
        }
      }
    }
    for play in plays { try play.finish() }
    return .finished
  }

  /// Plays rounds until `target` have been played.
  ///
  /// - Parameter batch: the program that played trials at once until now; it goes on where it can.
  /// - Returns: whether it was stopped before.
  private func train(_ plays: [TrialPlay], until target: Int, _ batch: inout SeedBatch?) throws -> Bool {
    let clock = ContinuousClock()
    let first = plays[0].trainer.step
    var start = clock.now
    var lastReport = start
    func isTimeToReport() -> Bool {
      guard clock.now - lastReport > .milliseconds(500) else { return false }
      lastReport = clock.now
      return true
    }
    var isInterrupted = false
    if let device {
      if batch?.step != first || !plays.allSatisfy({ batch?.seeds.contains($0.trainer.seed) ?? false }) { batch = nil }
      let playing = try batch ?? SeedBatch(continuing: plays.map(\.trainer), on: device)
      batch = playing
      start = clock.now
      let runs = plays.compactMap { play in playing.seeds.firstIndex(of: play.trainer.seed).map { (play, $0) } }
      try playing.run(until: target, every: []) { batch in
        if isTimeToReport() { for (play, run) in runs { try play.reportProgress(batch.step(of: run)) } }
        return !stop.isRaised
      }
      for (play, run) in runs { try playing.update(play.trainer, to: run) }
      isInterrupted = plays.contains { $0.isDue(target) }
    } else {
      let outcome = try plays[0].trainer.run(until: target, every: []) { trainer in
        if isTimeToReport() { try plays[0].reportProgress(trainer.step) }
        return !stop.isRaised
      }
      isInterrupted = outcome == .interrupted
    }
    let seconds = (clock.now - start) / .seconds(1) / Double(plays.count)
    for play in plays { try play.count(rounds: play.trainer.step - first, seconds: seconds) }
    return isInterrupted
  }
}
