import Components
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
  let realBatches: Int

  init(_ game: any Game, _ rule: any UpdateRule, sampleShape: Shape, batchSize: Int, seed: UInt64, threadCount: Int?)
    throws
  {
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
      threadCount: threadCount
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
    initialState = try initial.mapped { try $1.materialized() }
    stepParameter = paths.count
    firstBatchParameter = paths.count + 1
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

  /// A copy of the state as it stands.
  func state(where isWanted: (String) -> Bool = { _ in true }) -> Parameters {
    Parameters(statePaths.enumerated().filter { isWanted($0.element) }.map { ($0.element, program.parameter($0.offset)) })
  }

  /// Copies the state into memory that was used before.
  func copyState(into copy: inout StateCopy) {
    for index in statePaths.indices {
      program.withParameter(index) { source in
        copy.bytes[index].withUnsafeMutableBytes { $0.copyMemory(from: UnsafeRawBufferPointer(source)) }
      }
    }
  }

  /// Sets the state to a copy.
  func load(_ copy: StateCopy) {
    for index in statePaths.indices {
      program.withParameter(index) { target in copy.bytes[index].withUnsafeBytes { target.copyMemory(from: $0) } }
    }
  }

  /// Memory for a copy of the state.
  func emptyCopy() -> StateCopy {
    StateCopy(bytes: statePaths.indices.map { Array(repeating: 0, count: program.parameters[$0].byteCount) })
  }

  /// The first tensor of the networks and optimizers with a value that is not finite. What heuristics keep may hold infinities of its own.
  func firstNonFinite() -> Int? {
    statePaths.indices.first { index in
      guard !statePaths[index].hasPrefix("heuristics/") else { return false }
      return program.withParameter(index) { memory in
        switch program.parameters[index].dtype {
        case .float32: !memory.bindMemory(to: Float.self).allSatisfy(\.isFinite)
        case .float64: !memory.bindMemory(to: Double.self).allSatisfy(\.isFinite)
        case .int32, .bool: false
        }
      }
    }
  }

  func setStep(_ step: Int) {
    program.withParameter(stepParameter) { $0.storeBytes(of: Int32(truncatingIfNeeded: step), as: Int32.self) }
  }

  func withBatch(_ batch: Int, _ body: (UnsafeMutableBufferPointer<Float>) -> Void) {
    program.withParameter(firstBatchParameter + batch) { body($0.bindMemory(to: Float.self)) }
  }

  func record(_ index: Int) -> Double {
    program.withOutput(statePaths.count + index) { Double($0.load(as: Float.self)) }
  }
}

/// A copy of a round's state.
struct StateCopy {
  /// The bytes of each tensor, in the state's order.
  var bytes: [[UInt8]]
}
