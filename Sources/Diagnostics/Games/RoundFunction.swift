import Adversarial
import Components
import Networks
import Tensors

/// A function of some tensors of a frozen round's state and of vectors over them, compiled once: derivatives are such functions.
///
/// It is used by one thread at a time.
final class RoundFunction {
  private let program: Program
  private let layout: VectorLayout
  private let places: [Int]
  private let firstVector: Int
  private let stepPlace: Int
  private let frozen: FrozenRound

  /// - Parameters:
  ///   - layout: the variables: tensors of the state.
  ///   - vectors: how many vectors over the variables the function takes.
  ///   - body: makes the outputs of fresh rounds at the variables (`round()` gives a new one each time), the variables, and the vectors.
  init(
    _ frozen: FrozenRound, over layout: VectorLayout, vectors: Int,
    _ body: (_ round: () -> Round, _ variables: [Tensor], _ vectors: [[Tensor]]) throws -> [Tensor]
  ) throws {
    self.layout = layout
    let paths = frozen.state.paths
    var index: [String: Int] = [:]
    for (place, path) in paths.enumerated() { index[path] = place }
    let places = try layout.paths.map { path in
      guard let place = index[path] else { throw DiagnosticsError("the state lacks '\(path)'") }
      return place
    }
    let constants =
      frozen.state.tensors + [Tensor(int32: [Int32(truncatingIfNeeded: frozen.step)], shape: [])]
      + frozen.batches.flatMap { $0.entries.map(\.tensor) }
    let first = constants.count
    let types = constants.map(TensorType.init)
    let vectorTypes = layout.shapes.map { TensorType($0, .float64) }
    // A handful of numbers is not worth waking a second thread.
    let isTiny = types.reduce(0) { $0 + $1.shape.elementCount } < 1_000
    program = try Program(
      parameters: types + (0..<vectors).flatMap { _ in vectorTypes }, threadCount: isTiny ? 1 : nil
    ) { inputs in
      func played(_ tensor: Tensor) -> Tensor { tensor.dtype.isFloatingPoint ? tensor.converted(to: frozen.precision) : tensor }
      let state = Parameters(zip(paths, inputs.map(played)))
      let step = inputs[paths.count]
      var rest = inputs[(paths.count + 1)..<first]
      let batches = frozen.batches.map { $0.mapped { _ in played(rest.removeFirst()) } }
      let vectors = (0..<vectors).map { number in
        let start = first + number * vectorTypes.count
        return Array(inputs[start..<(start + vectorTypes.count)])
      }
      let outputs = try body({ frozen.round(state: state, step: step, batches: batches) }, places.map { inputs[$0] }, vectors)
      // A result that is an input by itself, or a constant, is copied.
      return outputs.map { $0.converted(to: .float64) + 0 }
    }
    self.places = places
    self.frozen = frozen
    stepPlace = paths.count
    firstVector = first
    for (place, constant) in constants.enumerated() { try program.write(constant, to: place) }
  }

  /// Sets the number of the round, and with it the random draws, and the real batches; the frozen round's own by default.
  ///
  /// - Throws: `DiagnosticsError` for a draw under another seed, `TensorError` for batches of other shapes.
  func draw(as other: FrozenRound? = nil) throws {
    let draw = other ?? frozen
    guard draw.seed == frozen.seed, draw.batches.count == frozen.batches.count else {
      throw DiagnosticsError(
        "a draw under seed \(draw.seed) with \(draw.batches.count) batches does not fit a round under seed \(frozen.seed) with \(frozen.batches.count)"
      )
    }
    try program.write(Tensor(int32: [Int32(truncatingIfNeeded: draw.step)], shape: []), to: stepPlace)
    for (index, entry) in draw.batches.flatMap(\.entries).enumerated() { try program.write(entry.tensor, to: stepPlace + 1 + index) }
  }

  /// Sets the variables.
  func move(to point: [Double]) throws {
    try write(point, to: places)
  }

  /// The outputs, one after the other, for the given vectors at the point where the variables stand.
  func callAsFunction(_ vectors: [Double]...) throws -> [Double] {
    for (number, vector) in vectors.enumerated() {
      let start = firstVector + number * places.count
      try write(vector, to: Array(start..<(start + places.count)))
    }
    try program.execute()
    return try program.outputs.indices.flatMap { try program.output($0).doubles() }
  }

  private func write(_ vector: [Double], to parameters: [Int]) throws {
    precondition(vector.count == layout.size, "\(vector.count) numbers for a vector of \(layout.size)")
    try vector.withUnsafeBytes { bytes in
      for (parameter, range) in zip(parameters, layout.ranges) {
        try program.write(UnsafeRawBufferPointer(rebasing: bytes[(range.lowerBound * 8)..<(range.upperBound * 8)]), to: parameter)
      }
    }
  }
}
