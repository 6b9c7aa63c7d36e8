import Components
import Networks
import Tensors

// The hooks of heuristics that a game's losses call: a game of one's own calls them where they have a meaning in it.
extension Round {
  /// Samples as a judge sees them: after every heuristic's `inputs`, in order, and joined where a heuristic makes several samples one.
  public func seen(_ images: Images, as role: SampleRole) throws -> Images {
    var images = images
    try forEachHeuristic { images = try $0.inputs(images, role: role, in: self) }
    return joined(images)
  }

  /// Samples as a judge sees them together: as they are, or several of them as one (``Heuristic/joined(_:)``).
  public func joined(_ images: Images) -> Images { game.heuristics.reduce(images) { Images($1.joined($0.tensor)) } }

  /// The latent vectors that samples are made of in training: after every heuristic's `latents`, in order.
  public func improved(_ latents: Latents, given conditions: Batch) throws -> Latents {
    var latents = latents
    try forEachHeuristic { latents = try $0.latents(latents, given: conditions, in: self) }
    return latents
  }

  /// What a judge said of samples as the losses get it: after every heuristic's `logits`, in order.
  public func heard(_ logits: Logits, of images: Images, as role: SampleRole) throws -> Logits {
    var logits = logits
    try forEachHeuristic { logits = try $0.logits(logits, of: images, role: role, in: self) }
    return logits
  }

  /// What a judge is told: after every heuristic's `targets`, in order.
  public func told(_ targets: Targets) throws -> Targets {
    var targets = targets
    try forEachHeuristic { targets = try $0.targets(targets, in: self) }
    return targets
  }

  /// The terms that heuristics add to a discriminator's loss, in order: scalars.
  public func discriminatorTerms(_ evaluation: DiscriminatorEvaluation) throws -> [Tensor] {
    var terms: [Tensor] = []
    var sources: [any Heuristic] = []
    try forEachHeuristic { heuristic in
      guard let term = try heuristic.discriminatorTerm(evaluation, in: self) else { return }
      terms.append(try scalar(term, "the discriminator's term of \(heuristic.name)"))
      sources.append(heuristic)
    }
    return try weighed(terms, sources)
  }

  /// The terms that heuristics add to a generator's loss, in order: scalars.
  public func generatorTerms(_ evaluation: GeneratorEvaluation) throws -> [Tensor] {
    var terms: [Tensor] = []
    var sources: [any Heuristic] = []
    try forEachHeuristic { heuristic in
      guard let term = try heuristic.generatorTerm(evaluation, in: self) else { return }
      terms.append(try scalar(term, "the generator's term of \(heuristic.name)"))
      sources.append(heuristic)
    }
    return try weighed(terms, sources)
  }

  /// The terms as every heuristic's `term` makes them, in order.
  private func weighed(_ terms: [Tensor], _ sources: [any Heuristic]) throws -> [Tensor] {
    var terms = terms
    try forEachHeuristic { heuristic in
      for index in terms.indices {
        terms[index] = try heuristic.term(terms[index], of: sources[index], in: self)
      }
    }
    return terms
  }
}

/// Classes for uniform draws in [0, 1) of shape `[n, 1]`: the number of running sums of the probabilities that a draw has reached, `[n]`.
func drawnClasses(_ draws: Tensor, _ probabilities: [Double]) -> Tensor {
  var sum = 0.0
  let reached = probabilities.dropLast().map { probability in
    sum += probability
    return Float(sum)
  }
  guard !reached.isEmpty else { return .zeros([draws.shape[0]], dtype: .int32) }
  let bounds = Tensor(reached, shape: [1, reached.count])
  return (draws.isLess(than: bounds).converted(to: .float32) * -1 + 1).sum(axes: [1]).converted(to: .int32)
}

extension Player {
  /// What the paths of a network's parameters begin with among those of the player that moves it: nothing where both have one name, else `encoder/`.
  public func prefix(of network: String) -> String { network == name ? "" : network + "/" }
}

extension Game {
  /// Where a parameter of `player` lies in the state.
  func statePath(ofParameter path: String, of player: Player) -> StatePath {
    for network in networks(of: player) where network != player.name && path.hasPrefix(network + "/") {
      return .parameter(network: network, path: String(path.dropFirst(network.count + 1)))
    }
    return .parameter(network: player.name, path: path)
  }
}

extension StatePath {
  /// The same parameter in another set of its network's parameters.
  func shadow(_ set: String) -> StatePath {
    guard case .parameter(let network, let path) = self else { return self }
    return .shadow(network: network, set: set, path: path)
  }
}
