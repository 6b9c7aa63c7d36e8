import Components
import Networks
import Tensors

/// Trains a GAN on data: round after round, each a pure function of the state, the batch and the seed.
///
/// ```swift
/// let trainer = try Trainer(gan, data: RingOfGaussians(modes: 8), batchSize: 256, seed: 1)
/// try trainer.run(until: 2_000)
/// let samples = try trainer.sample(1_000)       // Tensor [1000, 2]
/// ```
///
/// Same composition, data, batch size, seed and thread count: the same bytes, whether or not the run was stopped and resumed between.
/// A trainer is used by one thread at a time.
public final class Trainer {
  public let gan: GAN
  /// The description of the data.
  public let data: any DataSource
  /// The data, opened.
  public let samples: any Samples
  public let batchSize: Int
  public let seed: UInt64
  /// What the composition was warned of when it was made.
  public let warnings: [Notice]
  /// The networks, built.
  public let game: AdversarialGame
  /// How many rounds have been played.
  public private(set) var step = 0
  /// What was recorded in each round.
  public private(set) var history = History()
  /// What the numbers did, where they went wrong; a trainer with a failure plays no further round.
  public internal(set) var failure: NumericFailure?
  /// What looks at the run while it goes on; at first those of the composition. They never change it.
  public var diagnostics: [any Observer]
  /// What the diagnostics have read.
  public private(set) var observations = Observations()
  /// The failures that the run has got over in this process, and the round to whose end it went back.
  public internal(set) var recoveries: [(failure: NumericFailure, step: Int)] = []
  /// Diagnostics that could not be computed when they last looked, each with the reason.
  public private(set) var diagnosticFailures: [(name: String, reason: String)] = []
  /// The time that rounds and diagnostics took in this process. It is measured, not recorded.
  public private(set) var timing = TrainingTime()

  let round: RoundProgram
  /// The state some rounds ago, from which the way into a failure can be played again.
  var lastGood: (step: Int, state: StateCopy)
  private var sampler: Program?
  private var knownLatents: [Key: Tensor] = [:]
  package let threadCount: Int?
  var diagnosticPrograms: [String: Program] = [:]
  var diagnosticNumbers: [String: [Double]] = [:]
  private static let samplerBatch = 256
  /// Rounds between two copies of the state.
  static let copyCadence = 100

  /// Builds the networks, compiles a round, and stands before the first one.
  ///
  /// - Parameters:
  ///   - batchSize: real samples, and generated ones, in each evaluation; at least 1.
  ///   - seed: of everything random: initial values, data order, latent vectors, heuristics.
  ///   - threadCount: threads of the compiled programs; the OpenMP pool's size by default.
  /// - Throws: `CompositionError`, `LayerError`, `NetworkError`, `TensorError`, or what the data throws when it is opened.
  public init(_ gan: GAN, data: any DataSource, batchSize: Int = 64, seed: UInt64 = 0, threadCount: Int? = nil) throws {
    guard batchSize >= 1 else {
      throw ComponentError("the batch size is \(batchSize), but must be at least 1")
    }
    try data.validateFields()
    self.gan = gan
    self.data = data
    self.batchSize = batchSize
    self.seed = seed
    self.threadCount = threadCount
    diagnostics = gan.diagnostics
    warnings = try gan.validated()
    samples = try data.opened()
    game = try AdversarialGame(gan, sampleShape: Shape(samples.sampleShape), seed: seed)
    guard let rule = gan.updateRule else {
      throw CompositionError(notices: [Notice(.error, "there is no update rule")])
    }
    round = try RoundProgram(
      game, rule, sampleShape: Shape(samples.sampleShape), batchSize: batchSize, seed: seed, threadCount: threadCount)
    try round.load(round.initialState)
    lastGood = (step: 0, state: round.emptyCopy())
    round.copyState(into: &lastGood.state)
    history.declare(round.recordNames)
  }

  /// The whole training state: every tensor that the next round depends on, by path. Beside it only ``step`` and the seed matter.
  public var state: Parameters { round.state() }

  /// The tensors of the training state whose paths are wanted.
  func state(where isWanted: (String) -> Bool) -> Parameters { round.state(where: isWanted) }

  /// Stands where a saved run stood.
  ///
  /// - Throws: `NetworkError` where the state is not that of this composition.
  /// - Parameter good: the state that a ``Recovery`` goes back to; that which is restored, by default.
  public func restore(
    state: Parameters, step: Int, history: History, observations: Observations = Observations(), good: (step: Int, state: Parameters)? = nil
  ) throws {
    try round.load(state)
    self.step = step
    self.history = history
    self.history.declare(round.recordNames)
    self.observations = observations
    try round.load(good?.state ?? state)
    lastGood.step = good?.step ?? step
    round.copyState(into: &lastGood.state)
    if good != nil { try round.load(state) }
    failure = nil
    recoveries = []
  }

  /// Plays rounds until `target` have been played.
  ///
  /// - Parameter afterRound: called after each round; returning `false` stops the run there.
  /// - Returns: how the run ended.
  @discardableResult
  public func run(until target: Int, afterRound: (Trainer) throws -> Bool = { _ in true }) throws -> RunOutcome {
    if let failure { return .stopped(failure) }
    history.reserve(Swift.max(0, target - step))
    while step < target {
      if let failure = advance() { return .stopped(failure) }
      if step == target, let failure = examined(recovering: false) { return .stopped(failure) }
      if try !afterRound(self) { return step < target ? .interrupted : .completed }
    }
    return .completed
  }

  /// Plays one round, and lets the diagnostics look whose cadence it is. After the first one the round itself allocates nothing but, now and
  /// then, room for the history.
  ///
  /// - Returns: a failure where a recorded number is no longer finite; a trainer that has one stays where it is.
  @discardableResult
  public func advance() -> NumericFailure? {
    if let failure { return failure }
    let start = ContinuousClock.now
    play(step)
    step += 1
    timing.rounds += 1
    timing.training += ContinuousClock.now - start
    history.append(step: step, count: round.recordNames.count) { round.record($0) }
    for index in round.recordNames.indices where !round.record(index).isFinite {
      failure = NumericFailure(step: step, record: round.recordNames[index], value: round.record(index), origin: try? failureOrigin())
      if recover() { break }
      return failure
    }
    if step.isMultiple(of: Trainer.copyCadence) {
      if let failure = examined(recovering: true) { return failure }
      lastGood.step = step
      round.copyState(into: &lastGood.state)
    }
    for diagnostic in diagnostics where diagnostic.every >= 1 && step.isMultiple(of: diagnostic.every) { observe(diagnostic) }
    return nil
  }

  /// Plays round `number` on the state as it stands, and counts nothing.
  func play(_ number: Int) {
    for batch in 0..<round.realBatches {
      round.withBatch(batch) { fillRealBatch(batch, of: number, into: $0) }
    }
    round.setStep(number)
    round.program.execute()
  }

  /// Writes real batch `batch` of the next round into `buffer`: a function of the seed, the step and the batch's number.
  package func fillRealBatch(_ batch: Int, into buffer: UnsafeMutableBufferPointer<Float>) {
    fillRealBatch(batch, of: step, into: buffer)
  }

  private func fillRealBatch(_ batch: Int, of number: Int, into buffer: UnsafeMutableBufferPointer<Float>) {
    samples.fill(buffer, batch: number * round.realBatches + batch, size: batchSize, key: Key(seed: seed).derived("data"))
  }

  /// Real batches in a round.
  package var realBatchesPerRound: Int { round.realBatches }

  /// Looks at the run as it stands, outside of any cadence. The readings are recorded like any others.
  ///
  /// - Returns: the readings; `nil` where the diagnostic could not be computed, with the reason in ``diagnosticFailures``.
  @discardableResult
  public func observe(_ diagnostic: any Observer) -> [Reading]? {
    let start = ContinuousClock.now
    defer { timing.add(ContinuousClock.now - start, to: diagnostic.name) }
    diagnosticFailures.removeAll { $0.name == diagnostic.name }
    do {
      let readings = try diagnostic.observe(Observation(self))
      observations.append(readings, of: diagnostic.name, step: step)
      return readings
    } catch {
      diagnosticFailures.append((diagnostic.name, "\(error)"))
      return nil
    }
  }

  /// Draws samples from the generator: `[count] + sampleShape`.
  ///
  /// The averaged generator is used where an averaging heuristic keeps one. The draw is a function of the state, `seed` and `count` alone,
  /// and changes nothing.
  ///
  /// - Parameters:
  ///   - seed: of the latent vectors; the run's own by default.
  ///   - averaged: `false` for the generator as the optimizer left it.
  public func sample(_ count: Int, seed: UInt64? = nil, averaged: Bool = true) throws -> Tensor {
    guard count >= 1 else { throw ComponentError("\(count) samples cannot be drawn; ask for at least one") }
    let chunk = Trainer.samplerBatch
    let state = round.state()
    let program = try sampler ?? makeSampler(state)
    sampler = program
    let shadow = averaged ? state.subtree("generator_ema/params/") : Parameters()
    for (index, path) in state.paths.enumerated() {
      var tensor = state[path]
      if path.hasPrefix("generator/params/"), shadow.count > 0 {
        tensor = shadow[String(path.dropFirst("generator/params/".count))]
      }
      if let tensor { try program.write(tensor, to: index) }
    }
    let key = Key(seed: seed ?? self.seed).derived("evaluation")
    var values: [Float] = []
    values.reserveCapacity(count * samples.sampleShape.reduce(1, *))
    for start in stride(from: 0, to: count, by: chunk) {
      let latents = try latents(key.derived(start / chunk), count: chunk)
      try program.write(latents, to: state.count)
      program.execute()
      let taken = Swift.min(chunk, count - start) * samples.sampleShape.reduce(1, *)
      program.withOutput(0) { values += $0.bindMemory(to: Float.self).prefix(taken) }
    }
    return Tensor(values, shape: Shape([count] + samples.sampleShape))
  }

  /// The latent vectors of a key. The first few are kept: diagnostics ask for the same ones again and again.
  private func latents(_ key: Key, count: Int) throws -> Tensor {
    if let known = knownLatents[key] { return known }
    let latents = try gan.latent.drawn(count: count, key: key).tensor.materialized()
    if knownLatents.count < 64 { knownLatents[key] = latents }
    return latents
  }

  private func makeSampler(_ state: Parameters) throws -> Program {
    let chunk = Trainer.samplerBatch
    let types = state.tensors.map(TensorType.init) + [TensorType([chunk, gan.latent.size])]
    let paths = state.paths
    return try Program(parameters: types, threadCount: threadCount) { inputs in
      let round = Round(
        game: game, state: Parameters(zip(paths, inputs)), step: Tensor(int32: [0], shape: []), realBatches: [],
        batchSize: chunk,
        seed: seed, isTraining: false)
      return [try round.generator(Latents(inputs[paths.count]), call: "evaluation").output]
    }
  }

  /// Plays `rounds` rounds on the current batch, one instruction at a time, and returns what each does and its median time in nanoseconds.
  /// It moves the state on without counting rounds: throw the trainer away afterwards.
  public func profile(rounds: Int) -> [(label: String, nanoseconds: Double)] {
    round.program.profile(runs: rounds)
  }

  /// Bytes of memory that the compiled round owns.
  public var memoryBytes: Int { round.program.memoryBytes }

  /// How many instructions a round has.
  public var instructionCount: Int { round.program.instructionCount }
}

/// How a run ended.
public enum RunOutcome: Sendable, Equatable {
  /// All rounds were played.
  case completed
  /// The caller stopped it.
  case interrupted
  /// The numbers stopped it.
  case stopped(NumericFailure)
}
