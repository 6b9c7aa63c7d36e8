import Dispatch
import Networks
import Tensors

/// The rounds of several runs that differ in their seeds, compiled as one program: every tensor of the state, every batch and every record has a
/// leading axis with a place for each run.
final class SeedRounds {
  /// The tensors of one run's state: where they lie, and their types.
  let state: [RoundTrace.StateType]
  /// What a round records, in order.
  let recordNames: [String]
  /// What the round recorded that was read last: the numbers of the first run in the order of the names, those of the second, …
  private var records: [Float]
  let program: Program
  private let count: Int
  /// How many threads fill batches.
  private let threadCount: Int
  /// For each real batch of a round, memory for the samples of all runs, one run's behind the other's, …
  private let memory: [BatchMemory]
  /// … and for each run its own part of it.
  private let parts: [[BatchMemory]]
  /// The tensors that are looked at for values that are not finite.
  private let examined: [Int]
  /// The rounds and runs whose batches the program has for the next launch.
  private var filled: (first: Int, count: Int, runs: [Int]) = (0, 0, [])

  /// The key that everything random in each run comes of.
  private let roots: [Key]

  /// Traces a round and compiles that of every run.
  ///
  /// - Parameters:
  ///   - state: the tensors of one run's state.
  ///   - game: the game of a seed.
  init(
    _ rule: any UpdateRule, state: [RoundTrace.StateType], fields: [Field], batchSize: Int, seeds: [UInt64],
    threadCount: Int, device: Device, game: (UInt64) throws -> any Game
  ) throws {
    self.state = state
    count = seeds.count
    self.threadCount = threadCount
    roots = seeds.map { Key(seed: $0) }
    let all = count * batchSize
    for field in fields {
      try SystemMemory.require(
        field.type(batchSize: all).byteCount, for: "\(count) batches of \(batchSize) with the field \(field)",
        remedy: "play fewer seeds at once")
    }
    let batches = rule.realBatchesPerRound
    let paths = state.map(\.path)
    let types = state.map(\.type) + [TensorType([], .int32)] + (0..<batches).flatMap { _ in fields.map { $0.type(batchSize: batchSize) } }
    var names: [String] = []
    program = try Program(
      roots: roots, parameters: types, batched: Set(types.indices).subtracting([paths.count]),
      donations: Dictionary(uniqueKeysWithValues: paths.indices.map { ($0, $0) }),
      repetition: Repetition(counter: paths.count, streams: Array((paths.count + 1)..<types.count)), threadCount: threadCount,
      device: device
    ) { run, tensors in
      let real = (0..<batches).map { batch in
        Batch(fields.indices.map { Batch.Entry(fields[$0], tensors[paths.count + 1 + batch * fields.count + $0]) })
      }
      let round = try Round(
        game: game(seeds[run]), state: Parameters(zip(paths, tensors)), step: tensors[paths.count], batches: real, batchSize: batchSize,
        seed: seeds[run], isTraining: true)
      try rule.play(round)
      names = round.records.map(\.name)
      // The records of a run are one vector.
      let records = names.isEmpty ? Tensor.zeros([0]) : stacked(round.records.map(\.value))
      return paths.map { round.state[$0] ?? .invalid(TensorError("state '\($0)' was lost in the round")) } + [records]
    }
    recordNames = names
    records = Array(repeating: .nan, count: count * names.count)
    memory = (0..<batches).map { _ in BatchMemory(fields, size: all) }
    parts = (0..<seeds.count).map { [memory] run in
      memory.map { BatchMemory(samples: (run * batchSize)..<((run + 1) * batchSize), of: $0) }
    }
    examined = paths.indices.filter { !paths[$0].hasPrefix("heuristics/") }
  }

  /// Sets the state of every run to what a run begins with.
  ///
  /// - Parameter initial: the initial state of a run, not computed yet: all of it is computed at once, where a trainer computes its own.
  func load(_ initial: (_ run: Int) throws -> Parameters) throws {
    let all = try Program(roots: roots, parameters: [], batched: []) { run, _ in
      let initial = try initial(run)
      return state.map { initial[$0.path] ?? .invalid(TensorError("state '\($0.path)' is not there in run \(run + 1)")) }
    }
    try all.execute()
    for index in state.indices { try program.write(all.output(index), to: index) }
  }

  /// Sets the state of every run.
  ///
  /// - Precondition: the tensors have the state's types.
  func load(_ values: [Parameters]) throws {
    for (index, entry) in state.enumerated() {
      var bytes: [UInt8] = []
      bytes.reserveCapacity(count * entry.type.byteCount)
      for run in values {
        guard let value = run[entry.path] else { throw NetworkError("'\(entry.path)' is missing in a state that is to be played on") }
        precondition(TensorType(value) == entry.type, "'\(entry.path)' is \(TensorType(value)), not \(entry.type)")
        try value.withBytes { bytes.append(contentsOf: $0) }
      }
      try bytes.withUnsafeBytes { try program.write($0, to: index) }
    }
  }

  /// The most rounds of one launch.
  var mostRounds: Int { program.mostRuns }

  /// Plays `rounds` rounds of every run in one launch, from round `first` on, with the real batches that `samples` give under its key.
  ///
  /// - Parameter runs: those that get new batches.
  func play(_ first: Int, rounds: Int, samples: any Samples, keys: [Key], runs: [Int]) throws {
    if filled.runs != runs || filled.first != first || filled.count < rounds { try fill(first, rounds, samples, keys, runs) }
    filled = (first, 0, runs)
    try withUnsafeBytes(of: Int32(truncatingIfNeeded: first)) { try program.write($0, to: state.count) }
    try program.execute(runs: rounds) {
      guard mostRounds > 1 else { return }
      try fill(first + rounds, rounds, samples, keys, runs)
      filled = (first + rounds, rounds, runs)
    }
  }

  /// Draws the batches of a launch.
  private func fill(_ first: Int, _ rounds: Int, _ samples: any Samples, _ keys: [Key], _ runs: [Int]) throws {
    for round in 0..<rounds {
      for (batch, all) in memory.enumerated() {
        // A batch is a function of its key and its number, whoever computes it, and each has memory of its own.
        nonisolated(unsafe) let own = runs.map { (memory: parts[$0][batch], key: keys[$0]) }
        let (index, shares) = ((first + round) * memory.count + batch, min(threadCount, runs.count))
        DispatchQueue.concurrentPerform(iterations: shares) { share in
          for place in stride(from: share, to: own.count, by: shares) { samples.fill(own[place].memory, index: index, key: own[place].key) }
        }
        for field in all.fields.indices {
          let parameter = state.count + 1 + batch * all.fields.count + field
          try all.withBytes(of: field) { try program.write($0, to: parameter, run: round) }
        }
      }
    }
  }

  /// Reads what round `round` of the last launch recorded.
  func readRecords(ofRound round: Int) throws {
    try records.withUnsafeMutableBytes { try program.read(state.count, run: round, into: $0) }
  }

  /// The number of a run that was recorded under name `index`, in the round that was read last.
  func record(_ index: Int, of run: Int) -> Double { Double(records[run * recordNames.count + index]) }

  // MARK: One run's state

  /// A copy of a run's state as it stands, or as it stood when `snapshot` was taken.
  func state(of run: Int, in snapshot: (any Snapshot)? = nil) throws -> Parameters {
    try Parameters(
      state.enumerated().map { index, entry in
        let all = try snapshot.map { try program.parameter(index, in: $0) } ?? program.parameter(index)
        return (entry.path, try all.withBytes { try Tensor(bytes: part(run, of: $0), shape: entry.type.shape, dtype: entry.type.dtype) })
      })
  }

  /// Sets a run's state; the others' stay as they are.
  ///
  /// - Precondition: the tensors have the state's types.
  func load(_ values: Parameters, as run: Int) throws {
    for (index, entry) in state.enumerated() {
      guard let value = values[entry.path] else { continue }
      precondition(TensorType(value) == entry.type, "'\(entry.path)' is \(TensorType(value)), not \(entry.type)")
      var bytes = try program.parameter(index).withBytes { Array($0) }
      try value.withBytes { own in
        bytes.withUnsafeMutableBytes { all in
          UnsafeMutableRawBufferPointer(rebasing: all[(run * own.count)..<((run + 1) * own.count)]).copyMemory(from: own)
        }
      }
      try bytes.withUnsafeBytes { try program.write($0, to: index) }
    }
  }

  /// A copy of all runs' states where the program runs.
  func snapshot() throws -> any Snapshot { try program.snapshot(of: Array(state.indices)) }

  /// The first tensor with a value that is not finite, and that value, of each of some runs that has one. What heuristics keep may hold
  /// infinities of its own.
  func nonFinite(among runs: [Int]) throws -> [(run: Int, path: String, value: Double)] {
    guard try program.firstNonFinite(among: examined) != nil else { return [] }
    var found: [Int: (path: String, value: Double)] = [:]
    for index in examined where state[index].type.dtype.isFloatingPoint {
      let type = state[index].type
      try program.parameter(index).withBytes { all in
        for run in runs where found[run] == nil {
          if let value = type.dtype.doubles(in: part(run, of: all)).first(where: { !$0.isFinite }) {
            found[run] = (state[index].path, value)
          }
        }
      }
    }
    return runs.compactMap { run in found[run].map { (run, $0.path, $0.value) } }
  }

  private func part(_ run: Int, of bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    let size = bytes.count / count
    return UnsafeRawBufferPointer(rebasing: bytes[(run * size)..<((run + 1) * size)])
  }
}
