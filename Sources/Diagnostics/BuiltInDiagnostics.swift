import Components
import Networks

/// The diagnostics that come with Rival.
public enum BuiltInDiagnostics {
  /// Their types, in the order in which they are listed and run.
  public static let types: [any Component.Type] = [
    DiscriminatorOutputs.self, GradientSignals.self, ParameterProjections.self, LayerNorms.self, KnownModeShares.self,
    SampleDistance.self, SampleCoverage.self, IndependentAdversary.self, SampleFrechetDistance.self, MemorizationReading.self,
    UpdateMapSpectrum.self, RotationReading.self, EquilibriumReading.self, DualityGapReading.self, ReproducibilityReading.self,
  ]
}
