import Tensors

/// A network with trained weights, ready to be used or handed to another program.
public struct TrainedNetwork: Sendable {
  /// The network, with its initial weights.
  public let network: Network
  /// The trained weights as the layers see them: after heuristics such as spectral normalization.
  public let parameters: Parameters
  /// What the layers keep besides, such as running statistics.
  public let state: Parameters

  /// A network with weights of its own.
  ///
  /// - Parameters:
  ///   - parameters: of the paths and shapes of the network's own; those by default.
  ///   - state: likewise.
  public init(_ network: Network, parameters: Parameters? = nil, state: Parameters? = nil) {
    self.network = network
    self.parameters = parameters ?? network.parameters
    self.state = state ?? network.state
  }

  /// The network's output for a batch, in evaluation mode.
  ///
  /// - Parameter conditions: at least the fields that the layers ask for.
  public func callAsFunction(_ input: Tensor, conditions: Batch = []) throws -> Tensor {
    try network(
      input, parameters: parameters, state: state, conditions: conditions, isTraining: false, randomKey: Key(seed: 0).derived("use")
    ).output
  }

  /// All tensors, layer by layer: what a layer trains in front of what it keeps besides, each in the order in which it asks for them.
  public var tensors: [(path: String, tensor: Tensor)] {
    var kept = Array(state)
    var result: [(path: String, tensor: Tensor)] = []
    var last: Substring?
    func finish(_ layer: Substring) {
      result += kept.filter { Self.layer($0.path) == layer }
      kept.removeAll { Self.layer($0.path) == layer }
    }
    for entry in parameters {
      let own = Self.layer(entry.path)
      if let last, last != own { finish(last) }
      result.append(entry)
      last = own
    }
    if let last { finish(last) }
    return result + kept
  }

  private static func layer(_ path: String) -> Substring { path[..<(path.lastIndex(of: "/") ?? path.startIndex)] }
}
