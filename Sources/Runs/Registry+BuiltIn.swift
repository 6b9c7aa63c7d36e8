import Adversarial
import Components
import DatasetParts
import DiagnosticParts
import Heuristics
import Layers
import Losses
import MetricParts
import Networks
import Optimizers
import Recipes
import UpdateRules

extension Registry {
  /// A registry of all components, data sources, diagnostics with their rules, callbacks and metrics that come with Rival. A plugin adds its own to it:
  ///
  /// ```swift
  /// var registry = try Registry.builtIn()
  /// try registry.register(MyHeuristic.self)
  /// ```
  public static func builtIn() throws -> Registry {
    try Registry(
      BuiltInLayers.types + BuiltInLosses.types + BuiltInLosses.terms + BuiltInOptimizers.types + BuiltInOptimizers.transformations
        + BuiltInUpdateRules.types
        + BuiltInHeuristics.types + BuiltInSamplingMethods.types
        + BuiltInDataSources.types + BuiltInDiagnostics.types + BuiltInCallbacks.types + BuiltInRules.types + BuiltInDistances.types
        + BuiltInNeighborMetrics.types
        + BuiltInRecipes.types + [NetworkFeatures.self, ClassifierScore.self] + [GAN.self, NetworkGame.self])
  }
}
