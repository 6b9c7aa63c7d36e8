import Adversarial
import Components
import Networks
import Tensors

/// Keeps layers of a network at the weights that they begin with, while all others learn.
///
/// For a network that began from trained weights: with the lower layers of the discriminator frozen, it keeps the features that it learned on other data (FreezeD).
/// What layers keep besides their weights, such as batch normalization's moving averages, goes on.
///
/// ```swift
/// var frozen = FrozenLayers(first: 4, of: "discriminator")
/// frozen.layers = ["06_dense"]
/// ```
public struct FrozenLayers: Heuristic {
  public static let name = "frozen-layers"
  public static let summary = "Keeps layers of a network at the weights that they begin with."
  public static let equation = "theta_l(t + 1) = theta_l(t) for the frozen layers l"
  public static let reference = "Mo et al. 2020 (Freeze the Discriminator), section 3"

  public static let fieldDescriptions = [
    "first": "How many layers from the input are frozen, activations counted",
    "layers": "Further layers by their names in the state, such as 02_dense",
    "network": "The network",
  ]

  /// The network, `discriminator` by default.
  public var network = "discriminator"
  /// How many layers from the input are frozen, activations counted, 0 or above; 0 by default.
  public var first = 0
  /// Further layers by their names in the state, such as `02_dense`; none by default.
  public var layers: [String] = []

  public init() {}

  /// Freezes the first layers of a network.
  public init(first: Int, of network: String = "discriminator") {
    self.first = first
    self.network = network
  }

  public func validateFields() throws {
    guard first >= 0 else { throw ComponentError(component: Self.name, field: "first", value: first, expected: "0 or above") }
  }

  public func review(_ gan: GAN) -> [Notice] {
    let networks = ["generator": gan.generator, "discriminator": gan.discriminator]
    guard let count = networks[network]?.layers.count else {
      return [Notice(.error, "\(name) names the network '\(network)'; a GAN has generator and discriminator")]
    }
    if first == 0, layers.isEmpty {
      return [Notice(.warning, "\(name) freezes nothing; say how many layers from the input (first), or which (layers)")]
    }
    guard first <= count else { return [Notice(.error, "\(name) freezes \(first) layers, but '\(network)' has \(count)")] }
    return first == count ? [Notice(.warning, "\(name) freezes all \(count) layers of '\(network)', so that it never learns")] : []
  }

  public func updated(_ parameters: Parameters, of player: Player, in round: Round) throws -> Parameters {
    guard round.game.networks(of: player).contains(network) else { return parameters }
    let before = round.parameters(of: player)
    let prefix = player.prefix(of: network)
    return parameters.mapped { path, weight in
      guard path.hasPrefix(prefix) else { return weight }
      let layer = path.dropFirst(prefix.count).prefix { $0 != "/" }
      let place = Int(layer.prefix { $0.isNumber }) ?? .max
      return place < first || layers.contains(String(layer)) ? before[path] ?? weight : weight
    }
  }
}
