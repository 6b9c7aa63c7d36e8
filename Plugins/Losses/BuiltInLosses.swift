import Components
import Networks

/// The losses that come with Rival.
public enum BuiltInLosses {
  public static let types: [any Component.Type] = [
    MinimaxLoss.self, NonSaturatingLoss.self, LeastSquaresLoss.self, WassersteinLoss.self, HingeLoss.self, RelativisticLoss.self,
    FDivergenceLoss.self, QuadraticPotentialLoss.self, MMDLoss.self, CramerLoss.self, EnergyBasedLoss.self, BoundaryEquilibriumLoss.self,
    MultiHingeLoss.self,
  ]

  /// Terms that stand beside a loss, and objectives of games with more networks.
  public static let terms: [any Component.Type] = [
    AuxiliaryClassifier.self, TwinClassifier.self, AdversarialClassifier.self, ConditionalContrast.self, DataToDataCrossEntropy.self,
    MutualInformation.self, SelfSupervisedRotation.self, InformationMaximum.self,
    CycleConsistency.self,
  ]
}
