import Metrics

/// A mean over batches, with its standard error.
public struct DrawnEstimate: Sendable, Equatable {
  /// The mean.
  public let value: Double
  /// The standard error over the batches; NaN of a single one.
  public let standardError: Double

  init(_ draws: [Double]) {
    value = Statistics.mean(draws)
    standardError = Statistics.standardError(draws)
  }
}
