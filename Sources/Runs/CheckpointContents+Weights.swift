import Checkpoints
import Networks

extension CheckpointContents {
  /// The sets of weights that the contents hold: networks, and further sets of them such as `generator_ema`, in order.
  public var weightSets: [String] {
    var sets: [String] = []
    for tensor in tensors where tensor.path.contains("/params/") {
      let set = String(tensor.path.prefix { $0 != "/" })
      if !sets.contains(set) { sets.append(set) }
    }
    return sets
  }

  /// The same contents with other weights; optimizers, history and all else stay.
  ///
  /// - Parameters:
  ///   - weights: which set of weights is replaced.
  ///   - tensors: the new ones, by their names in the network.
  ///   - origin: where they come from; the contents say so afterwards.
  /// - Throws: `NetworkError` that names every tensor that is missing, belongs nowhere, or has another shape or type.
  public func replacing(weights: String, by tensors: [StoredTensor], from origin: String) throws -> CheckpointContents {
    let wanted = try weightPaths(of: weights)
    var problems: [String] = []
    var given: [String: StoredTensor] = [:]
    for tensor in tensors where given.updateValue(tensor, forKey: tensor.path) != nil { problems.append("'\(tensor.path)' is there twice") }
    let names = Set(wanted.map(\.name))
    let missing = wanted.map(\.name).filter { given[$0] == nil }
    let unknown = tensors.map(\.path).filter { !names.contains($0) }
    func list(_ names: [String]) -> String {
      names.prefix(10).map { "'\($0)'" }.joined(separator: ", ") + (names.count > 10 ? " and \(names.count - 10) more" : "")
    }
    if !missing.isEmpty { problems.append("\(list(missing)) \(missing.count == 1 ? "is" : "are") missing") }
    if !unknown.isEmpty { problems.append("\(list(unknown)) \(unknown.count == 1 ? "belongs" : "belong") to no layer") }
    var result = self
    for (path, name) in wanted {
      guard let new = given[name], let index = result.tensors.firstIndex(where: { $0.path == path }) else { continue }
      let old = result.tensors[index]
      guard new.shape == old.shape, new.type == old.type else {
        problems.append("'\(name)' is \(new.type.rawValue) \(new.shape), but \(old.type.rawValue) \(old.shape) is wanted")
        continue
      }
      result.tensors[index].bytes = new.bytes
    }
    guard problems.isEmpty else { throw NetworkError("the weights do not fit '\(weights)': \(problems.joined(separator: "; "))") }
    result.edited = (edited.map { $0 + "; " } ?? "") + "at step \(step): \(weights) from \(origin)"
    return result
  }

  /// A set of weights, and what layers keep besides, by their names in the network: as they are stored, before hooks such as spectral
  /// normalization.
  ///
  /// - Throws: `NetworkError` that lists the sets where there is none of this name.
  public func weights(of set: String) throws -> Parameters {
    Parameters(
      try weightPaths(of: set).compactMap { path, name in try tensor(path).map { (name, try $0.tensor()) } })
  }

  /// Where the tensors of a set lie, and their names in the network.
  private func weightPaths(of weights: String) throws -> [(path: String, name: String)] {
    let network = String(weights.prefix { $0 != "_" })
    let all = tensors.map(\.path)
    func under(_ prefix: String) -> [(path: String, name: String)] {
      all.filter { $0.hasPrefix(prefix) }.map { ($0, String($0.dropFirst(prefix.count))) }
    }
    let parameters = under("\(weights)/params/")
    guard !parameters.isEmpty else {
      throw NetworkError("the checkpoint has no weights '\(weights)'; it has \(weightSets.joined(separator: ", "))")
    }
    let own = under("\(weights)/buffers/")
    return parameters + (own.isEmpty ? under("\(network)/buffers/") : own)
  }
}
