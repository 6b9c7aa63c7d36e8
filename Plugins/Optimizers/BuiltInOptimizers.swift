import Components
import Networks

/// The optimizers that come with Rival, and the transformations that chains are made of.
public enum BuiltInOptimizers {
  public static let types: [any Component.Type] = [
    SGD.self, RMSProp.self, Adam.self, AdamW.self, NAdam.self, AMSGrad.self, AdaBelief.self, OptimisticAdam.self,
    OptimisticMirrorDescent.self, Lion.self, Adagrad.self, Adafactor.self, Muon.self, Chain.self,
  ]

  public static let transformations: [any Component.Type] = [
    ClipByNorm.self, ClipByValue.self, ClipByRootMeanSquare.self, Scale.self, DecayedWeights.self, ScaleByParameterSize.self, Trace.self,
    Average.self, OptimisticCorrection.self, ScaleByAdam.self, ScaleByAMSGrad.self, ScaleByBelief.self, ScaleByRootMeanSquare.self,
    ScaleByAdagrad.self, ScaleByLion.self, ScaleByFactoredSquares.self, ScaleByMuon.self,
  ]
}
