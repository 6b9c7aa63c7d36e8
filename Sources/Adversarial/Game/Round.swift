import Components
import Networks
import Tensors

/// One round of a game: a pure function from the state and a batch to the next state and the recorded numbers.
///
/// It is written while it is traced: everything it touches are expressions, and running it means running the program that the trace was
/// compiled to. Update rules drive it; heuristics look at it.
public final class Round {
  /// The number of the round, from 0: an int32 scalar.
  public let step: Tensor
  /// How many samples a batch has.
  public let batchSize: Int
  /// Whether this is training; a generator that only samples is not.
  public let isTraining: Bool
  /// The game that is played.
  public let game: any Game

  /// The state as it stands, in its fixed order.
  public private(set) var state: Parameters
  /// What was recorded, in order.
  public private(set) var records: [(name: String, value: Tensor)] = []
  /// Initial values of what was asked for while the round was declared.
  package private(set) var declarations: Parameters

  /// What the optimizers divided by, update after update: their scaling slots' new values.
  package private(set) var scalings: [Tensor] = []

  /// The values that the round goes through on its way, in order; kept only where they are asked for.
  package private(set) var probes: [Probe] = []
  private let isProbing: Bool

  private let realBatches: [Tensor]
  private let root: Key
  private let isDeclaring: Bool
  private var phase = "round"
  private var batch = 0
  private var component = ""
  private var seenWeights: [Player: Parameters] = [:]

  /// A round at the given state and batches: constants give numbers at once, placeholders a function to compile. A state in float64
  /// gives a round in float64.
  package init(
    game: any Game, state: Parameters, step: Tensor, realBatches: [Tensor], batchSize: Int, seed: UInt64,
    isTraining: Bool,
    declarations: Parameters? = nil, isProbing: Bool = false
  ) {
    self.game = game
    self.state = state
    self.step = step
    self.realBatches = realBatches
    self.batchSize = batchSize
    self.root = Key(seed: seed)
    self.isTraining = isTraining
    self.isDeclaring = declarations != nil
    self.declarations = declarations ?? Parameters()
    self.isProbing = isProbing
    for (index, batch) in realBatches.enumerated() { probe("batch \(index)", .sample, batch) }
  }

  /// The players, in the game's order.
  public var players: [Player] { game.players }

  /// The player whose gradient is being taken.
  public private(set) var player: Player?

  /// The real samples of this evaluation, as the data gave them.
  public var real: Images {
    Images(
      realBatches.isEmpty
        ? .invalid(TensorError("this round has no real samples")) : realBatches[batch % realBatches.count])
  }

  // MARK: Playing

  /// The gradient of `player`'s loss with respect to its parameters, at the current point, after the heuristics' `gradient` hooks.
  ///
  /// - Parameter batch: which of the round's real batches to use; it also selects fresh random streams.
  public func gradient(of player: Player, batch: Int = 0) throws -> Parameters {
    try evaluating(player, batch) {
      let weights = parameters(of: player)
      let loss = try scalar(game.loss(of: player, in: self), "the \(player)'s loss")
      record("\(player).loss", loss)
      var gradient = weights.replacing(Tensors.gradient(of: loss, at: weights.tensors))
      for tensor in gradient.tensors { try tensor.validated() }
      for (path, tensor) in gradient { probe("\(player)/\(path)", .gradient, tensor) }
      try forEachHeuristic { heuristic in
        gradient = try heuristic.gradient(gradient, of: player, in: self)
        for (path, tensor) in gradient { probe("\(player)/\(path) after \(heuristic.name)", .gradient, tensor) }
      }
      return gradient
    }
  }

  /// `player`'s loss at the current point, with the batch and the random streams that ``gradient(of:batch:)`` has.
  package func loss(of player: Player, batch: Int = 0) throws -> Tensor {
    try evaluating(player, batch) { try scalar(game.loss(of: player, in: self), "the \(player)'s loss") }
  }

  private func evaluating<Result>(_ player: Player, _ batch: Int, _ body: () throws -> Result) rethrows -> Result {
    self.player = player
    self.batch = batch
    phase = "\(player)/\(batch)"
    seenWeights = [:]
    defer {
      self.player = nil
      phase = "round"
      seenWeights = [:]
    }
    return try body()
  }

  /// Moves `player`: its optimizer's update for `gradient`, then the heuristics' `updated` hooks.
  public func update(_ player: Player, with gradient: Parameters) throws {
    let optimizer = try game.optimizer(for: player)
    let weights = parameters(of: player)
    let prefix = "optimizers/\(player)/"
    let iteration = try stored(prefix + "iterations") { Tensor(int32: [0], shape: []) } + Tensor(int32: [1], shape: [])
    var slots = Parameters()
    let initial = isDeclaring ? optimizer.initialState(for: weights) : Parameters()
    for (path, tensor) in initial { _ = try stored(prefix + path) { tensor } }
    slots = state.subtree(prefix)
    slots["iterations"] = nil
    let change = try optimizer.update(gradient, at: weights, state: &slots, iteration: iteration)
    state[prefix + "iterations"] = iteration
    for (path, tensor) in slots {
      try store(tensor, at: prefix + path)
      if optimizer.scalingSlots.contains(where: { path.hasPrefix($0 + "/") }) { scalings.append(tensor) }
    }
    var updated = weights + change
    for (path, tensor) in updated { probe("\(player)/\(path)", .parameter, tensor) }
    self.player = player
    phase = "\(player)/update"
    defer {
      self.player = nil
      phase = "round"
    }
    try forEachHeuristic { updated = try $0.updated(updated, of: player, in: self) }
    try setParameters(updated, of: player)
  }

  /// The type that `player` computes in: that of its parameters.
  public func dtype(of player: Player) -> DType {
    parameters(of: player).tensors.first?.dtype ?? .float32
  }

  /// The parameters of `player` as the optimizer sees them.
  public func parameters(of player: Player) -> Parameters {
    state.subtree("\(player)/params/")
  }

  /// Moves `player` to a point, for rules that look at the gradient elsewhere.
  public func setParameters(_ parameters: Parameters, of player: Player) throws {
    for (path, tensor) in parameters { try store(tensor, at: "\(player)/params/\(path)") }
    seenWeights = [:]
  }

  // MARK: Networks

  /// What the discriminator says of samples, with its weights as the heuristics make them. It leaves no trace in the discriminator's
  /// buffers, and sees the samples as they are: no `inputs` hook applies.
  public func discriminator(_ images: Images, call: String = "heuristic") throws -> NetworkOutput {
    try apply(.discriminator, to: images.tensor, call: call, updatingState: false)
  }

  /// The generator's samples for latent vectors.
  public func generator(_ latents: Latents, call: String = "heuristic") throws -> NetworkOutput {
    try apply(.generator, to: latents.tensor, call: call, updatingState: false)
  }

  func apply(_ player: Player, to input: Tensor, call: String, updatingState: Bool) throws -> NetworkOutput {
    let prefix = "\(player)/buffers/"
    let output = try game.network(of: player)(
      input, parameters: weights(seenBy: player), state: state.subtree(prefix), isTraining: isTraining,
      randomKey: root.derived("dropout").derived(phase).derived(call), step: step)
    for tap in output.taps { probe("\(player)/\(tap.path)", .activation, tap.feature) }
    if updatingState && isTraining {
      for (path, tensor) in output.state { try store(tensor, at: prefix + path) }
    }
    return output
  }

  /// The parameters of `player` as its layers see them: after the heuristics' `parameter` hooks.
  public func weights(seenBy player: Player) throws -> Parameters {
    if let known = seenWeights[player] { return known }
    var weights = parameters(of: player)
    try forEachHeuristic { heuristic in
      weights = try weights.mapped { try heuristic.parameter($1, at: $0, of: player, in: self) }
    }
    seenWeights[player] = weights
    return weights
  }

  // MARK: For heuristics

  /// The key of a random stream of this evaluation: by player, batch, component and name, never by the order of calls.
  public func key(_ name: String) -> Key {
    root.derived(component).derived(phase).derived(name)
  }

  /// Uniform random numbers in [0, 1), new in every round: the same draws in every type.
  public func randomUniform(_ name: String, _ shape: Shape, dtype: DType = .float32) -> Tensor {
    Tensors.randomUniform(shape, key: key(name), step: step, dtype: dtype)
  }

  /// Standard normal random numbers, new in every round: the same draws in every type.
  public func randomNormal(_ name: String, _ shape: Shape, dtype: DType = .float32) -> Tensor {
    Tensors.randomNormal(shape, key: key(name), step: step, dtype: dtype)
  }

  /// A tensor of the calling component that persists from round to round, and into checkpoints.
  ///
  /// - Parameter initial: its value before the first round; it must not depend on anything that changes.
  public func persistent(_ name: String, initial: @autoclosure () -> Tensor) throws -> Tensor {
    try stored("\(component)/\(name)", initial)
  }

  /// Replaces a persistent tensor. Its gradient is not followed.
  public func setPersistent(_ name: String, to value: Tensor) throws {
    guard isTraining else { return }
    try store(value.stoppingGradient, at: "\(component)/\(name)")
  }

  /// A second set of `player`'s parameters that persists beside them (an average, slow weights), stored as `player_name/params/…`; it
  /// begins as a copy of the initial parameters.
  public func shadow(_ name: String, of player: Player) throws -> Parameters {
    try Parameters(
      parameters(of: player).map { path, _ in
        (
          path,
          try stored("\(player)_\(name)/params/\(path)") { declarations["\(player)/params/\(path)"] ?? .zeros([]) }
        )
      })
  }

  /// Replaces a shadow.
  public func setShadow(_ name: String, of player: Player, to parameters: Parameters) throws {
    for (path, tensor) in parameters { try store(tensor.stoppingGradient, at: "\(player)_\(name)/params/\(path)") }
  }

  /// Records a scalar of this round under a name; it becomes a column of the metric history. The last value of a name counts.
  public func record(_ name: String, _ value: Tensor) {
    guard isTraining else { return }
    let value = value.stoppingGradient.converted(to: .float32)
    if let index = records.firstIndex(where: { $0.name == name }) {
      records[index].value = value
    } else {
      records.append((name, value))
    }
  }

  /// Calls `body` for each heuristic, in order, with streams and state under the heuristic's own name.
  func forEachHeuristic(_ body: (any Heuristic) throws -> Void) rethrows {
    let outer = component
    defer { component = outer }
    var counts: [String: Int] = [:]
    for heuristic in game.heuristics {
      let number = counts[heuristic.name, default: 0] + 1
      counts[heuristic.name] = number
      component = "heuristics/\(heuristic.name)" + (number == 1 ? "" : "-\(number)")
      try body(heuristic)
    }
  }

  func scalar(_ tensor: Tensor, _ what: String) throws -> Tensor {
    try tensor.validated()
    guard tensor.rank == 0 else {
      throw TensorError("\(what) has shape \(tensor.shape), but must be a scalar; reduce it with mean() or sum()")
    }
    probe(what, .loss, tensor)
    return tensor
  }

  private func probe(_ name: @autoclosure () -> String, _ role: NonFinite.Role, _ tensor: Tensor) {
    guard isProbing, tensor.dtype.isFloatingPoint else { return }
    probes.append(Probe(name: name(), role: role, tensor: tensor))
  }

  // MARK: State

  private func stored(_ path: String, _ initial: () -> Tensor) throws -> Tensor {
    if let known = state[path] { return known }
    guard isDeclaring else {
      throw NetworkError(
        "state '\(path)' was not there when the round was declared; ask for it in every round, under the same conditions"
      )
    }
    let value = try initial().validated()
    declarations[path] = value
    let placeholder = Tensor.placeholder(value.shape, dtype: value.dtype)
    state[path] = placeholder
    return placeholder
  }

  private func store(_ value: Tensor, at path: String) throws {
    try value.validated()
    guard let current = state[path] else {
      throw NetworkError("state '\(path)' is set but was never asked for")
    }
    guard current.shape == value.shape, current.dtype == value.dtype else {
      throw NetworkError(
        "state '\(path)' is \(current.dtype.rawValue) \(current.shape), but is set to \(value.dtype.rawValue) \(value.shape)"
      )
    }
    state[path] = value
  }
}

/// A value on its way through a round.
package struct Probe {
  package var name: String
  package var role: NonFinite.Role
  package var tensor: Tensor
}
