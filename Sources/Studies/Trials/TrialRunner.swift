import Adversarial
import Checkpoints
import Components
import Datasets
import Foundation
import Reports
import Tensors

/// How a trial gets its trainer: all that a study needs to know of problems, components and what checkpoints hold.
public struct TrialTrainers {
  /// Makes the trainer of a trial, before its first round.
  public var begin: (Trial, StudySpecification) throws -> Trainer
  /// Makes the trainer that stands where the latest checkpoint in the folder does; it is only asked where there is one.
  public var resume: (Trial, StudySpecification, _ folder: String) throws -> Trainer
  /// What a checkpoint of the trainer holds.
  public var checkpoint: (Trainer) throws -> CheckpointContents

  /// Creates the three ways; see the fields.
  public init(
    begin: @escaping (Trial, StudySpecification) throws -> Trainer,
    resume: @escaping (Trial, StudySpecification, _ folder: String) throws -> Trainer,
    checkpoint: @escaping (Trainer) throws -> CheckpointContents
  ) {
    self.begin = begin
    self.resume = resume
    self.checkpoint = checkpoint
  }
}

/// Plays one trial in this process: trains, evaluates, saves, and leaves `result.json`.
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

  /// What must survive from one process of a trial to the next, beside its checkpoints.
  struct Record: Codable {
    var measures: [Measure] = []
    var evaluations: [Evaluation] = []
    var seconds = 0.0
    var timedRounds = 0
  }

  private let trial: Trial
  private let specification: StudySpecification
  private let files: TrialFiles
  private let trainers: TrialTrainers
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
    self.trial = trial
    self.specification = specification
    files = directory.files(of: trial)
    self.trainers = trainers
    self.registry = registry
    self.requiresLock = requiresLock
    self.stop = stop
    self.warn = warn
  }

  /// Plays the trial to its end, or until it is stopped.
  ///
  /// - Throws: whatever making, training or saving the model throws.
  public func run() throws -> Ending {
    try files.checkpoints.create()
    let lock = try locked()
    defer { lock.release() }
    try files.checkpoints.removeStaleTemporaries()
    var record = try StudyFile.read(Record.self, from: files.record) ?? Record()
    var trainer = try opened()
    for (from, to) in try files.checkpoints.setAsideUnwritable() {
      warn("\(from) is no checkpoint, but bears the name of one; it is now \(to)")
    }
    record.evaluations.removeAll { $0.step > trainer.step }
    if record.evaluations.map(\.step) != specification.evaluationSteps(of: trial.variant).filter({ $0 <= trainer.step }) {
      warn("\(files.record) lacks evaluations of the rounds up to \(trainer.step), which are played; the trial begins again")
      try files.checkpoints.setAsideAll()
      record = Record()
      trainer = try trainers.begin(trial, specification)
    }
    let evaluator = try Evaluator(specification, samples: trainer.samples, registry: registry)

    let writer = CheckpointWriter()
    // What is in flight is written before the lock is given back, whatever else goes wrong.
    defer { try? writer.finish() }
    /// The record first: a checkpoint never stands further than the evaluations before it.
    func save() throws {
      try lock.writing { try StudyFile.write(record, to: files.record) }
      try writer.submit(
        trainers.checkpoint(trainer), to: files.checkpoints.path(forStep: trainer.step), retention: RetentionPolicy(keepLast: 2), lock: lock
      )
    }
    let film = SampleFilm(of: trainer.samples, in: files.frames)
    // The latent vectors of every frame are those of the evaluations.
    if let film, trainer.step == 0 { try film.record(trainer.sample(min(film.count, specification.sampleCount)).scalars(), step: 0) }
    var last: [Float]?
    for target in specification.evaluationSteps(of: trial.variant) where target > trainer.step {
      let outcome = try train(trainer, until: target, &record, lock)
      if case .interrupted = outcome {
        try save()
        try writer.finish()
        return .interrupted
      }
      let samples = try trainer.sample(specification.sampleCount).scalars()
      let found = try evaluator.evaluate(samples, step: trainer.step)
      record.evaluations.append(found.evaluation)
      for measure in found.measures where !record.measures.contains(where: { $0.name == measure.name }) { record.measures.append(measure) }
      last = samples
      try lock.check()
      try film?.record(samples, step: trainer.step)
      if case .stopped = outcome { break }
      try save()
    }
    try writer.finish()
    // Without samples the last checkpoint was written already, but the result was not.
    let samples = try last ?? trainer.sample(specification.sampleCount).scalars()
    try lock.writing {
      try film?.write(to: files.film, until: trainer.step)
      try writeResult(trainer, record, samples)
    }
    return .finished
  }

  /// The lock of the trial's folder. Where the study was killed, its trials notice that within a second and let go.
  private func locked() throws -> CheckpointLock {
    for _ in 0..<50 {
      do {
        return try files.checkpoints.lock(required: requiresLock)
      } catch let error as CheckpointError where error.kind == .locked {
        Thread.sleep(forTimeInterval: 0.2)
      }
    }
    return try files.checkpoints.lock(required: requiresLock)
  }

  /// The trainer at the latest checkpoint, or before the first round where there is none that can be read.
  private func opened() throws -> Trainer {
    do {
      if try files.checkpoints.latestValid(warn: warn) != nil {
        let trainer = try trainers.resume(trial, specification, files.folder)
        guard trainer.seed == trial.seed, trainer.batchSize == specification.batchSize else {
          throw StudyError(
            "the checkpoint in \(files.folder) is of seed \(trainer.seed) with batches of \(trainer.batchSize), not of seed \(trial.seed) with "
              + "batches of \(specification.batchSize); move it away, and the next start plays the trial again")
        }
        return trainer
      }
    } catch let error as CheckpointError where error.kind == .noneReadable {
      warn("\(error) The trial begins again.")
    }
    return try trainers.begin(trial, specification)
  }

  private func train(_ trainer: Trainer, until target: Int, _ record: inout Record, _ lock: CheckpointLock) throws -> RunOutcome {
    let clock = ContinuousClock()
    let first = trainer.step
    let start = clock.now
    var lastReport = start
    let outcome = try trainer.run(until: target, every: []) { trainer in
      let now = clock.now
      if now - lastReport > .milliseconds(500) {
        lastReport = now
        try reportProgress(trainer.step, lock)
      }
      return !stop.isRaised
    }
    let elapsed = clock.now - start
    record.seconds += Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
    record.timedRounds += trainer.step - first
    try reportProgress(trainer.step, lock)
    return outcome
  }

  private func reportProgress(_ step: Int, _ lock: CheckpointLock) throws {
    try lock.check()
    // Only for show: a trial does not fail because this cannot be written.
    try? Data(String(step).utf8).write(to: URL(fileURLWithPath: files.progress))
  }

  private func writeResult(_ trainer: Trainer, _ record: Record, _ samples: [Float]) throws {
    let shape = trainer.samples.sampleShape
    if SampleGrid.isPoint(shape) {
      try NPYFile(samples, shape: [specification.sampleCount] + shape).write(to: files.samples)
      // Only for show: a trial does not fail because nobody can say what its judge sees.
      if let surface = try? DiscriminatorSurface.plot(of: trainer, called: "\(trial.variant.label), seed \(trial.seed),") {
        try StudyFile.write(Data(surface.svg.utf8), to: files.surface)
      }
    } else if PNGImage.canHold(shape) {
      try SampleGrid.grid(samples, shape: shape).write(to: files.image)
      try NearestImages(of: samples, in: trainer.samples)?.write(to: files)
    }
    let history = trainer.history
    let curves = history.names.compactMap { name in
      history[name].map { TrialResult.Curve(name: name, steps: history.steps, values: $0, limit: 100) }
    }
    let result = TrialResult(
      variant: trial.variant.label, seed: trial.seed, step: trainer.step, verdict: trainer.failure,
      measures: record.measures, evaluations: record.evaluations, curves: curves,
      secondsPerRound: record.timedRounds > 0 ? record.seconds / Double(record.timedRounds) : nil,
      threads: specification.threadsPerTrial, warnings: trainer.warnings.map(\.description))
    try StudyFile.write(result, to: files.result)
  }
}
