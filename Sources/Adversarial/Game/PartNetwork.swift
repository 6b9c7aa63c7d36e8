import Networks

/// A network that a loss or a heuristic brings into a game: an auxiliary classifier, an encoder, a posterior.
///
/// Its parameters are trained with those of `player`, saved and resumed like any others; ``Round/network(_:_:given:call:updatesBuffers:)``
/// runs it by its name.
public struct PartNetwork: Sendable {
  /// Unique in the game, in kebab case: `auxiliary-classifier`.
  public var name: String
  /// Its layers.
  public var layers: Sequential
  /// What it takes.
  public var input: NetworkInput
  /// With whom it is trained.
  public var player: Player

  public init(_ name: String, from input: NetworkInput, trainedWith player: Player, layers: Sequential) {
    self.name = name
    self.input = input
    self.player = player
    self.layers = layers
  }

  public init(_ name: String, from input: NetworkInput, trainedWith player: Player, @LayerBuilder _ layers: () -> [PlacedLayer]) {
    self.init(name, from: input, trainedWith: player, layers: Sequential(layers))
  }
}

extension Network {
  /// The path of the feature that the last layer takes: the output of the layer before it.
  ///
  /// - Throws: `NetworkError` for a network of one layer.
  public func lastHiddenFeature() throws -> String {
    guard layers.layers.count >= 2 else { throw NetworkError("the \(name) has no hidden layer") }
    return layers.scopeName(at: layers.layers.count - 2)
  }
}

extension [Tap] {
  /// The feature published under `path`.
  ///
  /// - Throws: `NetworkError` that lists what there is.
  public func feature(_ path: String) throws -> Tap {
    if let found = first(where: { $0.path == path }) { return found }
    throw NetworkError("there is no tap '\(path)'; there are: \(map(\.path).joined(separator: ", "))")
  }
}
