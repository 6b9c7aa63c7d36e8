import Graph

extension Program {
  /// Traces `function` once for each of several runs, which may differ in their random keys and constants, and compiles all of them as one
  /// program: see `Batching`.
  ///
  /// - Parameters:
  ///   - count: how many runs there are, at least one.
  ///   - parameters: the shapes and types of one run's parameters.
  ///   - batched: the parameters, by their places, that each run has a value of its own for: they get a leading axis of `count` places, and so does
  ///     every output.
  ///   - donations: output → parameter, as in one run.
  ///   - function: gets the number of the run and its placeholders.
  /// - Throws: `TensorError` where a function makes an invalid tensor or the runs are not of one structure; what the device's executor throws.
  package convenience init(
    runs count: Int, parameters: [TensorType], batched: Set<Int>, donations: [Int: Int] = [:], threadCount: Int? = nil,
    device: Device? = nil, tracing function: (_ run: Int, _ parameters: [Tensor]) throws -> [Tensor]
  ) throws {
    let graphs = try (0..<count).map { run in
      let placeholders = parameters.map { Tensor.placeholder($0.shape, dtype: $0.dtype) }
      return try Simplifier.simplify(outputs: function(run, placeholders), parameters: placeholders, donations: donations)
    }
    try self.init(
      Batching.batched(graphs[0], differences: GraphDifferences(between: graphs), parameters: batched), threadCount: threadCount,
      device: device)
  }
}
