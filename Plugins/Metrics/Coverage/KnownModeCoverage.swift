import Adversarial
import Components
import Metrics
import Tensors

/// How the samples fall on the known modes of a mixture: the modes reached, the share of samples in one, and the divergence of their frequencies.
///
/// Samples within ``threshold`` standard deviations of the nearest mode are of high quality. Four values: the modes with such a sample; those
/// with at least ``minimumShare`` of what an even spread would give them; the share of high-quality samples; and KL(generated ‖ true) of the
/// modes' frequencies among these, in nats, which has no value where there are none. See ``ModeCoverage``.
public struct KnownModeCoverage: Metric {
  public static let name = "mode-coverage"
  public static let summary = "Modes of a known mixture that samples reach, the share of samples in one, and their frequencies' divergence."
  public static let equation = "quality = mean_j 1[min_k |y_j - c_k| <= 3 s];  reverse KL = sum_k q_k log(q_k / p_k)"
  public static let reference = "Srivastava et al. 2017 (VEEGAN), section 4; Lin et al. 2018 (PacGAN), section 4"
  public static let fieldDescriptions = [
    "minimumShare": "The least part of an even spread with which a mode counts by share, in (0, 1]",
    "threshold": "The radius of high quality in standard deviations, above 0; 3 in all papers on few dimensions",
  ]

  /// The radius of high quality in standard deviations, above 0; 3 in all papers on few dimensions.
  public var threshold = 3.0
  /// The least part of an even spread with which a mode counts by share, in (0, 1].
  public var minimumShare = 0.2

  public init() {}

  public func validateFields() throws {
    guard threshold > 0, threshold.isFinite else {
      throw ComponentError(component: Self.name, field: "threshold", value: threshold, expected: "above 0")
    }
    guard minimumShare > 0, minimumShare <= 1 else {
      throw ComponentError(component: Self.name, field: "minimumShare", value: minimumShare, expected: "above 0 and at most 1")
    }
  }

  public var requirements: SampleRequirements { SampleRequirements(originals: true, modes: true, countsDiscarded: true) }

  public func measure(_ samples: SampleSet, against reference: SampleSet, key: Key) throws -> [MetricValue] {
    guard let modes = reference.modes else { throw MetricError("\(Self.name): the modes of the data are not known") }
    guard samples.dimension == reference.dimension else { throw MetricError.differentDimensions(samples, reference) }
    let coverage = ModeCoverage(
      samples: samples.values, discarded: samples.discarded, centers: modes.centers, standardDeviation: Double(modes.standardDeviation),
      weights: modes.weights, threshold: threshold)
    guard coverage.sampleCount > 0 else { throw MetricError("\(Self.name): there are no samples; give at least one") }
    let count = Double(modes.centers.count)
    let divergence = coverage.reverseKL().flatMap { $0.isFinite ? $0 : nil } ?? .nan
    let limit = threshold == 3 ? "three" : "\(threshold)"
    let share = minimumShare == 0.2 ? "a fifth" : "\(100 * minimumShare) %"
    return [
      MetricValue(
        "covered-modes", Double(coverage.coveredModes()), goal: .higher,
        display: MetricDisplay(
          "modes", meaning: "those with a sample of high quality, within \(limit) standard deviations", unit: .count, best: count)),
      MetricValue(
        "modes-by-share", Double(coverage.coveredModes(.share(minimum: minimumShare))), goal: .higher,
        display: MetricDisplay("modes by share", meaning: "those with \(share) of what an even spread would give them", unit: .count)),
      MetricValue(
        "quality", coverage.highQualityFraction, goal: .higher,
        display: MetricDisplay("quality", meaning: "the share of samples of high quality", unit: .percent, digits: 1, best: 1)),
      MetricValue(
        "reverse-kl", divergence, goal: .lower,
        display: MetricDisplay("reverse KL", meaning: "that of the modes of these, in nats", digits: 3)),
    ]
  }
}
