import Networks
import Tensors

/// A game's round, compiled: it holds the state in its own memory and moves it on in place, round after round.
final class RoundProgram {
  /// The paths of the state, in their fixed order.
  let statePaths: [String]
  /// What a round records, in order.
  let recordNames: [String]
  /// The state before the first round.
  let initialState: Parameters
  let program: Program

  private let stepParameter: Int
  private let firstBatchParameter: Int
  /// The tensors that are looked at for values that are not finite.
  private let examined: [Int]
  /// Where a real batch is made, before it goes to the program.
  private var batchValues: [Float]
  /// What the last round recorded, in the order of the names.
  private(set) var records: [Double]
  let realBatches: Int

  init(
    _ game: any Game, _ rule: any UpdateRule, sampleShape: Shape, batchSize: Int, seed: UInt64, threadCount: Int?,
    device: Device?
  ) throws {
    let realBatches = rule.realBatchesPerRound
    let batchType = TensorType(Shape([batchSize] + sampleShape.dimensions))
    // Once to see which state the round asks for, …
    var initial = try game.initialState()
    let declaring = Round(
      game: game, state: initial.mapped { .placeholder($1.shape, dtype: $1.dtype) },
      step: .placeholder([], dtype: .int32),
      realBatches: (0..<realBatches).map { _ in .placeholder(batchType.shape) }, batchSize: batchSize, seed: seed,
      isTraining: true,
      declarations: initial)
    try rule.advance(declaring)
    initial.merge(declaring.declarations)
    let paths = initial.paths
    try evaluate(initial.tensors)

    // … and once more to compile it over exactly that state.
    var names: [String] = []
    let types =
      initial.tensors.map(TensorType.init) + [TensorType([], .int32)] + Array(repeating: batchType, count: realBatches)
    program = try Program(
      parameters: types, donations: Dictionary(uniqueKeysWithValues: paths.indices.map { ($0, $0) }),
      threadCount: threadCount, device: device
    ) { inputs in
      let round = Round(
        game: game, state: Parameters(zip(paths, inputs)), step: inputs[paths.count],
        realBatches: Array(inputs[(paths.count + 1)...]), batchSize: batchSize, seed: seed, isTraining: true)
      try rule.advance(round)
      names = round.records.map(\.name)
      return paths.map { round.state[$0] ?? .invalid(TensorError("state '\($0)' was lost in the round")) }
        + round.records.map(\.value)
    }
    for (_, type) in zip(names, program.outputs[paths.count...]) where type.shape.rank != 0 {
      throw TensorError("a recorded value has shape \(type.shape), but only scalars can be recorded")
    }
    statePaths = paths
    recordNames = names
    records = names.map { _ in .nan }
    initialState = try initial.mapped { try $1.materialized() }
    stepParameter = paths.count
    firstBatchParameter = paths.count + 1
    examined = paths.indices.filter { !paths[$0].hasPrefix("heuristics/") }
    batchValues = Array(repeating: 0, count: batchType.shape.elementCount)
    self.realBatches = realBatches
  }

  /// Sets the whole state.
  ///
  /// - Throws: `NetworkError` that lists what is missing, too much, or of another shape.
  func load(_ state: Parameters) throws {
    let known = Set(statePaths)
    let missing = statePaths.filter { state[$0] == nil }
    let extra = state.paths.filter { !known.contains($0) }
    guard missing.isEmpty, extra.isEmpty else {
      var text = "the state does not fit this composition:"
      if !missing.isEmpty {
        text += " missing \(missing.prefix(6).joined(separator: ", "))\(missing.count > 6 ? ", …" : "");"
      }
      if !extra.isEmpty {
        text += " unknown \(extra.prefix(6).joined(separator: ", "))\(extra.count > 6 ? ", …" : "");"
      }
      throw NetworkError(text + " it was saved by other components")
    }
    for (index, path) in statePaths.enumerated() {
      guard let tensor = state[path] else { continue }
      guard TensorType(tensor) == program.parameters[index] else {
        throw NetworkError(
          "'\(path)' is \(TensorType(tensor)) in the state, but \(program.parameters[index]) in this composition")
      }
      try program.write(tensor, to: index)
    }
  }

  /// A copy of the state as it stands. A tensor that the device cannot give is invalid, and says why.
  func state(where isWanted: (String) -> Bool = { _ in true }) -> Parameters {
    state(where: isWanted) { try program.parameter($0) }
  }

  /// A copy of the state as it stood when `snapshot` was taken.
  func state(in snapshot: any Snapshot) -> Parameters {
    state { try program.parameter($0, in: snapshot) }
  }

  private func state(where isWanted: (String) -> Bool = { _ in true }, _ value: (Int) throws -> Tensor) -> Parameters {
    Parameters(
      statePaths.enumerated().filter { isWanted($0.element) }.map { index, path in
        do {
          return (path, try value(index))
        } catch {
          let type = program.parameters[index]
          return (path, .invalid(TensorError("'\(path)' cannot be read: \(error)"), shape: type.shape, dtype: type.dtype))
        }
      })
  }

  /// A copy of the state where the program runs.
  func snapshot() throws -> any Snapshot { try program.snapshot(of: Array(statePaths.indices)) }

  /// The first tensor of the networks and optimizers with a value that is not finite. What heuristics keep may hold infinities of its own.
  func firstNonFinite() throws -> Int? { try program.firstNonFinite(among: examined) }

  func setStep(_ step: Int) throws {
    try withUnsafeBytes(of: Int32(truncatingIfNeeded: step)) { try program.write($0, to: stepParameter) }
  }

  /// Sets a real batch to what `fill` writes.
  func setBatch(_ batch: Int, _ fill: (UnsafeMutableBufferPointer<Float>) -> Void) throws {
    batchValues.withUnsafeMutableBufferPointer { fill($0) }
    try batchValues.withUnsafeBytes { try program.write($0, to: firstBatchParameter + batch) }
  }

  /// Reads what the last round recorded.
  func readRecords() throws {
    for index in records.indices { records[index] = try program.number(ofOutput: statePaths.count + index) }
  }
}
