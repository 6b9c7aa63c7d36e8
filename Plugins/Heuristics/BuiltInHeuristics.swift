import Components
import Networks

/// The heuristics that come with Rival.
public enum BuiltInHeuristics {
  public static let types: [any Component.Type] = [
    LabelSmoothing.self, InstanceNoise.self, FeatureMatching.self, R1Penalty.self, GradientPenalty.self,
    SpectralNormalization.self,
    ExponentialMovingAverage.self, WeightClipping.self, GradientClipping.self, FrozenLayers.self, Rollback.self, StandingStatistics.self,
  ]
}
