import Graph

/// A graph's operations as StableHLO, one after the other.
///
/// Each primitive has the semantics of its namesake there; what is defined more narrowly here (indices out of range, division of integers by
/// zero) is written out.
struct GraphLowering {
  let graph: OperationGraph
  var text = FunctionText()
  /// The value of each operation.
  private(set) var values: [Value?]
  /// Constants that become arguments: the keys of all that is random, as the first one where there are some, so that the module is the same for each
  /// seed; and those that are too large to be printed.
  private(set) var hoisted: [Storage] = []
  private(set) var hoistedTypes: [TensorType] = []
  /// The place of each draw's keys among all, by its operation.
  private(set) var keyRows: [Int: Int] = [:]

  /// The most bytes of a constant that stands in the module itself.
  static let largestPrintedConstant = 4_096

  init(_ graph: OperationGraph) {
    self.graph = graph
    values = Array(repeating: nil, count: graph.operations.count)
  }

  /// Lowers all of it.
  ///
  /// - Throws: ``DeviceError`` where a placeholder is no parameter.
  mutating func lower() throws {
    try hoistKeys()
    for (parameter, id) in graph.parameters.enumerated() {
      if let id { values[id] = Value(name: "%a\(parameter)", type: ValueType(graph.parameterTypes[parameter])) }
    }
    for id in graph.operations.indices where values[id] == nil { values[id] = try lowered(graph.operations[id], id) }
  }

  private mutating func hoistKeys() throws {
    var words: [UInt32] = []
    for (id, operation) in graph.operations.enumerated() {
      guard case .randomBits(let keys) = operation.primitive else { continue }
      keyRows[id] = words.count / 2
      for key in keys { words += [UInt32(truncatingIfNeeded: key), UInt32(truncatingIfNeeded: key >> 32)] }
    }
    guard !words.isEmpty else { return }
    hoisted.append(try Storage(byteCount: words.count * 4) { memory in words.withUnsafeBytes { memory.copyMemory(from: $0) } })
    hoistedTypes.append(TensorType([words.count / 2, 2], .int32))
  }

  /// All keys, a row each.
  var keyTable: Value { Value(name: "%h0", type: ValueType(hoistedTypes[0])) }

  /// The outputs' values, after ``lower()``.
  var outputs: [Value] { graph.outputs.compactMap { values[$0] } }

  private mutating func lowered(_ operation: OperationGraph.Operation, _ id: Int) throws -> Value {
    let operands = operation.inputs.compactMap { values[$0] }
    let types = operation.inputs.map { graph.operations[$0].type }
    let to = ValueType(operation.type)
    switch operation.primitive {
    case .input: throw DeviceError(.program, "a placeholder of type \(operation.type) is no parameter of the program")
    case .constant(let storage): return constant(storage, operation.type)
    case .fill(let value): return text.splat(value, to, operation.dtype)
    case .iota(let axis): return text.apply("stablehlo.iota", [], ["iota_dimension = \(axis) : i64"], to: to)
    case .randomBits(let keys): return randomBits(of: id, keyCount: keys.count, step: operands.first, to)
    case .unary(let function): return unary(function, operands[0], operation.dtype, to)
    case .leakyReLU(let slope):
      let zero = text.splat(0, to, operation.dtype)
      let factor = text.splat(slope, to, operation.dtype)
      let scaled = text.apply("stablehlo.multiply", [operands[0], factor], to: to)
      return text.select(text.compare(operands[0], "GT", zero, "FLOAT"), operands[0], scaled)
    case .binary(let function): return binary(function, operands, operation.dtype, to)
    case .compare(let comparison): return text.compare(operands[0], comparison.direction, operands[1], types[0].dtype.comparison)
    case .select: return text.select(operands[0], operands[1], operands[2])
    case .convert: return converted(operands[0], from: types[0].dtype, to: operation.dtype, to)
    case .bitcastToFloat: return text.apply("stablehlo.bitcast_convert", operands, to: to)
    case .stopGradient: return operands[0]
    case .broadcast, .reshape, .transpose, .slice, .pad, .concatenate, .reverse: return moved(operation, operands, types, to)
    case .reduce(let reduction, let axes): return reduced(operands[0], reduction, axes, operation.dtype, to)
    case .gather(let axis): return gathered(operands, axis, to)
    case .scatterAdd(let axis): return scattered(operands, axis, operation.dtype, to)
    case .matmul: return product(operands, to)
    case .convolution(let geometry): return convolution(operands, geometry, to)
    case .convolutionInputGradient(let geometry): return convolutionInputGradient(operands, geometry, to)
    case .convolutionKernelGradient(let geometry): return convolutionKernelGradient(operands, geometry, to)
    }
  }

  /// A constant by its bytes; truth values one by one, since a dense attribute packs them into bits.
  private mutating func constant(_ storage: Storage, _ type: TensorType) -> Value {
    let to = ValueType(type)
    if type.dtype == .bool || type.byteCount > Self.largestPrintedConstant {
      guard type.byteCount > 64 else { return printed(storage, type) }
      hoisted.append(storage)
      hoistedTypes.append(type)
      return Value(name: "%h\(hoisted.count - 1)", type: to)
    }
    return printed(storage, type)
  }

  /// Element by element, in nested lists.
  private mutating func printed(_ storage: Storage, _ type: TensorType) -> Value {
    let literals = type.dtype.doubles(in: storage.bytes).map(type.dtype.literal)
    func nested(_ axis: Int, _ start: Int) -> String {
      if axis == type.shape.rank { return literals[start] }
      let inner = type.shape.dimensions[(axis + 1)...].reduce(1, *)
      return "[" + (0..<type.shape[axis]).map { nested(axis + 1, start + $0 * inner) }.joined(separator: ", ") + "]"
    }
    return text.splat(type.shape.elementCount == 0 ? "" : nested(0, 0), ValueType(type))
  }
}

extension ComparisonOperation {
  fileprivate var direction: String {
    switch self {
    case .equal: "EQ"
    case .notEqual: "NE"
    case .less: "LT"
    case .lessOrEqual: "LE"
    case .greater: "GT"
    case .greaterOrEqual: "GE"
    }
  }
}
