import Checkpoints
import Foundation

/// The folder of a study: `study.json`, `trials/VARIANT/seed-S/…`, and at the end `results.json` and `report.html`.
public struct StudyDirectory: Sendable, Equatable {
  /// The path of the folder.
  public let path: String

  /// Names a folder; it need not exist yet.
  public init(_ path: String) { self.path = path }

  /// The folder as the checkpoint library sees it: what locks it.
  var checkpointDirectory: CheckpointDirectory { CheckpointDirectory(path) }

  /// Where the specification is kept.
  public var specificationPath: String { path + "/study.json" }
  /// Where the results are written.
  public var resultsPath: String { path + "/results.json" }
  /// The folder of the real samples that everything is compared with, in files as a trial has them.
  public var real: TrialFiles { TrialFiles(path + "/real") }
  /// Where the report is written.
  public var reportPath: String { path + "/report.html" }
  /// The folder of the report's drawings, each in a file of its own.
  public var figuresPath: String { path + "/figures" }

  /// The files of one trial.
  public func files(of trial: Trial) -> TrialFiles { TrialFiles("\(path)/\(folder(of: trial))") }

  /// The folder of a trial, from the study's own.
  func folder(of trial: Trial) -> String { "trials/\(trial.variant.slug)/seed-\(trial.seed)" }

  /// What came out of a trial; `nil` where it is not done.
  ///
  /// - Throws: ``StudyError`` where the file is damaged, of another trial, or not whole.
  public func result(of trial: Trial, in study: StudySpecification) throws -> TrialResult? {
    let files = files(of: trial)
    guard let result = try files.readResult() else { return nil }
    func refuse(_ reason: String) -> StudyError {
      StudyError("\(files.result) \(reason); move it away, and the next start plays the trial again")
    }
    guard result.variant == trial.variant.label, result.seed == trial.seed else {
      throw refuse("is the result of \(result.variant), seed \(result.seed), not of \(trial.variant.label), seed \(trial.seed)")
    }
    if result.verdict == nil {
      let (rounds, steps) = (study.rounds(of: trial.variant), study.evaluationSteps(of: trial.variant))
      guard steps.contains(result.step), result.evaluations.map(\.step) == steps.filter({ $0 <= result.step }) else {
        throw refuse(
          "stands at round \(result.step) with \(result.evaluations.count) evaluations, but the study plays \(rounds) rounds with \(steps.count)"
        )
      }
      // The study has grown by further rounds since.
      if result.step < rounds { return nil }
    }
    return result
  }

  /// The specification of the study here; `nil` where there is none.
  ///
  /// - Throws: ``StudyError`` where the file is damaged or of another version.
  public func specification() throws -> StudySpecification? {
    // The form first: what another form holds cannot be read as this one.
    struct Form: Decodable { var version: Int }
    if let form = try StudyFile.read(Form.self, from: specificationPath) { try StudySpecification.check(version: form.version) }
    let stored = try StudyFile.read(StudySpecification.self, from: specificationPath)
    try stored?.validate()
    return stored
  }

  /// Makes the folder a study of `specification`, or lets the study that is there grow to it.
  ///
  /// - Parameters:
  ///   - requiresLock: `false` to go on where the file system knows no locks; then nothing keeps a second process out.
  ///   - report: called with what is added to the study that is there.
  /// - Returns: The specification that holds: what is there and what was added.
  /// - Throws: what ``StudyGrowth`` throws where the folder holds another study; `CheckpointError` where another process works on it.
  public func prepare(
    _ specification: StudySpecification, requiresLock: Bool = true, report: (StudyGrowth) -> Void = { _ in }
  ) throws -> StudySpecification {
    try specification.validate()
    // What cannot be read or cannot grow is said first, and leaves no trace.
    if let stored = try self.specification() { _ = try StudyGrowth(of: stored, by: specification, in: path) }
    try checkpointDirectory.create()
    let lock = try checkpointDirectory.lock(required: requiresLock)
    defer { lock.release() }
    guard let stored = try self.specification() else {
      try StudyFile.write(specification, to: specificationPath)
      return specification
    }
    let growth = try StudyGrowth(of: stored, by: specification, in: path)
    report(growth)
    if growth.specification != stored { try StudyFile.write(growth.specification, to: specificationPath) }
    return growth.specification
  }
}

/// The files of one trial.
public struct TrialFiles: Sendable, Equatable {
  /// The trial's folder.
  public let folder: String

  init(_ folder: String) { self.folder = folder }

  /// What came out; there once the trial is done.
  public var result: String { folder + "/result.json" }
  /// What is known while the trial runs.
  public var record: String { folder + "/record.json" }
  /// How many rounds were played, as text; written now and then.
  public var progress: String { folder + "/progress" }
  /// The last evaluation's samples, where they are points.
  public var samples: String { folder + "/samples.npy" }
  /// A grid of the last evaluation's samples, where they are images.
  public var image: String { folder + "/samples.png" }
  /// Some of them over the training images that are nearest to them.
  public var neighbors: String { folder + "/neighbors.png" }
  /// How near the nearest training images are.
  var neighborRecord: String { folder + "/neighbors.json" }
  /// The folder of pictures of the same samples after each evaluation.
  public var frames: String { folder + "/frames" }
  /// All of these, as one picture that moves.
  public var film: String { folder + "/film.png" }
  /// What the discriminator makes of the plane at the end, where the samples lie in it.
  public var surface: String { folder + "/surface.svg" }
  /// What the trial's processes wrote on standard output and standard error.
  public var log: String { folder + "/log.txt" }
  /// The trial's checkpoints.
  public var checkpoints: CheckpointDirectory { CheckpointDirectory(folder) }

  /// The result; `nil` where the trial is not done.
  public func readResult() throws -> TrialResult? { try StudyFile.read(TrialResult.self, from: result) }

  /// How many rounds the trial said it had played.
  public func readProgress() -> Int {
    guard let data = FileManager.default.contents(atPath: progress) else { return 0 }
    return Int(String(decoding: data, as: UTF8.self)) ?? 0
  }
}
