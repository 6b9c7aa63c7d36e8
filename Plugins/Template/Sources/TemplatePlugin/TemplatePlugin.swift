import Rival

/// What this package adds to Rival.
public enum TemplatePlugin {
  /// Its components, for `RivalCommand.run(plugins:)`.
  public static let components: [any Component.Type] = [
    PastAveraging.self, ChannelNorm.self, PairedLoss.self, SampleSpread.self, MeanOffset.self,
  ]

  /// Adds its components to a registry, for programs that resume runs which use them.
  ///
  /// - Throws: `ComponentError` where the registry has another component of one of their names.
  public static func register(in registry: inout Registry) throws {
    for component in components { try registry.register(component) }
  }
}
