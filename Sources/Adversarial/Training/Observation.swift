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
  public var composition: any Composition { trainer.composition }
  /// The composition, where it is a GAN.
  public var gan: GAN? { trainer.gan }
  /// The game with its networks, built.
  public var game: any Game { trainer.game }
  /// Who moves when.
  public var updateRule: any UpdateRule { trainer.updateRule }
  /// How many rounds have been played.
  public var step: Int { trainer.step }
  public var seed: UInt64 { trainer.seed }
  public var batchSize: Int { trainer.batchSize }
  /// What rounds have recorded so far.
  public var history: History { trainer.history }
  /// What diagnostics have read so far.
  public var observations: Observations { trainer.observations }
  /// Where a callback writes files whose paths do not begin with a slash; see ``Trainer/folder``.
  public var folder: String? { trainer.folder }
  /// The training data.
  public var samples: any Samples { trainer.samples }

  /// A copy of the whole training state.
  public var state: Parameters {
    if let knownState { return knownState }
    let state = trainer.state
    knownState = state
    return state
  }

  /// A copy of all players' parameters, under their paths in the state: what a diagnostic that looks often takes in place of the whole state.
  public var parameters: Parameters {
    let prefixes = game.players.flatMap { game.networks(of: $0) }.map { StatePath.parameters(of: $0) }
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

  /// The trainer's description of the data.
  public var data: any DataSource { trainer.data }
  /// The stream of real batches; see ``Trainer/dataKey``.
  public var dataKey: Key { trainer.dataKey }
  /// How many threads the run's programs have; `nil` for the device's choice.
  public var threadCount: Int? { trainer.threadCount }

  /// A trainer of the same composition, data, batch size and seed that stands where this run stands, without its diagnostics: what it plays does
  /// not reach the run.
  public func copy() throws -> Trainer {
    let copy = try Trainer(composition, data: data, batchSize: batchSize, seed: seed, threadCount: threadCount, device: trainer.device)
    copy.diagnostics = []
    try copy.restore(state: state, step: step, history: History())
    return copy
  }

  /// Fixed real samples, the same in every observation: `[count] + sampleShape`, row major.
  ///
  /// - Parameter part: which of several disjoint draws, where a diagnostic needs more than one. Finite data is drawn without replacement as
  ///   long as it lasts.
  /// - Throws: `NetworkError` where no samples are held out.
  public func realSamples(_ count: Int, from split: Split = .training, part: Int = 0) throws -> [Float] {
    try realBatch(count, from: split, part: part).copiedNumbers(0)
  }

  /// The same with all fields.
  public func realBatch(_ count: Int, from split: Split = .training, part: Int = 0) throws -> BatchMemory {
    let source: any Samples
    switch split {
    case .training: source = trainer.samples.unaugmented
    case .heldOut:
      guard let heldOut = trainer.samples.heldOut else {
        throw NetworkError(
          "the data keeps no samples back that training never sees; give its field 'heldOutFraction' a share, such as 0.1")
      }
      source = heldOut
    }
    return source.batch(of: count, index: part, key: key(split == .training ? "training samples" : "held-out samples"))
  }

  /// Samples of the generator for fixed latent vectors, the same in every observation.
  ///
  /// - Parameters:
  ///   - given: what they are made for, by field, as ``Trainer/sample(_:given:seed:averaged:)`` takes it.
  ///   - averaged: `true` for the average of the generator, where the run keeps one.
  public func generatedSamples(
    _ count: Int, given: [String: SampleCondition] = [:], averaged: Bool = true, part: Int = 0
  ) throws -> [Float] {
    try trainer.sample(count, given: given, seed: key("latents").derived(part).value, averaged: averaged).scalars()
  }

  /// The Euclidean norm of all parameters of `player`.
  public func norm(of player: Player) throws -> Double {
    var square = 0.0
    for network in game.networks(of: player) {
      square += try squaredNorm(of: network)
    }
    return square.squareRoot()
  }

  private func squaredNorm(of network: String) throws -> Double {
    var square = 0.0
    for tensor in state.subtree(StatePath.parameters(of: network)).tensors {
      for value in try tensor.scalars() { square += Double(value) * Double(value) }
    }
    return square
  }

  /// A function of the game's rounds called `name`: traced and compiled at the first observation that asks, kept for the later ones, and holding
  /// this observation's state.
  ///
  /// - Parameters:
  ///   - name: unique among the run's diagnostics; begin it with the diagnostic's own name.
  ///   - batches: how many real batches it takes.
  ///   - inputs: the types of further inputs.
  ///   - body: what it computes; it must depend on its inputs and on the composition alone.
  public func rounds(
    _ name: String, batches: Int = 0, inputs: [TensorType] = [],
    tracing body: @escaping (_ round: () -> Round, _ inputs: [Tensor]) throws -> [Tensor]
  ) throws -> RoundTrace {
    let state = self.state
    let trace =
      try trainer.diagnosticTraces[name]
      ?? RoundTrace(
        game, state: state.types, fields: samples.fields, batches: batches, batchSize: batchSize, seed: seed, inputs: inputs,
        threadCount: trainer.threadCount, device: trainer.device, tracing: body)
    trainer.diagnosticTraces[name] = trace
    if loaded.insert(name).inserted {
      try trace.load(state)
      try trace.load(step: step)
    }
    return trace
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
    let program = try Program(
      parameters: parameters, threadCount: trainer.threadCount, device: trainer.device, tracing: function)
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
