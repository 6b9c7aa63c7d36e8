import Components
import Networks
import Tensors

/// Trains one composition with several seeds at once, as one program: what a comparison over seeds needs, in a fraction of the time where a device
/// has room for more than one run.
///
/// ```swift
/// let batch = try SeedBatch(gan, data: RingOfGaussians(modes: 8), batchSize: 256, seeds: Array(1...100))
/// try batch.run(until: 8_000)
/// let third = try batch.trainer(of: 2)          // the run with seed 3, to be saved, sampled, diagnosed, or trained on alone
/// ```
///
/// Each run has its seed's own initial values, data order and random numbers, its own history and its own verdict: they are the bits that it has
/// alone. Its sums may be added up in another order, so that its numbers agree with those of the run alone to rounding, not to the last bit. A run
/// whose numbers are no longer finite ends there, unless the composition gets over it, and the others go on. The diagnostics of the composition
/// do not look at runs that are played at once.
///
/// It is used by one thread at a time.
public final class SeedBatch {
  /// Where the compiled program runs.
  public let device: Device
  /// The seeds, in the order of the runs.
  public let seeds: [UInt64]
  /// How many rounds have been played; a run that has ended stands at the round of its failure.
  public private(set) var step = 0
  /// What was recorded in each run.
  public private(set) var histories: [History]
  /// What the numbers did in each run, where they went wrong; such a run is not played further.
  public private(set) var failures: [NumericFailure?]
  /// The failures that each run has got over, and the rounds to whose end it went back.
  public private(set) var recoveries: [[(failure: NumericFailure, step: Int)]]

  /// The first run's trainer, before its first round: all that the runs have in common.
  private let model: Trainer
  private let rounds: SeedRounds
  private let dataKeys: [Key]
  /// All states some rounds ago.
  private var lastGood: (step: Int, states: any Snapshot)
  /// The states that runs went back to since then.
  private var ownGood: [Int: (step: Int, state: Parameters)] = [:]
  /// All states as they stood when a run was taken back since then, the last time.
  private var lastMark: (step: Int, states: any Snapshot)?
  /// Where runs with a failure stand.
  private var ended: [Int: (state: Parameters, good: (step: Int, state: Parameters))] = [:]

  /// Builds the networks of every run, compiles a round of all, and stands before the first one.
  ///
  /// - Parameters:
  ///   - batchSize: real samples, and generated ones, in each evaluation of each run; at least 1.
  ///   - seeds: one for each run, at least one, all different.
  ///   - threadCount: threads to divide the work among, 1 to 1,024; `CPU.threadCount` by default.
  ///   - device: where the compiled program runs; `Device.standard` by default.
  /// - Throws: what ``Trainer`` throws; `ComponentError` for seeds that are missing or named twice; `TensorError` where rounds with other seeds
  ///   compute something else, or all runs do not fit at once.
  public init(
    _ composition: any Composition, data: any DataSource, batchSize: Int = 64, seeds: [UInt64], threadCount: Int? = nil,
    device: Device? = nil
  ) throws {
    guard let first = seeds.first, Set(seeds).count == seeds.count else {
      throw ComponentError("the seeds are \(seeds), but there must be at least one, and none twice")
    }
    let device = try device ?? .standard
    // It plays no round, and the reference executor takes no time to compile one.
    let model = try Trainer(composition, data: data, batchSize: batchSize, seed: first, threadCount: threadCount, device: .reference)
    let fields = model.samples.fields
    let state = model.round.trace.state
    self.model = model
    self.device = device
    self.seeds = seeds
    rounds = try CPU.withThreadCount(model.threadCount) {
      // Each run's game is built anew: of the model's the initial state is computed already, and numbers are not what the others have there.
      func game(_ seed: UInt64) throws -> any Game { try composition.game(fields: fields, seed: seed) }
      let rounds = try SeedRounds(
        model.updateRule, state: state, fields: fields, batchSize: batchSize, seeds: seeds, threadCount: model.threadCount,
        device: device, game: game)
      try rounds.load { run in
        try RoundProgram.declaredState(
          of: game(seeds[run]), model.updateRule, fields: fields, batchSize: batchSize, seed: seeds[run])
      }
      return rounds
    }
    dataKeys = seeds.map { Key(seed: $0).derived("data") }
    lastGood = (step: 0, states: try rounds.snapshot())
    failures = seeds.map { _ in nil }
    recoveries = seeds.map { _ in [] }
    var history = History()
    history.declare(rounds.recordNames)
    histories = seeds.map { _ in history }
  }

  /// Goes on with runs that stand at the same round, as one program.
  ///
  /// - Parameters:
  ///   - trainers: of one composition, data and batch size, each with a seed of its own; they stay as they are.
  ///   - device: where the compiled program runs.
  /// - Throws: what ``init(_:data:batchSize:seeds:threadCount:device:)`` throws; `ComponentError` where the runs do not stand at the same round, or
  ///   one of them has failed.
  public convenience init(continuing trainers: [Trainer], on device: Device) throws {
    guard let first = trainers.first, trainers.allSatisfy({ $0.step == first.step && $0.failure == nil }) else {
      throw ComponentError("runs are played at once from the same round on, none of them failed, and there is at least one")
    }
    try self.init(
      first.composition, data: first.data, batchSize: first.batchSize, seeds: trainers.map(\.seed), threadCount: first.threadCount,
      device: device)
    guard first.step > 0 else { return }
    try rounds.load(trainers.map(\.state))
    step = first.step
    histories = trainers.map(\.history)
    // What a failure goes back to is the same as if it had never stopped.
    let good = trainers.map(\.goodState)
    if let together = good.first?.step, good.allSatisfy({ $0.step == together }) {
      try rounds.load(good.map(\.state))
      lastGood = (together, try rounds.snapshot())
      try rounds.load(trainers.map(\.state))
    } else {
      for (run, state) in good.enumerated() { ownGood[run] = state }
      lastGood = (step, try rounds.snapshot())
    }
  }

  public var composition: any Composition { model.composition }
  /// What speaks against the composition, and against training it on the data.
  public var warnings: [Notice] { model.warnings }
  /// Bytes of memory that the compiled round of all runs owns.
  public var memoryBytes: Int { rounds.program.memoryBytes }
  /// How many instructions a round of all runs has.
  public var instructionCount: Int { rounds.program.instructionCount }

  /// The runs that go on.
  private var living: [Int] { seeds.indices.filter { failures[$0] == nil } }

  // MARK: Playing

  /// Plays rounds until `target` have been played, or every run has ended, in launches as a ``Trainer`` does.
  ///
  /// - Parameters:
  ///   - cadences: a launch ends after each round that is a multiple of one of them; by default after every round.
  ///   - afterRound: called after each launch; returning `false` stops there.
  public func run(until target: Int, every cadences: [Int] = [1], afterRound: (SeedBatch) throws -> Bool) throws {
    try CPU.withThreadCount(model.threadCount) {
      while step < target, !living.isEmpty {
        try playLaunch(atMost: cadences.reduce(target) { min($0, roundAfter($1)) } - step)
        if step == target { try endNonFinite(recovering: false) }
        if try !afterRound(self) { return }
      }
    }
  }

  /// Plays rounds until `target` have been played, or every run has ended.
  public func run(until target: Int) throws { try run(until: target, every: []) { _ in true } }

  /// Plays one round of every run that has not ended.
  public func advance() throws {
    guard !living.isEmpty else { return }
    try CPU.withThreadCount(model.threadCount) { try playLaunch(atMost: 1) }
  }

  /// Plays a launch of rounds: as many as there may be until the states are looked at, or until a run ends or is taken back.
  private func playLaunch(atMost most: Int) throws {
    let playing = living
    let count = min(rounds.mostRounds, most, roundAfter(Trainer.copyCadence) - step)
    try rounds.play(step, rounds: count, samples: model.samples, keys: dataKeys, runs: playing)
    for round in 0..<count {
      try rounds.readRecords(ofRound: round)
      step += 1
      var failed: [(run: Int, failure: NumericFailure)] = []
      for run in playing {
        histories[run].append(step: step, count: rounds.recordNames.count) { rounds.record($0, of: run) }
        if let index = rounds.recordNames.indices.first(where: { !rounds.record($0, of: run).isFinite }) {
          failed.append((run, NumericFailure(step: step, record: rounds.recordNames[index], value: rounds.record(index, of: run))))
        }
      }
      if failed.isEmpty { continue }
      // Rounds that came after it in the launch did not happen.
      if round < count - 1 { try goBack() }
      for (run, failure) in failed { try end(run, with: failure, recovering: true) }
      break
    }
    guard step.isMultiple(of: Trainer.copyCadence) else { return try markRecoveries() }
    try endNonFinite(recovering: true)
    lastGood.step = step
    try rounds.program.update(lastGood.states)
    (ownGood, lastMark) = ([:], nil)
  }

  /// The states as they stood after the rounds that have been counted: the same bytes as the first time.
  private func goBack() throws {
    var played = lastMark?.step ?? lastGood.step
    try rounds.program.restore(lastMark?.states ?? lastGood.states)
    while played < step {
      let count = min(rounds.mostRounds, step - played)
      try rounds.play(played, rounds: count, samples: model.samples, keys: dataKeys, runs: living)
      played += count
    }
  }

  /// Copies the states where a run was just taken back: what was played before must not be played again.
  private func markRecoveries() throws {
    guard rounds.mostRounds > 1, ownGood.values.contains(where: { $0.step == step }) else { return }
    lastMark = (step, try rounds.snapshot())
  }

  /// The next round that is a multiple of a cadence; far away where there is none.
  private func roundAfter(_ cadence: Int) -> Int { cadence >= 1 ? (step / cadence + 1) * cadence : .max }

  /// Looks for values of the states that are not finite: as a trainer does, every hundred rounds and at a run's end.
  private func endNonFinite(recovering: Bool) throws {
    for (run, path, value) in try rounds.nonFinite(among: living) {
      try end(run, with: NumericFailure(step: step, record: path, value: value), recovering: recovering)
    }
  }

  /// Ends a run where it stands, unless the composition lets it go on.
  private func end(_ run: Int, with failure: NumericFailure, recovering: Bool) throws {
    let (good, failed) = (try goodState(of: run), try rounds.state(of: run))
    if recovering, let recovery = composition.heuristics.lazy.compactMap({ $0 as? any Recovery }).first,
      let state = try? recovery.recovered(from: failure, good: good.state, failed: failed), (try? model.round.trace.check(state)) != nil
    {
      try rounds.load(state, as: run)
      recoveries[run].append((failure, good.step))
      ownGood[run] = (step, state)
      return
    }
    failures[run] = failure
    ended[run] = (failed, good)
  }

  private func goodState(of run: Int) throws -> (step: Int, state: Parameters) {
    if let known = ended[run]?.good ?? ownGood[run] { return known }
    return (lastGood.step, try rounds.state(of: run, in: lastGood.states))
  }

  // MARK: One run

  /// How many rounds a run has played.
  public func step(of run: Int) -> Int { failures[run]?.step ?? step }

  /// The whole training state of a run, as its trainer has it.
  ///
  /// - Throws: what the device throws.
  public func state(of run: Int) throws -> Parameters { try ended[run]?.state ?? rounds.state(of: run) }

  /// A trainer that stands where a run does, with its history: to be saved, sampled, diagnosed, or trained on alone. The failure of a run that has
  /// ended says where it began.
  ///
  /// - Throws: what ``Trainer`` throws, and the device.
  public func trainer(of run: Int) throws -> Trainer {
    let trainer = try Trainer(
      composition, data: model.data, batchSize: model.batchSize, seed: seeds[run], threadCount: model.threadCount, device: device)
    try update(trainer, to: run)
    return trainer
  }

  /// Lets a trainer of a run stand where the run does; see ``trainer(of:)``.
  ///
  /// - Parameter trainer: of the run's composition, data, batch size and seed, on any device.
  /// - Throws: what ``Trainer/restore(state:step:history:observations:good:digests:)`` throws, and the device.
  public func update(_ trainer: Trainer, to run: Int) throws {
    try trainer.restore(
      state: state(of: run), step: step(of: run), history: histories[run], observations: trainer.observations, good: goodState(of: run),
      digests: trainer.digests)
    trainer.recoveries = recoveries[run]
    if var failure = failures[run] {
      failure.origin = try? CPU.withThreadCount(model.threadCount) { try trainer.failureOrigin() }
      trainer.failure = failure
    }
  }
}
