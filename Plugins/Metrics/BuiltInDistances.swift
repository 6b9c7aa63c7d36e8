import Components
import Metrics

/// The distances between sample sets that come with Rival, and the features that they may be taken of.
public enum BuiltInDistances {
  /// All components: metrics, then features.
  public static let types: [any Component.Type] = metrics.map { $0 as any Component.Type } + features.map { $0 as any Component.Type }

  /// The distances.
  public static let metrics: [any Metric.Type] = [
    FrechetDistance.self, FrechetDistanceInfinity.self, KernelDistance.self, MaximumMeanDiscrepancy.self, EnergyDistance.self,
    WassersteinDistance.self, SinkhornDivergence.self, SlicedWasserstein.self,
  ]

  /// What the distances may be taken of, other than the samples themselves.
  public static let features: [any FeatureChoice.Type] = [
    IdentityFeatures.self, PrincipalComponents.self, RandomConvolution.self, InceptionV3.self,
  ]
}
