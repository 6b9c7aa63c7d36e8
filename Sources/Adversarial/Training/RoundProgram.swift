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

  init(_ game: any Game, _ rule: any UpdateRule, fields: [Field], batchSize: Int, seed: UInt64, threadCount: Int?) throws {
    let batches = rule.realBatchesPerRound
    // Once to see which state the round asks for, …
    var initial = try game.initialState()
    let declaring = Round(
      game: game, state: initial.mapped { .placeholder($1.shape, dtype: $1.dtype) }, step: .placeholder([], dtype: .int32),
      batches: (0..<batches).map { _ in .placeholders(fields, size: batchSize) }, batchSize: batchSize, seed: seed, isTraining: true,
      declarations: initial)
    try rule.advance(declaring)
    initial.merge(declaring.declarations)
    let paths = initial.paths
    for path in paths where StatePath(path) == nil {
      throw NetworkError(
        "state cannot lie at '\(path)'; paths are network/params/…, network/buffers/…, network_set/params/… and those of parts")
    }
    try evaluate(initial.tensors)

    // … and once more to compile it over exactly that state.
    var names: [String] = []
    trace = try RoundTrace(
      game, state: initial.types, fields: fields, batches: batches, batchSize: batchSize, seed: seed, movesState: true,
      threadCount: threadCount
    ) { makeRound, _ in
      let round = makeRound()
      try rule.advance(round)
      names = round.records.map(\.name)
      return paths.map { round.state[$0] ?? .invalid(TensorError("state '\($0)' was lost in the round")) } + round.records.map(\.value)
    }
    for type in trace.outputs[paths.count...] where type.shape.rank != 0 {
      throw TensorError("a recorded value has shape \(type.shape), but only scalars can be recorded")
    }
    recordNames = names
    initialState = try initial.mapped { try $1.materialized() }
    memory = (0..<batches).map { _ in BatchMemory(fields, size: batchSize) }
  }

  /// The paths of the state, in their fixed order.
  var statePaths: [String] { trace.state.map(\.path) }

  var program: Program { trace.program }

  func load(_ state: Parameters) throws { try trace.load(state) }

  /// A copy of the state as it stands.
  func state(where isWanted: (String) -> Bool = { _ in true }) throws -> Parameters {
    Parameters(
      trace.state.enumerated().filter { isWanted($0.element.path) }.map { ($0.element.path, program.parameter($0.offset)) })
  }

  /// Copies the state into memory that was used before.
  func copyState(into copy: inout StateCopy) {
    for index in trace.state.indices {
      program.withParameter(index) { source in
        copy.bytes[index].withUnsafeMutableBytes { $0.copyMemory(from: UnsafeRawBufferPointer(source)) }
      }
    }
  }

  /// Sets the state to a copy.
  func load(_ copy: StateCopy) {
    for index in trace.state.indices {
      program.withParameter(index) { target in copy.bytes[index].withUnsafeBytes { target.copyMemory(from: $0) } }
    }
  }

  /// Memory for a copy of the state.
  func emptyCopy() -> StateCopy {
    StateCopy(bytes: trace.state.map { Array(repeating: 0, count: $0.type.byteCount) })
  }

  /// A copy as tensors.
  func state(of copy: StateCopy) throws -> Parameters {
    Parameters(
      try zip(trace.state, copy.bytes).map { entry, bytes in
        (entry.path, try bytes.withUnsafeBytes { try Tensor(bytes: $0, shape: entry.type.shape, dtype: entry.type.dtype) })
      })
  }

  /// The copy that holds `state`.
  ///
  /// - Throws: `NetworkError` where it is not that of this composition.
  func copy(of state: Parameters) throws -> StateCopy {
    try trace.check(state)
    return StateCopy(bytes: try trace.state.map { entry in try state[entry.path]?.withBytes { Array($0) } ?? [] })
  }

  /// The first tensor of the networks and optimizers with a value that is not finite. What heuristics keep may hold infinities of its own.
  func firstNonFinite() -> Int? {
    trace.state.indices.first { index in
      guard !trace.state[index].path.hasPrefix("heuristics/") else { return false }
      return program.withParameter(index) { memory in
        switch program.parameters[index].dtype {
        case .float32: !memory.bindMemory(to: Float.self).allSatisfy(\.isFinite)
        case .float64: !memory.bindMemory(to: Double.self).allSatisfy(\.isFinite)
        case .int32, .bool: false
        }
      }
    }
  }

  /// Plays round `number` of a run with the real batches that `samples` give under `key`.
  func play(_ number: Int, samples: any Samples, key: Key) throws {
    for (batch, memory) in memory.enumerated() {
      samples.fill(memory, index: number * self.memory.count + batch, key: key)
      try trace.load(memory, as: batch)
    }
    program.withParameter(trace.state.count) { $0.storeBytes(of: Int32(truncatingIfNeeded: number), as: Int32.self) }
    try trace.run()
  }

  func record(_ index: Int) -> Double {
    program.withOutput(trace.state.count + index) { Double($0.load(as: Float.self)) }
  }
}

/// A copy of a round's state.
struct StateCopy {
  /// The bytes of each tensor, in the state's order.
  var bytes: [[UInt8]]
}
