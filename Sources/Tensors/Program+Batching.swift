import Graph

extension Program {
  /// Traces `function` for several runs that differ in their random keys, and perhaps in constants, and compiles all of them as one program: see
  /// `Batching`.
  ///
  /// - Parameters:
  ///   - roots: the key that each run derives its own keys of, at least one. Runs whose keys follow from it are not traced.
  ///   - parameters: the shapes and types of one run's parameters.
  ///   - batched: the parameters, by their places, that each run has a value of its own for: they get a leading axis with a place for each run, and
  ///     so does every output.
  ///   - donations: output → parameter, as in one run.
  ///   - repetition: what changes from one launch's run to the next, as in one run; the counter is the same in all.
  ///   - function: gets the number of the run and its placeholders.
  /// - Throws: `TensorError` where a function makes an invalid tensor or the runs are not of one structure; what the device's executor throws.
  package convenience init(
    roots: [Key], parameters: [TensorType], batched: Set<Int>, donations: [Int: Int] = [:], repetition: Repetition? = nil,
    threadCount: Int? = nil, device: Device? = nil, tracing function: (_ run: Int, _ parameters: [Tensor]) throws -> [Tensor]
  ) throws {
    let (graph, differences) = try GraphDifferences.traced(roots: roots) { run in
      let placeholders = parameters.map { Tensor.placeholder($0.shape, dtype: $0.dtype) }
      return try Simplifier.simplify(outputs: function(run, placeholders), parameters: placeholders, donations: donations)
    }
    var all = try Batching.batched(graph, differences: differences, parameters: batched)
    all.repetition = repetition
    try self.init(all, threadCount: threadCount, device: device)
  }

  /// Copies the values of an output, as run `run` of the last launch left them, to `bytes`.
  ///
  /// - Throws: `TensorError` where there is no such output, or it has another number of bytes.
  package func read(_ output: Int, run: Int, into bytes: UnsafeMutableRawBufferPointer) throws {
    guard outputs.indices.contains(output), outputs[output].byteCount == bytes.count else {
      throw TensorError("output \(output) cannot be read into \(bytes.count) bytes")
    }
    try executable.read(output: output, run: run, into: bytes)
  }
}
