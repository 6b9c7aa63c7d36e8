import Adversarial
import Components
import Foundation

extension StudyDirectory {
  /// Plays a study in this process, a trial after the other, and writes its results and its report, as `rival compare` does in processes of their own.
  ///
  /// Trials that are done are not played again, and a study that is there goes on and grows. A trial that cannot be played is counted with the reason.
  ///
  /// - Parameters:
  ///   - trainers: how trials get their trainers.
  ///   - data: what all trials are trained on, and measured against.
  ///   - registry: the components that the study's metrics and features are made with.
  ///   - stop: when it is raised, the trial that runs saves and ends, and no further one begins.
  ///   - warn: called with what is odd but no error.
  /// - Throws: ``StudyError`` where the folder holds another study or cannot be used, and what opening the data throws.
  @discardableResult
  public func play(
    _ study: StudySpecification, trainers: TrialTrainers, data: any DataSource, registry: Registry, stop: StopSignal = StopSignal(),
    warn: @escaping (String) -> Void = { print($0) }
  ) throws -> StudyResults {
    let samples = try data.opened()
    let evaluator = try Evaluator(study, samples: samples, registry: registry)
    let study = try prepare(study)
    let costs = try study.trials.filter { $0.seed == study.seeds.first }.map { trial in
      try RoundCost(of: trainers.begin(trial, study).composition, fields: samples.fields, batchSize: study.batchSize)
    }
    let outcomes = try study.trials.map { trial -> TrialOutcome in
      if let result = try result(of: trial, in: study) { return .finished(result) }
      guard !stop.isRaised else { return .unfinished }
      do {
        let runner = TrialRunner(trial, of: study, in: self, trainers: trainers, registry: registry, stop: stop, warn: warn)
        guard try runner.run() == .finished, let result = try result(of: trial, in: study) else { return .unfinished }
        return .finished(result)
      } catch {
        return .failed("\(error)")
      }
    }
    var results = try StudyResults(study, outcomes: outcomes, evaluator: evaluator)
    results.add(costs)
    try results.write(to: self)
    try writeRealSamples(of: evaluator)
    let command = ProcessInfo.processInfo.arguments.joined(separator: " ")
    try StudyReport(results, outcomes: outcomes, in: self, modes: samples.modes, command: command).write()
    return results
  }
}
