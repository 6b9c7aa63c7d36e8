import Adversarial
import Checkpoints
import Networks
import Tensors

/// What a network took over from another one's weights.
public struct WarmStart: Sendable, Equatable {
  /// The tensors that were taken over, by their paths in the network.
  public var taken: [String] = []
  /// Tensors of the network that the file lacks, or has in another shape; they begin as in any new run.
  public var fresh: [String] = []
  /// Tensors of the file that the network has no place for.
  public var unused: [String] = []
}

extension Trainer {
  /// Begins training a network from given weights, before the first round: transfer learning.
  ///
  /// Tensors are matched by their paths in the network, such as `00_dense/weight`. What has another shape (a last layer for other classes) begins anew. Averages of
  /// the network's weights begin from the same values; optimizers begin anew.
  ///
  /// - Parameters:
  ///   - tensors: the weights, and what layers keep besides, by path.
  ///   - network: the network, such as `discriminator`.
  ///   - origin: where the weights are from, for ``lineage``.
  /// - Throws: `NetworkError` after the first round, for an unknown network, or where nothing fits.
  @discardableResult
  public func warmStart(_ network: String, with tensors: Parameters, from origin: String) throws -> WarmStart {
    guard step == 0 else {
      throw NetworkError("'\(network)' cannot begin from other weights after \(step) rounds; do so before the first")
    }
    guard game.networks.contains(where: { $0.name == network }) else {
      throw NetworkError("there is no network '\(network)' in the game; it has \(game.networks.map(\.name).joined(separator: ", "))")
    }
    var state = self.state
    var result = WarmStart()
    var places: [String: String] = [:]
    for (path, initial) in state {
      let parts = path.split(separator: "/", maxSplits: 2).map(String.init)
      guard parts.count == 3, parts[1] == "params" || parts[1] == "buffers" else { continue }
      let isShadow = parts[0].hasPrefix(network + "_")
      guard parts[0] == network || isShadow else { continue }
      if let tensor = tensors[parts[2]], TensorType(tensor) == TensorType(initial) {
        state[path] = tensor
        if !isShadow { result.taken.append(parts[2]) }
      } else if !isShadow {
        result.fresh.append(parts[2])
      }
      places[parts[2]] = path
    }
    result.unused = tensors.paths.filter { places[$0] == nil }
    guard !result.taken.isEmpty else {
      throw NetworkError(
        "none of the \(tensors.count) tensors fits '\(network)': it has \(result.fresh.prefix(3).joined(separator: ", ")), …, the file "
          + "\(tensors.paths.prefix(3).joined(separator: ", ")), …; give networks of the same layers in the same places")
    }
    try restore(state: state, step: 0, history: history, observations: observations)
    lineage.append(Branch(step: 0, changes: ["\(network) from \(origin)"], checkpoint: origin))
    return result
  }
}
