import Components
import Networks

/// The optimizers that come with Rival.
public enum BuiltInOptimizers {
  public static let types: [any Component.Type] = [SGD.self, RMSProp.self, Adam.self]
}
