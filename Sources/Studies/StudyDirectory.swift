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
      guard result.step == study.rounds, result.evaluations.map(\.step) == study.evaluationSteps else {
        throw refuse(
          "stands at round \(result.step) with \(result.evaluations.count) evaluations, but the study plays \(study.rounds) rounds with "
            + "\(study.evaluationSteps.count)")
      }
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

  /// Makes the folder a study of `specification`, or finds that it is one already.
  ///
  /// - Returns: The specification that holds: the stored one where the study goes on.
  /// - Throws: ``StudyError`` that lists the differences where the folder holds another study.
  public func prepare(_ specification: StudySpecification) throws -> StudySpecification {
    try specification.validate()
    if let stored = try self.specification() {
      let differences = specification.differences(from: stored)
      guard differences.isEmpty else {
        throw StudyError(
          "\(path) holds a study with other arguments (there → here):\n  " + differences.joined(separator: "\n  ")
            + "\nGive the arguments it was begun with to go on, or another folder for another study.")
      }
      return stored
    }
    try CheckpointDirectory(path).create()
    try StudyFile.write(specification, to: specificationPath)
    return specification
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
