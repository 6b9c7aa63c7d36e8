import Components
import Metrics

/// The metrics by neighbours, classifiers and modes that come with Rival.
public enum BuiltInNeighborMetrics {
  public static let types: [any Component.Type] = [
    PrecisionRecall.self, DensityCoverage.self, ClippedDensityCoverage.self, ClassifierTwoSampleTest.self, NearestNeighborTwoSample.self,
    DifferentBins.self, IntrinsicDimension.self, VendiScore.self, PrecisionRecallCurve.self, KnownModeCoverage.self,
  ]
}
