import Components
import Networks

/// The update rules that come with Rival.
public enum BuiltInUpdateRules {
  public static let types: [any Component.Type] = [AlternatingUpdates.self, SimultaneousUpdates.self]
}
