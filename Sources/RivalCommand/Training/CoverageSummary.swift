import Rival

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
