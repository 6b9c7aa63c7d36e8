import Networks
import Tensors

/// A function of a game's rounds, compiled: of the state, the number of the round, real batches and further inputs.
///
/// It is what a trainer plays, and what diagnostics evaluate beside it.
///
/// ```swift
/// let trace = try RoundTrace(game, state: state.types, fields: samples.fields, batches: 1, batchSize: 64, seed: 1) { round, _ in
///   [try round().gradient(of: .generator).squaredNorm()]
/// }
/// try trace.load(state)
/// ```
/// It is used by one thread at a time.
public final class RoundTrace {
  /// A tensor of the state: where it lies, and its type.
  public typealias StateType = (path: String, type: TensorType)

  /// The state, in its fixed order.
  public let state: [StateType]
  /// The fields of a batch.
  public let fields: [Field]
  /// How many real batches a run takes.
  public let batches: Int
  /// The compiled function; its parameters are the state, the step, the batches field by field, and the further inputs.
  let program: Program

  /// Traces `body` and compiles what it returns.
  ///
  /// - Parameters:
  ///   - state: the tensors of the state, all that rounds ask for.
  ///   - inputs: the types of further inputs.
  ///   - movesState: whether the first outputs are the next state, in order, so that a run leaves it where the next one finds it.
  ///   - body: gets what makes fresh rounds at the inputs, and the further inputs.
  /// - Throws: what tracing throws.
  public init(
    _ game: any Game, state: [StateType], fields: [Field], batches: Int, batchSize: Int, seed: UInt64, isTraining: Bool = true,
    inputs: [TensorType] = [], movesState: Bool = false, isProbing: Bool = false, threadCount: Int? = nil,
    device: Device? = nil,
    tracing body: (_ round: () -> Round, _ inputs: [Tensor]) throws -> [Tensor]
  ) throws {
    self.state = state
    self.fields = fields
    self.batches = batches
    let paths = state.map(\.path)
    let batchTypes = (0..<batches).flatMap { _ in fields.map { $0.type(batchSize: batchSize) } }
    let types = state.map(\.type) + [TensorType([], .int32)] + batchTypes + inputs
    let firstBatch = paths.count + 1
    program = try Program(
      parameters: types, donations: movesState ? Dictionary(uniqueKeysWithValues: paths.indices.map { ($0, $0) }) : [:],
      repetition: movesState
        ? Repetition(counter: paths.count, streams: Array(firstBatch..<(firstBatch + batchTypes.count))) : nil,
      threadCount: threadCount, device: device
    ) { tensors in
      let real = (0..<batches).map { batch in
        Batch(fields.indices.map { Batch.Entry(fields[$0], tensors[firstBatch + batch * fields.count + $0]) })
      }
      func round() -> Round {
        Round(
          game: game, state: Parameters(zip(paths, tensors)), step: tensors[paths.count], batches: real, batchSize: batchSize, seed: seed,
          isTraining: isTraining, isProbing: isProbing)
      }
      return try body(round, Array(tensors[(firstBatch + batchTypes.count)...]))
    }
  }

  /// The types of the outputs.
  public var outputs: [TensorType] { program.outputs }

  /// Sets the whole state.
  ///
  /// - Throws: `NetworkError` that lists what is missing, too much, or of another shape.
  public func load(_ values: Parameters) throws {
    try check(values)
    for (index, entry) in state.enumerated() {
      if let tensor = values[entry.path] { try program.write(tensor, to: index) }
    }
  }

  /// Throws unless `values` are the whole state and nothing else.
  func check(_ values: Parameters) throws {
    let known = Set(state.map(\.path))
    let missing = state.map(\.path).filter { values[$0] == nil }
    let extra = values.paths.filter { !known.contains($0) }
    guard missing.isEmpty, extra.isEmpty else {
      var text = "the state does not fit this composition:"
      if !missing.isEmpty { text += " missing \(missing.prefix(6).joined(separator: ", "))\(missing.count > 6 ? ", …" : "");" }
      if !extra.isEmpty { text += " unknown \(extra.prefix(6).joined(separator: ", "))\(extra.count > 6 ? ", …" : "");" }
      throw NetworkError(text + " it was saved by other components")
    }
    for (path, type) in state {
      guard let tensor = values[path], TensorType(tensor) != type else { continue }
      throw NetworkError("'\(path)' is \(TensorType(tensor)) in the state, but \(type) in this composition")
    }
  }

  /// Sets the number of the round, from 0.
  public func load(step: Int) throws {
    try withUnsafeBytes(of: Int32(truncatingIfNeeded: step)) { try program.write($0, to: state.count) }
  }

  /// Sets real batch `index`.
  public func load(_ batch: BatchMemory, as index: Int) throws { try load(batch, as: index, run: 0) }

  /// Sets real batch `index` of round `run` of the next launch.
  func load(_ batch: BatchMemory, as index: Int, run: Int) throws {
    for field in fields.indices {
      try batch.withBytes(of: field) { try program.write($0, to: state.count + 1 + index * fields.count + field, run: run) }
    }
  }

  /// Sets further input `index`.
  public func load(_ value: Tensor, asInput index: Int) throws {
    try program.write(value, to: state.count + 1 + batches * fields.count + index)
  }

  /// Runs the function on what was loaded.
  public func run() throws {
    try program.execute()
  }

  /// Runs the function `rounds` times in one launch, and does something beside it.
  func run(rounds: Int, meanwhile: () throws -> Void) throws { try program.execute(runs: rounds, meanwhile: meanwhile) }

  /// An output of the last run.
  public func output(_ index: Int) throws -> Tensor { try program.output(index) }

  /// The value of an output with one element, after a run.
  public func number(_ index: Int) throws -> Double { try program.number(ofOutput: index) }

  /// The value of an output with one element after round `run` of the last launch.
  func number(_ index: Int, run: Int) throws -> Double { try program.number(ofOutput: index, run: run) }
}

extension Parameters {
  /// The paths with the types of their tensors, in order.
  public var types: [(path: String, type: TensorType)] { map { ($0.path, TensorType($0.tensor)) } }
}
