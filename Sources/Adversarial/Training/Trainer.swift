import Components
import Networks
import Tensors

/// Trains a GAN, or any other game, on data: round after round, each a pure function of the state, the batch and the seed.
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
  public let composition: any Composition
  /// The description of the data.
  public let data: any DataSource
  /// The data, opened.
  public let samples: any Samples
  public let batchSize: Int
  public let seed: UInt64
  /// What speaks against the composition, and against training it on the data.
  public let warnings: [Notice]
  /// The game with its networks, built.
  public let game: any Game
  /// Who moves when.
  public let updateRule: any UpdateRule
  /// How many rounds have been played.
  public private(set) var step = 0
  /// What was recorded in each round.
  public private(set) var history = History()
  /// What the numbers did, where they went wrong; a trainer with a failure plays no further round.
  public internal(set) var failure: NumericFailure?
  /// What looks at the run while it goes on; at first those of the composition. They never change it.
  public var diagnostics: [any Observer]
  /// Digests of the state after some of the rounds, for a replay to be compared with.
  public private(set) var digests = StateDigests()
  /// What the diagnostics have read.
  public private(set) var observations = Observations()
  /// The failures that the run has got over in this process, and the round to whose end it went back.
  public internal(set) var recoveries: [(failure: NumericFailure, step: Int)] = []
  /// Diagnostics that could not be computed when they last looked, each with the reason.
  public private(set) var diagnosticFailures: [(name: String, reason: String)] = []
  /// That the run goes on from a checkpoint that another tool changed on purpose, and what was changed; later checkpoints say so too.
  public var edited: String?
  /// Where the run left others, the first one first; empty for one that was begun by itself.
  public var lineage: [Branch] = []
  /// The time that rounds and diagnostics took in this process. It is measured, not recorded.
  public private(set) var timing = TrainingTime()

  let round: RoundProgram
  /// The state some rounds ago, from which the way into a failure can be played again.
  var lastGood: (step: Int, state: any Snapshot)
  private(set) lazy var sampler = Sampler(game, threadCount: threadCount, device: device)
  /// How many threads the work of the run is divided among: its programs, and what is called while it goes on.
  public let threadCount: Int
  /// Where the compiled programs run.
  public var device: Device { round.program.device }
  var diagnosticPrograms: [String: Program] = [:]
  var diagnosticTraces: [String: RoundTrace] = [:]
  var diagnosticNumbers: [String: [Double]] = [:]
  /// Rounds between two copies of the state.
  static let copyCadence = 100

  /// Builds the networks, compiles a round, and stands before the first one.
  ///
  /// - Parameters:
  ///   - batchSize: real samples, and generated ones, in each evaluation; at least 1.
  ///   - seed: of everything random: initial values, data order, latent vectors, heuristics.
  ///   - threadCount: threads to divide the work among, 1 to 1,024, on which the last bits depend; `CPU.threadCount` by default.
  ///   - device: where the compiled programs run; `Device.standard` by default.
  ///   - check: looks at the opened data before anything is built from it.
  /// - Throws: `CompositionError`, `LayerError`, `NetworkError`, `TensorError`, or what the data throws when it is opened.
  public init(
    _ composition: any Composition, data: any DataSource, batchSize: Int = 64, seed: UInt64 = 0, threadCount: Int? = nil,
    device: Device? = nil, checking check: (any Samples) throws -> Void = { _ in }
  ) throws {
    BuildKind.warnOnce()
    guard batchSize >= 1 else {
      throw ComponentError("the batch size is \(batchSize), but must be at least 1")
    }
    let threads = threadCount ?? CPU.threadCount
    guard CPU.threadCounts.contains(threads) else {
      throw ComponentError("\(threads) threads are asked for, but there must be from 1 to \(CPU.threadCounts.upperBound)")
    }
    let outside = CPU.threadCount
    CPU.setThreadCount(threads)
    defer { CPU.setThreadCount(outside) }
    try data.validateFields()
    self.composition = composition
    self.data = data
    self.batchSize = batchSize
    self.seed = seed
    self.threadCount = threads
    diagnostics = composition.diagnostics
    let notices = try composition.validated()
    samples = try data.opened()
    try check(samples)
    try Trainer.check(samples.fields, of: data)
    game = try composition.game(fields: samples.fields, seed: seed)
    warnings = notices + DataReview(samples, game: game, batchSize: batchSize).notices()
    guard let rule = composition.updateRule else {
      throw CompositionError(notices: [Notice(.error, "there is no update rule; add one, such as AlternatingUpdates()")])
    }
    updateRule = rule
    round = try RoundProgram(game, rule, fields: samples.fields, batchSize: batchSize, seed: seed, threadCount: threads, device: device)
    try round.load(round.initialState)
    lastGood = (step: 0, state: try round.snapshot())
    history.declare(round.recordNames)
  }

  /// Throws where a data source's fields cannot be trained on.
  private static func check(_ fields: [Field], of data: any DataSource) throws {
    guard let first = fields.first else { throw NetworkError("\(data.name) has no fields; it needs at least the samples") }
    guard first.classCount == nil else {
      throw NetworkError("the first field of \(data.name) is \(first), but a generator makes numbers; put the samples first")
    }
    guard Set(fields.map(\.name)).count == fields.count else {
      throw NetworkError("\(data.name) has two fields of one name: \(fields.map(\.name).joined(separator: ", "))")
    }
  }

  /// The composition, where it is a GAN.
  public var gan: GAN? { composition as? GAN }

  /// The whole training state: every tensor that the next round depends on, by path. Beside it only ``step`` and the seed matter.
  public var state: Parameters { round.state() }

  /// The tensors of the training state whose paths are wanted.
  func state(where isWanted: (String) -> Bool) -> Parameters { round.state(where: isWanted) }

  /// Stands where a saved run stood.
  ///
  /// - Throws: `NetworkError` where the state is not that of this composition.
  /// - Parameters:
  ///   - good: the state that a ``Recovery`` goes back to; that which is restored, by default.
  ///   - digests: those of the rounds until then.
  public func restore(
    state: Parameters, step: Int, history: History, observations: Observations = Observations(),
    good: (step: Int, state: Parameters)? = nil, digests: StateDigests = StateDigests()
  ) throws {
    guard step >= 0, (0...step).contains(good?.step ?? 0) else {
      throw NetworkError("the run cannot stand at round \(step) with a good state of round \(good?.step ?? 0); rounds count from 0")
    }
    try round.load(state)
    self.step = step
    self.history = history
    self.history.declare(round.recordNames)
    self.observations = observations
    self.digests = digests
    try round.load(good?.state ?? state)
    lastGood.step = good?.step ?? step
    try round.program.update(lastGood.state)
    if good != nil { try round.load(state) }
    failure = nil
    recoveries = []
  }

  /// Plays rounds until `target` have been played, with a look at the run on the way.
  ///
  /// Rounds are played in launches: one round on the processor, up to ``mostRoundsPerLaunch`` on devices that have to be asked for each launch. How
  /// rounds are divided into launches changes no byte.
  ///
  /// ```swift
  /// try trainer.run(until: 10_000, every: [500]) { trainer in
  ///   if trainer.step.isMultiple(of: 500) { try trainer.save(to: "run.h5") }
  ///   return true
  /// }
  /// ```
  ///
  /// - Parameters:
  ///   - cadences: a launch ends after each round that is a multiple of one of them; by default after every round.
  ///   - afterRound: called after each launch; returning `false` stops the run there.
  /// - Returns: how the run ended.
  @discardableResult
  public func run(until target: Int, every cadences: [Int] = [1], afterRound: (Trainer) throws -> Bool) throws -> RunOutcome {
    try CPU.withThreadCount(threadCount) { try playRounds(until: target, cadences, afterRound) }
  }

  /// Plays rounds until `target` have been played.
  ///
  /// - Returns: how the run ended.
  @discardableResult
  public func run(until target: Int) throws -> RunOutcome { try run(until: target, every: []) { _ in true } }

  private func playRounds(until target: Int, _ cadences: [Int], _ afterRound: (Trainer) throws -> Bool) throws -> RunOutcome {
    if let failure { return .stopped(failure) }
    history.reserve(Swift.max(0, target - step))
    while step < target {
      let next = cadences.reduce(target) { Swift.min($0, roundAfter(step, every: $1)) }
      if let failure = try playLaunch(atMost: next - step) { return .stopped(failure) }
      if step == target, let failure = try examined(recovering: false) { return .stopped(failure) }
      if try !afterRound(self) { return step < target ? .interrupted : .completed }
    }
    return .completed
  }

  /// Plays one round, and lets the diagnostics look whose cadence it is. After the first one the round itself allocates nothing but, now and
  /// then, room for the history and for digests of the state.
  ///
  /// - Returns: a failure where a recorded number is no longer finite; a trainer that has one stays where it is.
  @discardableResult
  public func advance() throws -> NumericFailure? {
    try CPU.withThreadCount(threadCount) { try playLaunch(atMost: 1) }
  }

  /// The most rounds that the device plays in one launch.
  public var mostRoundsPerLaunch: Int { round.mostRounds }

  /// Plays a launch of rounds: as many as there may be until somebody looks at the state.
  private func playLaunch(atMost most: Int) throws -> NumericFailure? {
    if let failure { return failure }
    let start = ContinuousClock.now
    let next = diagnostics.reduce(roundAfter(step, every: Trainer.copyCadence)) { Swift.min($0, roundAfter(step, every: $1.every)) }
    let count = Swift.min(round.mostRounds, Swift.max(most, 1), next - step)
    try round.play(step, rounds: count, samples: samples, key: dataKey)
    for run in 0..<count {
      try round.readRecords(ofRun: run)
      step += 1
      timing.rounds += 1
      history.append(step: step, count: round.recordNames.count) { round.records[$0] }
      guard let index = round.records.firstIndex(where: { !$0.isFinite }) else { continue }
      let value = round.records[index]
      // Rounds that came after it in the launch did not happen.
      if run < count - 1 { try goBack() }
      failure = NumericFailure(step: step, record: round.recordNames[index], value: value, origin: try? failureOrigin())
      if try !recover() { return failure }
      break
    }
    timing.training += ContinuousClock.now - start
    return try lookAround()
  }

  /// What happens after a launch at the rounds whose turn it is: the state is examined and copied, and diagnostics look.
  private func lookAround() throws -> NumericFailure? {
    if step.isMultiple(of: Trainer.copyCadence) {
      if let failure = try examined(recovering: true) { return failure }
      lastGood.step = step
      try round.program.update(lastGood.state)
    }
    try digests.record(state, step: step)
    for diagnostic in diagnostics where diagnostic.every >= 1 && step.isMultiple(of: diagnostic.every) { observe(diagnostic) }
    return nil
  }

  /// The state as it stood after the rounds that have been counted, from the last copy on: the same bytes as the first time.
  private func goBack() throws {
    try round.program.restore(lastGood.state)
    var played = lastGood.step
    while played < step {
      let count = Swift.min(round.mostRounds, step - played)
      try round.play(played, rounds: count, samples: samples, key: dataKey)
      played += count
    }
  }

  /// The next multiple of a cadence; far away where there is none.
  private func roundAfter(_ step: Int, every cadence: Int) -> Int { cadence >= 1 ? (step / cadence + 1) * cadence : .max }

  /// Plays round `number` on the state as it stands, and counts nothing.
  func play(_ number: Int) throws { try round.play(number, samples: samples, key: dataKey) }

  /// The stream of real batches: batch `b` of round `n` is batch `n · realBatchesPerRound + b` under this key.
  public var dataKey: Key { Key(seed: seed).derived("data") }

  /// Real batches in a round.
  public var realBatchesPerRound: Int { round.memory.count }

  /// Looks at the run as it stands, outside of any cadence. The readings are recorded like any others.
  ///
  /// - Returns: the readings; `nil` where the diagnostic could not be computed, with the reason in ``diagnosticFailures``.
  @discardableResult
  public func observe(_ diagnostic: any Observer) -> [Reading]? {
    CPU.withThreadCount(threadCount) { readings(of: diagnostic) }
  }

  private func readings(of diagnostic: any Observer) -> [Reading]? {
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

  /// Plays `rounds` rounds on the current batch, one instruction at a time, and returns what each does and its median time in nanoseconds.
  /// It moves the state on without counting rounds: throw the trainer away afterwards.
  public func profile(rounds: Int) throws -> [(label: String, nanoseconds: Double)] {
    try round.program.profile(runs: rounds)
  }

  /// What the bytes of a round depend on beside the composition, the data and the seed, as it runs here: threads, vector unit, libraries.
  public var programSettings: [String: String] { round.program.settings }

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
