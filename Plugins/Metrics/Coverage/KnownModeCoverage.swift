import Adversarial
import Components
import Metrics
import Tensors

/// How the samples fall on the known modes of a mixture: the modes reached, the share of samples in one, and the divergence of their frequencies.
///
/// Samples within ``threshold`` standard deviations of the nearest mode are of high quality. Papers count a mode as reached by three rules, which stand
/// side by side: with one such sample (VEEGAN, PacGAN); with ``minimumShare`` of the samples that its true weight gives it; and with ``minimumRate`` of
/// all samples (RLS-GAN, Li and Malik 2018: 50 of 10,000). Two further values: the share of high-quality samples, and KL(generated ‖ true) of the
/// modes' frequencies among these, in nats, which has no value where there are none. All depend on the number of samples. See ``ModeCoverage``.
public struct KnownModeCoverage: Metric {
  public static let name = "mode-coverage"
  public static let summary = "Modes of a known mixture that samples reach, the share of samples in one, and their frequencies' divergence."
  public static let equation = "quality = mean_j 1[min_k |y_j - c_k| <= 3 s];  reverse KL = sum_k q_k log(q_k / p_k)"
  public static let reference = "Srivastava et al. 2017 (VEEGAN), section 4; Lin et al. 2018 (PacGAN), section 4"
  public static let fieldDescriptions = [
    "minimumRate": "The least part of all samples with which a mode counts by rate, in (0, 1]",
    "minimumShare": "The least part of what its weight gives it with which a mode counts by share, in (0, 1]",
    "neighborhood": "What a distance within the threshold means: 'ball', or 'box', along every axis",
    "threshold": "The radius of high quality in standard deviations, above 0; 3 in all papers on few dimensions",
  ]

  /// The radius of high quality in standard deviations, above 0; 3 in all papers on few dimensions.
  public var threshold = 3.0
  /// The least part of what its weight gives it with which a mode counts by share, in (0, 1].
  public var minimumShare = 0.2
  /// The least part of all samples with which a mode counts by rate, in (0, 1].
  public var minimumRate = 0.005
  /// What "within ``threshold`` standard deviations" means: `ball` (the default), or `box`, along every axis.
  public var neighborhood = ModeCoverage.Neighborhood.ball

  public init() {}

  public func validateFields() throws {
    guard threshold > 0, threshold.isFinite else {
      throw ComponentError(component: Self.name, field: "threshold", value: threshold, expected: "above 0")
    }
    for (field, value) in [("minimumShare", minimumShare), ("minimumRate", minimumRate)] {
      guard value > 0, value <= 1 else {
        throw ComponentError(component: Self.name, field: field, value: value, expected: "above 0 and at most 1")
      }
    }
  }

  public var requirements: SampleRequirements { SampleRequirements(originals: true, modes: true, countsDiscarded: true) }

  public func measure(_ samples: SampleSet, against reference: SampleSet, key: Key) throws -> [MetricValue] {
    guard let known = reference.modes else { throw MetricError("\(Self.name): the modes of the data are not known") }
    guard samples.dimension == reference.dimension else { throw MetricError.differentDimensions(samples, reference) }
    let coverage = ModeCoverage(
      samples: samples.values, discarded: samples.discarded, centers: known.centers, standardDeviation: Double(known.standardDeviation),
      weights: known.weights, threshold: threshold, neighborhood: neighborhood)
    guard coverage.sampleCount > 0 else { throw MetricError("\(Self.name): there are no samples; give at least one") }
    let count = Double(known.centers.count)
    let divergence = coverage.reverseKL().flatMap { $0.isFinite ? $0 : nil } ?? .nan
    let limit = threshold == 3 ? "three" : "\(threshold)"
    let share = minimumShare == 0.2 ? "a fifth" : "\(100 * minimumShare) %"
    func modes(
      _ name: String, _ title: String, _ definition: ModeCoverage.Definition, _ meaning: String, best: Double? = nil
    ) -> MetricValue {
      MetricValue(
        name, Double(coverage.coveredModes(definition)), goal: .higher,
        display: MetricDisplay(title, meaning: meaning, unit: .count, best: best))
    }
    return [
      modes(
        "covered-modes", "modes", .anyHighQuality, "those with a sample of high quality, within \(limit) standard deviations",
        best: count),
      modes(
        "modes-by-share", "modes by share", .share(minimum: minimumShare), "those with \(share) of the samples that their weight gives them"
      ),
      modes(
        "modes-by-rate", "modes by rate", .rate(minimum: minimumRate), "those with \((1e6 * minimumRate).rounded() / 1e4) % of all samples"),
      MetricValue(
        "quality", coverage.highQualityFraction, goal: .higher,
        display: MetricDisplay("quality", meaning: "the share of samples of high quality", unit: .percent, digits: 1, best: 1)),
      MetricValue(
        "reverse-kl", divergence, goal: .lower,
        display: MetricDisplay("reverse KL", meaning: "that of the modes of these, in nats", digits: 3)),
    ]
  }
}
