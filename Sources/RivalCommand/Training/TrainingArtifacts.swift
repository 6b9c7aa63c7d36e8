import Foundation
import Rival

/// What a run leaves beside its checkpoints: the history as a table, samples to look at, frames of a film, and at its end a page.
///
/// Twelve times over a run there is a new frame, and the history and the samples are those of the moment. Nothing of that reaches the training: samples
/// have keys of their own. While training goes on, a file that cannot be written is a warning; at the end it is an error.
final class TrainingArtifacts {
  /// The files that are there at the end, in order.
  private(set) var files: [String] = []
  /// How much of a mixture the samples cover; `nil` where the data has no modes, or nothing was sampled.
  private(set) var coverage: CoverageSummary?

  private let trainer: Trainer
  private let folder: String
  private let until: Int
  private let film: SampleFilm?
  /// The samples' file that this sitting wrote last.
  private var latest: String?
  private var lastTime = ContinuousClock.now
  private var hasWarned = false

  /// How many frames there are over a run, the first one aside.
  private static let frameCount = 12

  /// - Parameter until: the step to which the run goes.
  init(_ trainer: Trainer, folder: String, until: Int) {
    self.trainer = trainer
    self.folder = folder
    self.until = until
    film = SampleFilm(of: trainer.samples, in: folder + "/frames")
  }

  /// Looks at a run that stands before its first round.
  func begin() {
    guard trainer.step == 0, until > 0 else { return }
    trying { try film?.record(trainer.sample(film?.count ?? 1).scalars(), step: 0) }
  }

  /// Whether something is due after a round.
  ///
  /// - Parameter isSaved: whether a checkpoint was written: then the samples and the history are, half a minute after the last time or later.
  func isDue(isSaved: Bool) -> Bool {
    trainer.step < until && (isFrame || isSaved && ContinuousClock.now - lastTime > .seconds(30))
  }

  /// Whether a frame is due after this round.
  private var isFrame: Bool { trainer.step.isMultiple(of: frameCadence) }

  /// Rounds between two frames.
  var frameCadence: Int { max(1, until / Self.frameCount) }

  /// Writes what is due.
  func update() {
    lastTime = .now
    trying {
      try writeSamples(withFrame: isFrame)
      try HistoryFile.write(trainer.history, to: folder + "/history.csv")
    }
  }

  /// Writes the history; where the run is complete the samples, the film and the page too.
  ///
  /// - Throws: `DataError` or `StudyError` where a file cannot be written.
  func finish(_ outcome: RunOutcome) throws {
    let table = folder + "/history.csv"
    try HistoryFile.write(trainer.history, to: table)
    files.append(table)
    guard outcome == .completed else { return }
    try writeSamples(withFrame: true)
    if let latest { files.append(latest) }
    let movie = folder + "/film.png"
    try film?.write(to: movie, until: trainer.step)
    if film != nil { files.append(movie) }
    let page = try RunPage(
      title: URL(fileURLWithPath: folder).lastPathComponent, text: DiagnosisText(RunRecord(trainer)), trainer: trainer,
      frames: folder + "/frames", film: film == nil ? nil : "film.png"
    ).page
    let report = folder + "/report.html"
    try RunFile.write(page.html, to: report)
    try page.writeDrawings(to: folder + "/figures")
    files.append(report)
  }

  private func trying(_ work: () throws -> Void) {
    do {
      try work()
    } catch {
      if !hasWarned { Console.warn("the samples to look at are not up to date: \(error)") }
      hasWarned = true
    }
  }

  /// Writes `samples-STEP.png` for images, `samples-STEP.csv` for points in the plane, in the place of what this sitting wrote before.
  private func writeSamples(withFrame: Bool) throws {
    let shape = trainer.samples.sampleShape
    guard let film else { return }
    let isImage = PNGImage.canHold(shape)
    let values = try trainer.sample(isImage ? 64 : 2_500).scalars()
    if withFrame { try film.record(values, step: trainer.step) }
    guard isImage || shape == [2] else { return }
    let path = "\(folder)/samples-\(trainer.step).\(isImage ? "png" : "csv")"
    if isImage {
      try PNGImage.grid(samples: values, shape: shape).write(to: path)
    } else {
      try CSVFile(values, columns: 2, header: ["x", "y"]).write(to: path)
      coverage = trainer.samples.modes.map { CoverageSummary(values, $0) }
    }
    if let latest, latest != path { try? FileManager.default.removeItem(atPath: latest) }
    latest = path
  }
}
