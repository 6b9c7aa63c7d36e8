import Graph

/// A graph as a StableHLO module, and what its main function takes and returns.
///
/// Without a repetition it takes the parameters in order and returns the outputs. With one it is a loop: see ``RoundLoop``.
struct StableHLOModule {
  let text: String
  /// Constants that are passed as arguments behind the parameters.
  let hoisted: [(storage: Storage, type: TensorType)]
  /// What the main function returns.
  let results: [TensorType]
  let precision: Precision
  /// How many devices share the work.
  let deviceCount: Int

  init(text: String, results: [TensorType]) {
    (self.text, self.results, hoisted, precision, deviceCount) = (text, results, [], .float32, 1)
  }

  /// - Parameters:
  ///   - mostRuns: how many runs of a graph with a repetition one call can make.
  ///   - deviceCount: how many devices share the batches of a graph with a repetition.
  /// - Throws: ``DeviceError`` where the graph cannot be expressed, or a batch cannot be divided.
  init(_ graph: OperationGraph, mostRuns: Int = 1, deviceCount: Int = 1) throws {
    precision = graph.precision
    self.deviceCount = deviceCount
    var lowering = GraphLowering(graph)
    try lowering.lower()
    hoisted = zip(lowering.hoisted, lowering.hoistedTypes).map { ($0, $1) }
    let outputTypes = graph.outputTypes.map { ValueType($0).description }
    let hoistedArguments = lowering.hoistedTypes.enumerated().map { "%h\($0): \(ValueType($1))" }
    func arguments(aliased: Bool) -> [String] {
      let outputOf = Dictionary(uniqueKeysWithValues: graph.donations.map { ($1, $0) })
      return graph.parameterTypes.enumerated().map { index, type in
        "%a\(index): \(ValueType(type))" + (aliased ? outputOf[index].map { " {tf.aliasing_output = \($0) : i32}" } ?? "" : "")
      } + hoistedArguments
    }
    guard let repetition = graph.repetition else {
      results = graph.outputTypes
      text =
        "module @rival {\n"
        + lowering.text.text("main", isPublic: true, arguments: arguments(aliased: true), results: lowering.outputs, types: outputTypes)
        + "}\n"
      return
    }
    let round = lowering.text.text(
      "round", isPublic: false, arguments: arguments(aliased: false), results: lowering.outputs, types: outputTypes)
    let sharding = deviceCount == 1 ? nil : try BatchSharding(graph, repetition, deviceCount: deviceCount)
    let loop = RoundLoop(graph, repetition, mostRuns: mostRuns, hoisted: lowering.hoistedTypes, sharding: sharding)
    results = loop.results
    text = "module @rival {\n" + (sharding?.mesh ?? "") + round + loop.text + "}\n"
  }
}
