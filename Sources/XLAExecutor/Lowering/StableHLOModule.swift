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

  init(text: String, results: [TensorType]) {
    (self.text, self.results, hoisted, precision) = (text, results, [], .float32)
  }

  /// - Parameter mostRuns: how many runs of a graph with a repetition one call can make.
  /// - Throws: ``DeviceError`` where the graph cannot be expressed.
  init(_ graph: OperationGraph, mostRuns: Int = 1) throws {
    precision = graph.precision
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
    let loop = RoundLoop(graph, repetition, mostRuns: mostRuns, hoisted: lowering.hoistedTypes)
    results = loop.results
    text = "module @rival {\n" + round + loop.text + "}\n"
  }
}
