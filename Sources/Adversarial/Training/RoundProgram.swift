import Networks
import Tensors

/// A game's round, compiled: it holds the state in its own memory and moves it on in place, round after round.
final class RoundProgram {
  /// What a round records, in order.
  let recordNames: [String]
  /// The state before the first round.
  let initialState: Parameters
  let trace: RoundTrace
  /// Memory for the batches of a round, filled anew each time.
  let memory: [BatchMemory]
  /// What the round recorded that was read last, in the order of the names.
  private(set) var records: [Double]
  /// The rounds whose batches the program has for the next launch.
  private var filled = (first: 0, count: 0)
  /// The tensors that are looked at for values that are not finite.
  private let examined: [Int]

  init(_ game: any Game, _ rule: any UpdateRule, fields: [Field], batchSize: Int, seed: UInt64, threadCount: Int?, device: Device?) throws {
    let batches = rule.realBatchesPerRound
    for field in fields {
      let type = field.type(batchSize: batchSize)
      try Tensor.placeholder(type.shape).validated()
      try SystemMemory.require(type.byteCount, for: "a batch of \(batchSize) with the field \(field)", remedy: "use smaller batches")
    }
    // Once to see which state the round asks for, …
    let initial = try Self.declaredState(of: game, rule, fields: fields, batchSize: batchSize, seed: seed)
    let paths = initial.paths
    for path in paths where StatePath(path) == nil {
      throw NetworkError(
        "state cannot lie at '\(path)'; paths are network/params/…, network/buffers/…, network_set/params/… and those of parts")
    }
    if let path = paths.first(where: { $0.split(separator: "/").count > StatePath.deepest }) {
      throw NetworkError(
        "'\(path)' lies more than \(StatePath.deepest) names deep, which no checkpoint holds; nest fewer layers in each other")
    }
    try evaluate(initial.tensors)

    // … and once more to compile it over exactly that state.
    var names: [String] = []
    trace = try RoundTrace(
      game, state: initial.types, fields: fields, batches: batches, batchSize: batchSize, seed: seed, movesState: true,
      threadCount: threadCount, device: device
    ) { makeRound, _ in
      let round = makeRound()
      try rule.play(round)
      names = round.records.map(\.name)
      return paths.map { round.state[$0] ?? .invalid(TensorError("state '\($0)' was lost in the round")) } + round.records.map(\.value)
    }
    for type in trace.outputs[paths.count...] where type.shape.rank != 0 {
      throw TensorError("a recorded value has shape \(type.shape), but only scalars can be recorded")
    }
    recordNames = names
    records = names.map { _ in .nan }
    examined = paths.indices.filter { !paths[$0].hasPrefix("heuristics/") }
    initialState = try initial.mapped { try $1.materialized() }
    memory = (0..<batches).map { _ in BatchMemory(fields, size: batchSize) }
  }

  /// The state that rounds ask for, with its initial values, which are not computed yet.
  static func declaredState(
    of game: any Game, _ rule: any UpdateRule, fields: [Field], batchSize: Int, seed: UInt64
  ) throws -> Parameters {
    var initial = try game.initialState()
    let declaring = Round(
      game: game, state: initial.mapped { .placeholder($1.shape, dtype: $1.dtype) }, step: .placeholder([], dtype: .int32),
      batches: (0..<rule.realBatchesPerRound).map { _ in .placeholders(fields, size: batchSize) }, batchSize: batchSize, seed: seed,
      isTraining: true, declarations: initial)
    try rule.play(declaring)
    initial.merge(declaring.declarations)
    return initial
  }

  /// The paths of the state, in their fixed order.
  var statePaths: [String] { trace.state.map(\.path) }

  var program: Program { trace.program }

  func load(_ state: Parameters) throws { try trace.load(state) }

  /// A copy of the state as it stands. A tensor that the device cannot give is invalid, and says why.
  func state(where isWanted: (String) -> Bool = { _ in true }) -> Parameters {
    // What cannot be sent shows where it is read.
    try? program.prepareReading(trace.state.indices.filter { isWanted(trace.state[$0].path) })
    return state(where: isWanted) { try program.parameter($0) }
  }

  /// A copy of the state as it stood when `snapshot` was taken.
  func state(in snapshot: any Snapshot) -> Parameters {
    state { try program.parameter($0, in: snapshot) }
  }

  private func state(where isWanted: (String) -> Bool = { _ in true }, _ value: (Int) throws -> Tensor) -> Parameters {
    Parameters(
      trace.state.enumerated().filter { isWanted($0.element.path) }.map { index, entry in
        do {
          return (entry.path, try value(index))
        } catch {
          let unread = TensorError("'\(entry.path)' cannot be read: \(error)")
          return (entry.path, .invalid(unread, shape: entry.type.shape, dtype: entry.type.dtype))
        }
      })
  }

  /// A copy of the state where the program runs.
  func snapshot() throws -> any Snapshot { try program.snapshot(of: Array(trace.state.indices)) }

  /// The first tensor of the networks and optimizers with a value that is not finite. What heuristics keep may hold infinities of its own.
  func firstNonFinite() throws -> Int? { try program.firstNonFinite(among: examined) }

  /// The most rounds of one launch.
  var mostRounds: Int { program.mostRuns }

  /// Plays `rounds` rounds in one launch, from round `first` of a run on, with the real batches that `samples` give under `key`.
  func play(_ first: Int, rounds: Int = 1, samples: any Samples, key: Key) throws {
    if filled.first != first || filled.count < rounds { try fill(first, rounds, samples, key) }
    filled = (first, 0)
    try trace.load(step: first)
    try trace.run(rounds: rounds) {
      // The next launch is most likely as long and comes next; a batch is the same whenever it is drawn.
      guard mostRounds > 1 else { return }
      try fill(first + rounds, rounds, samples, key)
      filled = (first + rounds, rounds)
    }
  }

  /// Draws the batches of a launch.
  private func fill(_ first: Int, _ rounds: Int, _ samples: any Samples, _ key: Key) throws {
    for round in 0..<rounds {
      for (batch, memory) in memory.enumerated() {
        samples.fill(memory, index: (first + round) * self.memory.count + batch, key: key)
        try trace.load(memory, as: batch, run: round)
      }
    }
  }

  /// Reads what round `run` of the last launch recorded.
  func readRecords(ofRun run: Int) throws {
    for index in records.indices { records[index] = try trace.number(trace.state.count + index, run: run) }
  }
}
