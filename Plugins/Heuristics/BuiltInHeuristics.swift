import Components
import Networks

/// The heuristics that come with Rival.
public enum BuiltInHeuristics {
  public static let types: [any Component.Type] = [
    LabelSmoothing.self, InstanceNoise.self, FeatureMatching.self, R1Penalty.self, GradientPenalty.self,
    SpectralNormalization.self,
    ExponentialMovingAverage.self, WeightClipping.self, GradientClipping.self, FrozenLayers.self, Rollback.self,
    R2Penalty.self, ZeroCenteredPenalty.self, DRAGANPenalty.self, MaximumGradientPenalty.self, JensenShannonRegularizer.self,
    LeCamRegularization.self, ConsistencyRegularization.self, LatentConsistency.self, PathLengthRegularization.self,
    OrthogonalRegularization.self, JacobianClamping.self, ModeSeeking.self, BuresDiversity.self, GradientNormalization.self,
    LazyRegularization.self,
    LabelFlipping.self, NoisyLabels.self, AnnealedGradientNoise.self, HistoricalAveraging.self, Lookahead.self, WeightNormalization.self,
    EqualizedLearningRate.self, TopKTraining.self, Packing.self, ExperienceReplay.self, LatentOptimization.self,
    DiscriminatorSkipping.self, DifferentiableAugmentation.self, AdaptiveAugmentation.self, PseudoAugmentation.self,
    StandingStatistics.self, ProgressiveResolution.self,
  ]
}
