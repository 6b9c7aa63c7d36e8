import Foundation
import Rival

/// What a run leaves beside its checkpoints: the history as a table, and samples to look at.
struct TrainingArtifacts {
  /// The files, in order.
  private(set) var files: [String] = []
  /// How much of a mixture the samples cover; `nil` where the data has no modes.
  private(set) var coverage: CoverageSummary?

  /// Writes `history.csv` and, where asked, samples: `samples-STEP.png` for images, `samples-STEP.csv` for points in the plane.
  ///
  /// - Throws: `DataError` where a file cannot be written.
  init(_ trainer: Trainer, folder: String, withSamples: Bool) throws {
    let table = folder + "/history.csv"
    try HistoryFile.write(trainer.history, to: table)
    files.append(table)
    guard withSamples else { return }
    let shape = trainer.samples.sampleShape
    if PNGImage.canHold(shape) {
      let path = folder + "/samples-\(trainer.step).png"
      try PNGImage.grid(samples: trainer.sample(64).scalars(), shape: shape).write(to: path)
      files.append(path)
    } else if shape == [2] {
      let values = try trainer.sample(2_500).scalars()
      let path = folder + "/samples-\(trainer.step).csv"
      try CSVFile(values, columns: 2, header: ["x", "y"]).write(to: path)
      files.append(path)
      coverage = trainer.samples.modes.map { CoverageSummary(values, $0) }
    }
  }
}

/// How much of a mixture some samples cover, within three standard deviations of a mode.
struct CoverageSummary {
  private let metric: ModeCoverage
  private let modes: Int

  init(_ samples: [Float], _ modes: ModeDescription) {
    metric = ModeCoverage(
      samples: samples, centers: modes.centers, standardDeviation: Double(modes.standardDeviation),
      weights: modes.weights)
    self.modes = modes.centers.count
  }

  /// One line for people.
  var text: String {
    "covers \(metric.coveredModes()) of \(modes) modes; "
      + "\(NumberText.fixed(100 * metric.highQualityFraction, digits: 1)) % of \(metric.sampleCount) samples lie in one"
  }

  /// The same for machines.
  var document: JSONValue {
    .object([
      "modes": .count(modes), "coveredModes": .count(metric.coveredModes()),
      "highQualityFraction": .finite(metric.highQualityFraction), "samples": .count(metric.sampleCount),
      "reverseKL": metric.reverseKL().map { .finite($0) } ?? .null,
    ])
  }
}
