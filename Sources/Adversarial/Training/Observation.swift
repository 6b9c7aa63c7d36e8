import Components
import Networks
import Tensors

/// A run as a diagnostic sees it: everything can be read and evaluated, nothing can be changed.
///
/// What it evaluates are programs of their own over copies of the state, with random streams of their own. A program that is made once with
/// ``program(_:parameters:tracing:)`` serves all later observations of the run.
public final class Observation {
  private let trainer: Trainer
  private var knownState: Parameters?
  /// Programs that hold this observation's state already.
  private var loaded: Set<String> = []

  /// The run as it stands. Whoever makes observations of one trainer again and again gets the programs that were made for the first.
  public init(_ trainer: Trainer) {
    self.trainer = trainer
  }

  /// The composition.
  public var gan: GAN { trainer.gan }
  /// The networks, built.
  public var game: AdversarialGame { trainer.game }
  /// How many rounds have been played.
  public var step: Int { trainer.step }
  public var seed: UInt64 { trainer.seed }
  public var batchSize: Int { trainer.batchSize }
  /// What rounds have recorded so far.
  public var history: History { trainer.history }
  /// What diagnostics have read so far.
  public var observations: Observations { trainer.observations }
  /// The description of the data.
  public var data: any DataSource { trainer.data }
  /// The training data.
  public var samples: any Samples { trainer.samples }
  /// Threads of the run's programs; `nil` for the pool's size.
  public var threadCount: Int? { trainer.threadCount }

  /// A copy of the whole training state.
  public var state: Parameters {
    if let knownState { return knownState }
    let state = trainer.state
    knownState = state
    return state
  }

  /// A copy of all players' parameters, under their paths in the state: what a diagnostic that looks often takes in place of the whole state.
  public var parameters: Parameters {
    let prefixes = game.players.map { "\($0)/params/" }
    return trainer.state(where: { path in prefixes.contains { path.hasPrefix($0) } })
  }

  /// A key for the random choices of a diagnostic: by name, the same in every observation.
  public func key(_ name: String) -> Key {
    Key(seed: trainer.seed).derived("diagnostics").derived(name)
  }

  /// Which real samples are meant.
  public enum Split: Sendable {
    /// Samples that training draws from.
    case training
    /// Samples that training never sees: fresh draws of a distribution, or those that finite data has kept back.
    case heldOut
  }

  /// Whether there are real samples that training never sees.
  public var hasHeldOut: Bool { trainer.samples.heldOut != nil }

  /// Fixed real samples, the same in every observation: `[count] + sampleShape`, row major.
  ///
  /// - Parameter part: which of several disjoint draws, where a diagnostic needs more than one. Finite data is drawn without replacement as
  ///   long as it lasts.
  /// - Throws: `NetworkError` where no samples are held out.
  public func realSamples(_ count: Int, from split: Split = .training, part: Int = 0) throws -> [Float] {
    let source: any Samples
    switch split {
    case .training: source = trainer.samples
    case .heldOut:
      guard let heldOut = trainer.samples.heldOut else {
        throw NetworkError(
          "the data keeps no samples back that training never sees; give its field 'heldOutFraction' a share, such as 0.1")
      }
      source = heldOut
    }
    let size = trainer.samples.sampleShape.reduce(1, *)
    return [Float](unsafeUninitializedCapacity: count * size) { buffer, initialized in
      source.fill(
        UnsafeMutableBufferPointer(rebasing: buffer[0..<count * size]), batch: part, size: count,
        key: key(split == .training ? "training samples" : "held-out samples"))
      initialized = count * size
    }
  }

  /// Samples of the generator for fixed latent vectors, the same in every observation.
  ///
  /// - Parameter averaged: `true` for the average of the generator, where the run keeps one.
  public func generatedSamples(_ count: Int, averaged: Bool = true, part: Int = 0) throws -> [Float] {
    try trainer.sample(count, seed: key("latents").derived(part).value, averaged: averaged).scalars()
  }

  /// What the discriminator says of samples: one logit each, for as many whole batches of the run's batch size as there are.
  ///
  /// It works as in training (batch statistics, weights as the heuristics make them), because that is the opponent that the generator
  /// meets; no heuristic changes the samples, and no trace is left in its buffers.
  public func discriminatorLogits(of values: [Float]) throws -> [Float] {
    let size = trainer.samples.sampleShape.reduce(1, *)
    let state = self.state
    let paths = state.paths
    let batch = trainer.batchSize
    let types = state.tensors.map(TensorType.init) + [TensorType(Shape([batch] + trainer.samples.sampleShape))]
    let program = try program("discriminator", parameters: types) { [game, seed] inputs in
      let round = Round(
        game: game, state: Parameters(zip(paths, inputs)), step: Tensor(int32: [0], shape: []), realBatches: [], batchSize: batch,
        seed: seed, isTraining: true)
      return [try round.discriminator(Images(inputs[paths.count]), call: "diagnostics").output]
    }
    if !loaded.contains("discriminator") {
      for (index, tensor) in state.tensors.enumerated() { try program.write(tensor, to: index) }
      loaded.insert("discriminator")
    }
    var logits: [Float] = []
    for start in 0..<values.count / (batch * size) {
      let rows = Array(values[start * batch * size..<(start + 1) * batch * size])
      try program.write(Tensor(rows, shape: types[paths.count].shape), to: paths.count)
      program.execute()
      program.withOutput(0) { logits += $0.bindMemory(to: Float.self) }
    }
    return logits
  }

  /// What a function of the round gives where the run stands, output by output, row major.
  ///
  /// - Parameters:
  ///   - name: of its program, as of ``program(_:parameters:tracing:)``.
  ///   - realBatches: the round's real samples, each `[batchSize] + sampleShape`, row major.
  ///   - function: what is computed, in float32. It gets a maker of rounds, each at the run's state: what one moves, the next does not see.
  /// - Throws: what tracing and compiling throw.
  public func evaluate(
    _ name: String, realBatches: [[Float]], tracing function: @escaping (_ round: () -> Round) throws -> [Tensor]
  ) throws -> [[Float]] {
    let state = self.state
    let paths = state.paths
    let batchType = TensorType(Shape([batchSize] + samples.sampleShape))
    let types = state.tensors.map(TensorType.init) + [TensorType([], .int32)] + realBatches.map { _ in batchType }
    let program = try program(name, parameters: types) { [game, batchSize, seed] inputs in
      try function {
        Round(
          game: game, state: Parameters(zip(paths, inputs)), step: inputs[paths.count], realBatches: Array(inputs[(paths.count + 1)...]),
          batchSize: batchSize, seed: seed, isTraining: true)
      }
    }
    for (index, tensor) in state.tensors.enumerated() { try program.write(tensor, to: index) }
    try program.write(Tensor(int32: [Int32(truncatingIfNeeded: step)], shape: []), to: paths.count)
    for (index, batch) in realBatches.enumerated() {
      try program.write(Tensor(batch, shape: batchType.shape), to: paths.count + 1 + index)
    }
    program.execute()
    return program.outputs.indices.map { program.withOutput($0) { Array($0.bindMemory(to: Float.self)) } }
  }

  /// The Euclidean norm of all parameters of `player`.
  public func norm(of player: Player) throws -> Double {
    var square = 0.0
    for tensor in state.subtree("\(player)/params/").tensors {
      for value in try tensor.scalars() { square += Double(value) * Double(value) }
    }
    return square.squareRoot()
  }

  /// The program called `name`: traced and compiled at the first observation that asks, and kept for the later ones.
  ///
  /// - Parameters:
  ///   - name: unique among the run's diagnostics; begin it with the diagnostic's own name.
  ///   - parameters: the types of its inputs.
  ///   - function: what it computes; it must depend on its inputs and on the composition alone.
  public func program(
    _ name: String, parameters: [TensorType], tracing function: @escaping ([Tensor]) throws -> [Tensor]
  ) throws -> Program {
    if let known = trainer.diagnosticPrograms[name] { return known }
    let program = try Program(parameters: parameters, threadCount: trainer.threadCount, tracing: function)
    trainer.diagnosticPrograms[name] = program
    return program
  }

  /// Numbers that depend on the data and the seed alone, such as a null band: made at the first observation that asks, and kept for the later
  /// ones.
  public func remembered(_ name: String, _ numbers: () throws -> [Double]) rethrows -> [Double] {
    if let known = trainer.diagnosticNumbers[name] { return known }
    let made = try numbers()
    trainer.diagnosticNumbers[name] = made
    return made
  }
}
