import Metrics

/// What is measured of generated samples, and of how many.
public struct EvaluationPlan: Sendable {
  /// The metrics, in the order of tables.
  public var metrics: [any Metric]
  /// What metrics compare in place of the samples; `nil` (the default) for the samples themselves.
  public var features: (any FeatureChoice)?
  /// The names of the values that decide which variant is better, such as `reverse-kl`; empty (the default) for those of the first metric.
  public var primary: [String]
  /// How many samples an evaluation draws, and how many real ones it compares them with at most, at least 2; 2,500 by default, as in VEEGAN,
  /// PacGAN and GDPP.
  public var sampleCount: Int
  /// How often a trial is evaluated, evenly spaced, its end included; 20 by default.
  public var evaluationCount: Int

  /// Creates a plan; see the fields.
  public init(
    _ metrics: [any Metric], features: (any FeatureChoice)? = nil, primary: [String] = [], sampleCount: Int = 2500,
    evaluationCount: Int = 20
  ) {
    self.metrics = metrics
    self.features = features
    self.primary = primary
    self.sampleCount = sampleCount
    self.evaluationCount = evaluationCount
  }
}
