import Graph

/// A graph with the values of its parameters and outputs, all as doubles.
final class ReferenceExecutable: Executable {
  let parameterTypes: [TensorType]
  let threadCount = 1

  private let graph: OperationGraph
  private var parameters: [[Double]]
  private var outputs: [[Double]]
  /// The values of leaves that are known before a run.
  private let constants: [ValueID: [Double]]
  /// The parameter of each operation that is one.
  private let parameterOf: [ValueID: Int]

  var instructionCount: Int { graph.operations.count }

  var memoryBytes: Int {
    let counts = (graph.operations.map(\.type) + parameterTypes + graph.outputTypes).map(\.shape.elementCount)
    return counts.reduce(0, +) * MemoryLayout<Double>.stride
  }

  init(_ graph: OperationGraph) {
    self.graph = graph
    parameterTypes = graph.parameterTypes
    parameters = graph.parameterTypes.map { Array(repeating: 0, count: $0.shape.elementCount) }
    outputs = graph.outputTypes.map { Array(repeating: 0, count: $0.shape.elementCount) }
    var constants: [ValueID: [Double]] = [:]
    for (id, operation) in graph.operations.enumerated() {
      if case .constant(let storage) = operation.primitive { constants[id] = operation.dtype.doubles(in: storage.bytes) }
    }
    self.constants = constants
    var parameterOf: [ValueID: Int] = [:]
    for (parameter, id) in graph.parameters.enumerated() {
      if let id { parameterOf[id] = parameter }
    }
    self.parameterOf = parameterOf
  }

  func execute() throws {
    var values: [[Double]] = []
    values.reserveCapacity(graph.operations.count)
    for (id, operation) in graph.operations.enumerated() {
      if let known = constants[id] ?? parameterOf[id].map({ parameters[$0] }) {
        values.append(known)
      } else {
        let types = operation.inputs.map { graph.operations[$0].type }
        var operands = operation.inputs.map { values[$0] }
        if graph.precision != .float32, operation.isProduct, operation.dtype == .float32 {
          operands = operands.map { $0.map { Double(graph.precision.rounded(Float($0))) } }
        }
        let step = ReferenceStep(operation: operation, types: types, operands: operands)
        values.append(try step.result())
      }
    }
    outputs = graph.outputs.map { values[$0] }
    for (output, parameter) in graph.donations { parameters[parameter] = outputs[output] }
  }

  func write(_ bytes: UnsafeRawBufferPointer, to parameter: Int) {
    parameters[parameter] = parameterTypes[parameter].dtype.doubles(in: bytes)
  }

  func read(parameter: Int, into bytes: UnsafeMutableRawBufferPointer) {
    parameterTypes[parameter].dtype.store(parameters[parameter], in: bytes)
  }

  func read(output: Int, into bytes: UnsafeMutableRawBufferPointer) {
    graph.operations[graph.outputs[output]].dtype.store(outputs[output], in: bytes)
  }

  func firstNonFinite(among parameters: [Int]) -> Int? {
    parameters.first { !self.parameters[$0].allSatisfy(\.isFinite) }
  }
}
