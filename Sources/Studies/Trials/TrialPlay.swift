import Adversarial
import Checkpoints
import Components
import Datasets
import Foundation
import Reports
import Tensors

/// One trial while this process plays it: its trainer, what was measured so far, and its files.
final class TrialPlay {
  /// What must survive from one process of a trial to the next, beside its checkpoints.
  struct Record: Codable {
    var measures: [Measure] = []
    var evaluations: [Evaluation] = []
    var seconds = 0.0
    var timedRounds = 0
  }

  let trainer: Trainer
  private let trial: Trial
  private let specification: StudySpecification
  private let files: TrialFiles
  private let trainers: TrialTrainers
  private let lock: CheckpointLock
  private let evaluator: Evaluator
  private let film: SampleFilm?
  private let writer = CheckpointWriter()
  private var record: Record
  /// The samples of the last evaluation.
  private var last: [Float]?

  /// Opens the trial's files, and stands where it was left.
  ///
  /// - Throws: whatever making the model or reading its files throws.
  init(
    _ trial: Trial, of specification: StudySpecification, in directory: StudyDirectory, trainers: TrialTrainers, registry: Registry,
    requiresLock: Bool, warn: (String) -> Void
  ) throws {
    (self.trial, self.specification, self.trainers) = (trial, specification, trainers)
    files = directory.files(of: trial)
    try files.checkpoints.create()
    lock = try Self.locked(files, required: requiresLock)
    do {
      try files.checkpoints.removeStaleTemporaries()
      var record = try StudyFile.read(Record.self, from: files.record) ?? Record()
      var trainer = try Self.opened(trial, specification, files, trainers, warn)
      for (from, to) in try files.checkpoints.setAsideUnwritable() {
        warn("\(from) is no checkpoint, but bears the name of one; it is now \(to)")
      }
      record.evaluations.removeAll { [trainer] in $0.step > trainer.step }
      if record.evaluations.map(\.step) != specification.evaluationSteps(of: trial.variant).filter({ [trainer] in $0 <= trainer.step }) {
        warn("\(files.record) lacks evaluations of the rounds up to \(trainer.step), which are played; the trial begins again")
        try files.checkpoints.setAsideAll()
        record = Record()
        trainer = try trainers.begin(trial, specification)
      }
      trainer.folder = files.folder
      evaluator = try Evaluator(specification, samples: trainer.samples, registry: registry)
      let film = SampleFilm(of: trainer.samples, in: files.frames)
      // The latent vectors of every frame are those of the evaluations.
      if let film, trainer.step == 0 { try film.record(trainer.sample(min(film.count, specification.sampleCount)).scalars(), step: 0) }
      (self.trainer, self.record, self.film) = (trainer, record, film)
    } catch {
      lock.release()
      throw error
    }
  }

  /// Whether rounds are left to be played until `target`.
  func isDue(_ target: Int) -> Bool { trainer.step < target && trainer.failure == nil }

  /// The record first: a checkpoint never stands further than the evaluations before it.
  func save() throws {
    try lock.writing { try StudyFile.write(record, to: files.record) }
    try writer.submit(
      trainers.checkpoint(trainer), to: files.checkpoints.path(forStep: trainer.step), retention: RetentionPolicy(keepLast: 2), lock: lock)
  }

  /// Measures samples of the generator as it stands, and saves.
  func evaluate() throws {
    let samples = try trainer.sample(specification.sampleCount).scalars()
    let found = try evaluator.evaluate(samples, step: trainer.step)
    record.evaluations.append(found.evaluation)
    for measure in found.measures where !record.measures.contains(where: { $0.name == measure.name }) { record.measures.append(measure) }
    last = samples
    try lock.check()
    try film?.record(samples, step: trainer.step)
    if trainer.failure == nil { try save() }
  }

  /// Adds to the time of a round.
  func count(rounds: Int, seconds: Double) throws {
    record.seconds += seconds
    record.timedRounds += rounds
    try reportProgress(trainer.step)
  }

  func reportProgress(_ step: Int) throws {
    try lock.check()
    // Only for show: a trial does not fail because this cannot be written.
    try? Data(String(step).utf8).write(to: URL(fileURLWithPath: files.progress))
  }

  /// Writes the result.
  func finish() throws {
    try settle()
    // Without samples the last checkpoint was written already, but the result was not.
    let samples = try last ?? trainer.sample(specification.sampleCount).scalars()
    try lock.writing {
      try film?.write(to: files.film, until: trainer.step)
      try writeResult(samples)
    }
  }

  /// Waits for what is being written.
  func settle() throws { try writer.finish() }

  /// Gives the lock back, after what is being written.
  func close() {
    try? settle()
    lock.release()
  }

  /// The lock of the trial's folder. Where the study was killed, its trials notice that within a second and let go.
  private static func locked(_ files: TrialFiles, required: Bool) throws -> CheckpointLock {
    for _ in 0..<50 {
      do {
        return try files.checkpoints.lock(required: required)
      } catch let error as CheckpointError where error.kind == .locked {
        Thread.sleep(forTimeInterval: 0.2)
      }
    }
    return try files.checkpoints.lock(required: required)
  }

  /// The trainer at the latest checkpoint, or before the first round where there is none that can be read.
  private static func opened(
    _ trial: Trial, _ specification: StudySpecification, _ files: TrialFiles, _ trainers: TrialTrainers, _ warn: (String) -> Void
  ) throws -> Trainer {
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

  private func writeResult(_ samples: [Float]) throws {
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
