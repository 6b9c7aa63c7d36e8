import Components
import Networks

/// The update rules that come with Rival.
public enum BuiltInUpdateRules {
  public static let types: [any Component.Type] = [
    AlternatingUpdates.self, SimultaneousUpdates.self, Extragradient.self, OptimisticGradient.self, UnrolledUpdates.self,
    ConsensusOptimization.self, SymplecticAdjustment.self, CompetitiveGradient.self, LookaheadMinmax.self,
  ]
}
