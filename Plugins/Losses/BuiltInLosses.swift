import Components
import Networks

/// The losses that come with Rival.
public enum BuiltInLosses {
  public static let types: [any Component.Type] = [
    MinimaxLoss.self, NonSaturatingLoss.self, LeastSquaresLoss.self, WassersteinLoss.self, HingeLoss.self,
  ]
}
