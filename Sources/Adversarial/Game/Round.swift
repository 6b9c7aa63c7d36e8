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
  public private(set) var declarations: Parameters

  /// How often each player has moved.
  public private(set) var updates: [Player: Int] = [:]

  /// What the optimizers divided by, update after update: their scaling slots' new values.
  public private(set) var scalings: [Tensor] = []

  /// Whether every call of a network moves its running statistics on, asked or not.
  var movesBuffers = false

  /// The values that the round goes through on its way, in order; kept only where they are asked for.
  private(set) var probes: [Probe] = []
  private let isProbing: Bool

  private let batches: [Batch]
  private let root: Key
  private let isDeclaring: Bool
  private var phase = "round"
  private var batchNumber = 0
  private var component = ""
  private var stateKeeper = ""
  private var seenWeights: [Player: Parameters] = [:]

  /// A round at the given state and batches: constants give numbers at once, placeholders a function to compile. A state in float64
  /// gives a round in float64.
  ///
  /// - Parameters:
  ///   - state: every tensor that the round touches, by the paths of ``StatePath``.
  ///   - step: the number of the round, from 0: an int32 scalar.
  ///   - batches: real batches, as many as the update rule uses; fewer are used in turn.
  ///   - declarations: the initial state, where the round is traced only to see which further state it asks for; that is added to
  ///     ``declarations``.
  public init(
    game: any Game, state: Parameters, step: Tensor, batches: [Batch], batchSize: Int, seed: UInt64, isTraining: Bool,
    declarations: Parameters? = nil, isProbing: Bool = false
  ) {
    self.game = game
    self.state = state
    self.step = step
    self.batches = batches
    self.batchSize = batchSize
    self.root = Key(seed: seed)
    self.isTraining = isTraining
    self.isDeclaring = declarations != nil
    self.declarations = declarations ?? Parameters()
    self.isProbing = isProbing
    for (index, batch) in batches.enumerated() {
      for (place, entry) in batch.entries.enumerated() {
        probe(place == 0 ? "batch \(index)" : "batch \(index), \(entry.field.name)", .sample, entry.tensor)
      }
    }
  }

  /// The players, in the game's order.
  public var players: [Player] { game.players }

  /// The player whose gradient is being taken.
  public private(set) var player: Player?

  /// The batch of this evaluation, as the data gave it: all fields; empty where the round has no data.
  public var batch: Batch { batches.isEmpty ? [] : batches[batchNumber % batches.count] }

  /// The real samples of this evaluation, as the data gave them: the batch's first field.
  public var real: Images {
    Images(batch.entries.first?.tensor ?? .invalid(TensorError("this round has no real samples")))
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
      return try hooked(weights.replacing(Tensors.gradient(of: loss, at: weights.tensors)), player)
    }
  }

  /// A gradient that an update rule made itself, after the heuristics' `gradient` hooks, as ``gradient(of:batch:)`` hands it out.
  public func adjusted(_ gradient: Parameters, of player: Player, batch: Int = 0) throws -> Parameters {
    try evaluating(player, batch) { try hooked(gradient, player) }
  }

  private func hooked(_ gradient: Parameters, _ player: Player) throws -> Parameters {
    var gradient = gradient
    for tensor in gradient.tensors { try tensor.validated() }
    for (path, tensor) in gradient { probe("\(player)/\(path)", .gradient, tensor) }
    try forEachHeuristic { heuristic in
      gradient = try heuristic.gradient(gradient, of: player, in: self)
      for (path, tensor) in gradient { probe("\(player)/\(path) after \(heuristic.name)", .gradient, tensor) }
    }
    return gradient
  }

  /// `player`'s loss at the current point, with the batch and the random streams that ``gradient(of:batch:)`` has.
  public func loss(of player: Player, batch: Int = 0) throws -> Tensor {
    try evaluating(player, batch) {
      let loss = try scalar(game.loss(of: player, in: self), "the \(player)'s loss")
      record("\(player).loss", loss)
      return loss
    }
  }

  private func evaluating<Result>(_ player: Player, _ batch: Int, _ body: () throws -> Result) rethrows -> Result {
    self.player = player
    batchNumber = batch
    phase = "\(player)/\(batch)"
    seenWeights = [:]
    defer {
      self.player = nil
      phase = "round"
      seenWeights = [:]
    }
    return try Number.during(step, body)
  }

  /// Moves `player`: its optimizer's update for `gradient`, then the heuristics' `updated` hooks.
  public func update(_ player: Player, with gradient: Parameters) throws {
    updates[player, default: 0] += 1
    try Number.during(step) {
      let (before, weights) = (state, parameters(of: player))
      var updated = try moved(player, by: gradient)
      self.player = player
      phase = "\(player)/update"
      defer {
        self.player = nil
        phase = "round"
      }
      let prefix = StatePath.optimizer(of: player)
      try forEachHeuristic { heuristic in
        guard let moves = try heuristic.moves(player, in: self) else { return }
        updated = updated.zipped(with: weights) { select(moves, $0, $1) }
        for (path, tensor) in before.subtree(prefix) { try store(select(moves, state[prefix + path] ?? tensor, tensor), at: prefix + path) }
      }
      try forEachHeuristic { updated = try $0.updated(updated, of: player, in: self) }
      try setParameters(updated, of: player)
    }
  }

  /// Moves `player` to where its optimizer's step leads, to look from there: the memory of the optimizer moves on, but no `updated` hook applies, and it
  /// is no update of the player.
  public func extrapolate(_ player: Player, with gradient: Parameters) throws {
    try Number.during(step) { try setParameters(moved(player, by: gradient), of: player) }
  }

  /// The parameters after the optimizer's step; its memory moves on.
  private func moved(_ player: Player, by gradient: Parameters) throws -> Parameters {
    let optimizer = try game.optimizer(for: player)
    let weights = parameters(of: player)
    let prefix = StatePath.optimizer(of: player)
    let iteration = try stored(prefix + "iterations") { Tensor(int32: [0], shape: []) } + Tensor(int32: [1], shape: [])
    var slots = Parameters()
    let initial = isDeclaring ? optimizer.initialState(for: weights) : Parameters()
    for (path, tensor) in initial { _ = try stored(prefix + path) { tensor } }
    slots = Parameters(state.subtree(prefix).filter { !$0.path.hasPrefix(Self.rulePrefix) }.map { ($0.path, $0.tensor) })
    slots["iterations"] = nil
    let change = try optimizer.update(gradient, at: weights, state: &slots, iteration: iteration)
    state[prefix + "iterations"] = iteration
    for (path, tensor) in slots {
      try store(tensor, at: prefix + path)
      if optimizer.scalingSlots.contains(where: { path.hasPrefix($0 + "/") }) { scalings.append(tensor) }
    }
    let updated = weights + change
    for (path, tensor) in updated { probe("\(player)/\(path)", .parameter, tensor) }
    return updated
  }

  /// Runs `body` and takes the state back to what it was before: for rules that look ahead.
  public func undoing<Result>(_ body: () throws -> Result) rethrows -> Result {
    let before = (state, updates)
    defer {
      (state, updates) = before
      seenWeights = [:]
    }
    return try body()
  }

  /// What the paths of an update rule's memory begin with, among those of a player's optimizer.
  private static let rulePrefix = "update-rule/"

  /// What an update rule remembers of `player` from round to round, a copy of its parameters' layout: zeros before the first round. It lies beside the
  /// optimizer's memory, as `optimizers/generator/update-rule/name/…`.
  public func memory(_ name: String, of player: Player) throws -> Parameters {
    let prefix = StatePath.optimizer(of: player) + Self.rulePrefix + name + "/"
    return try parameters(of: player).mapped { path, weight in
      try stored(prefix + path) { .zeros(weight.shape, dtype: weight.dtype) }
    }
  }

  /// Replaces what an update rule remembers of `player`.
  public func setMemory(_ name: String, of player: Player, to values: Parameters) throws {
    let prefix = StatePath.optimizer(of: player) + Self.rulePrefix + name + "/"
    for (path, tensor) in values { try store(tensor, at: prefix + path) }
  }

  /// The type that `player` computes in: that of its parameters.
  public func dtype(of player: Player) -> DType {
    parameters(of: player).tensors.first?.dtype ?? .float32
  }

  /// The parameters of `player` as the optimizer sees them: those of its networks. Paths of a network that has the player's name stand as they
  /// are (`00_dense/weight`), those of others behind the network's name (`encoder/00_dense/weight`).
  public func parameters(of player: Player) -> Parameters {
    var result = Parameters()
    for network in game.networks(of: player) {
      result.merge(state.subtree(StatePath.parameters(of: network)).prefixed(player.prefix(of: network)))
    }
    return result
  }

  /// Moves `player` to a point, for rules that look at the gradient elsewhere.
  public func setParameters(_ parameters: Parameters, of player: Player) throws {
    for (path, tensor) in parameters { try store(tensor, at: game.statePath(ofParameter: path, of: player).description) }
    seenWeights = [:]
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

  /// The dimension of a parameter of `player` that counts outputs: the last one, unless its layer said otherwise.
  public func outputAxis(ofParameter path: String, of player: Player) -> Int {
    if case .parameter(let name, let path) = game.statePath(ofParameter: path, of: player), let network = try? game.network(name) {
      return network.outputAxis(ofParameter: path)
    }
    return (parameters(of: player)[path]?.rank ?? 1) - 1
  }

  /// The parameters of a network as its layers see them. One that no player moves has its own.
  public func weights(of network: String) throws -> Parameters {
    guard let owner = game.players.first(where: { game.networks(of: $0).contains(network) }) else {
      return state.subtree(StatePath.parameters(of: network))
    }
    let weights = try weights(seenBy: owner)
    guard network == owner.name else { return weights.subtree(owner.prefix(of: network)) }
    let others = game.networks(of: owner).filter { $0 != network }.map { $0 + "/" }
    return others.isEmpty
      ? weights : Parameters(weights.filter { entry in !others.contains { entry.path.hasPrefix($0) } }.map { ($0.path, $0.tensor) })
  }

  // MARK: Networks

  /// Runs a network of the game, with its weights as the heuristics make them. No `inputs` hook applies.
  ///
  /// - Parameters:
  ///   - name: the network's name.
  ///   - conditions: what its layers may ask for beside their input; the evaluation's own batch where nothing is handed over.
  ///   - call: names the call's random stream (dropout); two calls of one name in an evaluation draw the same numbers.
  ///   - updatesBuffers: whether running statistics move on; only in training.
  /// - Throws: `NetworkError` where there is no such network, and what its layers throw.
  public func network(
    _ name: String, _ input: Tensor, given conditions: Batch? = nil, call: String = "call", updatesBuffers: Bool = false
  ) throws -> NetworkOutput {
    let network = try game.network(name)
    let prefix = StatePath.buffers(of: name)
    // Streams are told apart by the layers' paths too; the first word of the key is history, and changing it would change every run.
    let output = try Number.during(step) {
      try network(
        input, parameters: weights(of: name), state: state.subtree(prefix), conditions: conditions ?? batch, isTraining: isTraining,
        randomKey: root.derived("dropout").derived(phase).derived(call), step: step)
    }
    for tap in output.taps { probe("\(name)/\(tap.path)", .activation, tap.feature) }
    if (updatesBuffers || movesBuffers) && isTraining {
      for (path, tensor) in output.state { try store(tensor, at: prefix + path) }
    }
    return output
  }

  /// What the discriminator says of samples, with its weights as the heuristics make them. It leaves no trace in the discriminator's
  /// buffers, and sees the samples as they are: no `inputs` hook applies. Where it takes several samples as one, it takes either form.
  ///
  /// - Parameter conditions: the conditions of the samples; those of the evaluation's real batch by default.
  public func discriminator(_ images: Images, given conditions: Batch? = nil, call: String = "heuristic") throws -> NetworkOutput {
    let isJoined = try Array(images.tensor.shape.dropFirst()) == game.network("discriminator").inputShape.dimensions
    return try network("discriminator", (isJoined ? images : joined(images)).tensor, given: conditions, call: call)
  }

  /// The generator's samples for latent vectors.
  ///
  /// - Parameter conditions: the conditions; new ones from ``drawnConditions(evenly:)`` by default.
  public func generator(_ latents: Latents, given conditions: Batch? = nil, call: String = "heuristic") throws -> NetworkOutput {
    try network("generator", latents.tensor, given: conditions ?? drawnConditions(), call: call)
  }

  // MARK: Random numbers

  /// Latent vectors of the game's distribution, one for each sample of a batch: the same in every call of one evaluation that names the same
  /// stream.
  ///
  /// - Throws: `NetworkError` where the game has no latent distribution.
  public func latents(_ stream: String = "latent") throws -> Latents {
    guard let latent = game.latent else { throw NetworkError("the game has no latent distribution to draw from") }
    let dtype = game.players.first.map { self.dtype(of: $0) } ?? .float32
    return latent.drawn(count: batchSize, key: key(stream), step: step, dtype: dtype)
  }

  /// Conditions for generated samples: classes are drawn from streams of their own, other fields are those of the real batch.
  ///
  /// - Parameter evenly: `true` for all classes equally often; as often as in the data by default.
  public func drawnConditions(evenly: Bool = false) -> Batch {
    Batch(
      batch.entries.dropFirst().map { entry in
        guard let count = entry.field.classCount else { return entry }
        let probabilities = evenly ? Array(repeating: 1 / Double(count), count: count) : entry.field.probabilities
        let draws = randomUniform("condition/\(entry.field.name)", [batchSize, 1])
        return Batch.Entry(entry.field, drawnClasses(draws, probabilities))
      })
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
    try stored(statePath(name), initial)
  }

  /// Replaces a persistent tensor. Its gradient is not followed.
  public func setPersistent(_ name: String, to value: Tensor) throws {
    guard isTraining else { return }
    try store(value.stoppingGradient, at: statePath(name))
  }

  private func statePath(_ name: String) -> String { "\(component.isEmpty ? stateKeeper : component)/\(name)" }

  /// Calls `body` with persistent tensors kept under the name of a loss or an objective, beside those of heuristics. Random streams stay the game's.
  public func keepingState<Result>(of part: any Component, _ body: () throws -> Result) rethrows -> Result {
    let outer = stateKeeper
    defer { stateKeeper = outer }
    stateKeeper = "heuristics/\(part.name)"
    return try body()
  }

  /// A second set of `player`'s parameters that persists beside them (an average, slow weights), stored as `network_name/params/…`; it
  /// begins as a copy of the initial parameters.
  public func shadow(_ name: String, of player: Player) throws -> Parameters {
    try Parameters(
      parameters(of: player).map { path, _ in
        let own = game.statePath(ofParameter: path, of: player)
        return (path, try stored(own.shadow(name).description) { declarations[own.description] ?? .zeros([]) })
      })
  }

  /// Replaces a shadow.
  public func setShadow(_ name: String, of player: Player, to parameters: Parameters) throws {
    for (path, tensor) in parameters {
      try store(tensor.stoppingGradient, at: game.statePath(ofParameter: path, of: player).shadow(name).description)
    }
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
  public func forEachHeuristic(_ body: (any Heuristic) throws -> Void) rethrows {
    let outer = component
    defer { component = outer }
    var counts: [String: Int] = [:]
    for heuristic in game.heuristics {
      let number = counts[heuristic.name, default: 0] + 1
      counts[heuristic.name] = number
      component = "heuristics/\(heuristic.name)" + (number == 1 ? "" : "-\(number)")
      try Number.during(step) { try body(heuristic) }
    }
  }

  /// The tensor itself.
  ///
  /// - Throws: `TensorError` that names `what` where it is no scalar.
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
struct Probe {
  var name: String
  var role: NonFinite.Role
  var tensor: Tensor
}
