import Graph

/// Turns a graph of Rival's operations into ONNX nodes.
///
/// ONNX leaves the number of samples open; a graph of ours has a number in each shape. So the function is traced for two batch sizes, and a
/// dimension that differs between them is so many times the number of samples.
struct ONNXLowering {
  typealias Operation = OperationGraph.Operation

  /// A dimension: a number, or a multiple of the number of samples.
  enum Dimension: Hashable {
    case fixed(Int)
    case samples(times: Int)

    var isOpen: Bool {
      if case .samples = self { return true }
      return false
    }
  }

  private let graph: OperationGraph
  /// The dimensions of each operation's result.
  let dimensions: [[Dimension]]
  /// The value of each operation, with all its dimensions.
  private var names: [ValueID: String] = [:]
  /// The values of operations that repeat others along dimensions, with 1 in the place of these.
  private var narrow: [ValueID: String] = [:]
  private(set) var nodes: [ONNXModel.Node] = []
  private(set) var initializers: [ONNXModel.Initializer] = []
  private var integerNames: [[Int]: String] = [:]
  private var openShapes: [[Dimension]: String] = [:]
  /// The name of the input whose first dimension counts the samples.
  private let counted: String
  private var next = 0
  private var used: Set<String> = []

  /// - Parameters:
  ///   - graph: for one batch size.
  ///   - other: the same function for another one; the same graph where the batch size is fixed.
  ///   - sizes: both batch sizes.
  ///   - parameters: what the parameters are called.
  ///   - counted: the parameter whose first dimension counts the samples.
  init(_ graph: OperationGraph, and other: OperationGraph, sizes: (Int, Int), parameters: [String], counted: String) throws {
    self.graph = graph
    self.counted = counted
    guard graph.operations.count == other.operations.count else { throw Self.dependsOnBatch("computes in another way") }
    dimensions = try zip(graph.operations, other.operations).map { first, second in
      guard first.shape.rank == second.shape.rank, first.inputs == second.inputs, Self.isSame(first.primitive, second.primitive) else {
        throw Self.dependsOnBatch("has another '\(first.primitive.kind.rawValue)'")
      }
      return try zip(first.shape, second.shape).map { first, second in
        if first == second { return .fixed(first) }
        guard first.isMultiple(of: sizes.0), second.isMultiple(of: sizes.1), first / sizes.0 == second / sizes.1 else {
          throw Self.dependsOnBatch("has dimensions of \(first) and \(second)")
        }
        return .samples(times: first / sizes.0)
      }
    }
    for (name, id) in zip(parameters, graph.parameters) {
      if let id { names[id] = name }
    }
    for (id, operation) in graph.operations.enumerated() where names[id] == nil { try lower(operation, id) }
  }

  /// Names the first result, and returns its type and dimensions; `nil` for the number of samples.
  mutating func output(called name: String) -> (type: ONNXModel.ElementType, shape: [Int?]) {
    let id = graph.outputs[0]
    let value = value(id)
    used.insert(value)
    nodes.append(ONNXModel.Node(operation: "Identity", inputs: [value], outputs: [name]))
    return (graph.operations[id].dtype.elementType, dimensions[id].map { if case .fixed(let size) = $0 { size } else { nil } })
  }

  /// Whether some node takes the value of that name.
  func uses(_ name: String) -> Bool { used.contains(name) }

  private static func isSame(_ first: Primitive, _ second: Primitive) -> Bool {
    switch (first, second) {
    case (.constant(let own), .constant(let its)): own.bytes.elementsEqual(its.bytes)
    case (.input, .input): true
    default: first == second
    }
  }

  private static func dependsOnBatch(_ problem: String) -> ExchangeError {
    ExchangeError(
      "what the network makes of a sample depends on how many there are: for another number of samples it \(problem); "
        + "fix the number of samples (export --batch N)")
  }

  // MARK: Names and helpers

  private mutating func fresh() -> String {
    next += 1
    return "v\(next)"
  }

  /// Adds a node with one result, and returns the result's name.
  mutating func add(_ operation: String, _ inputs: [String], _ attributes: [(String, ONNXModel.Attribute)] = []) -> String {
    let name = fresh()
    used.formUnion(inputs)
    nodes.append(ONNXModel.Node(operation: operation, inputs: inputs, outputs: [name], attributes: attributes.map { ($0.0, $0.1) }))
    return name
  }

  mutating func integers(_ values: [Int]) -> String {
    if let known = integerNames[values] { return known }
    let name = fresh()
    initializers.append(.init(name, values))
    integerNames[values] = name
    return name
  }

  private mutating func constant(_ bytes: [UInt8], _ dtype: DType, _ shape: [Int]) -> String {
    let name = fresh()
    initializers.append(.init(name: name, type: dtype.elementType, shape: shape, bytes: bytes))
    return name
  }

  mutating func scalar(_ value: Double, _ dtype: DType, rank: Int = 0) -> String {
    let bytes = [UInt8](unsafeUninitializedCapacity: dtype.byteCount) { buffer, count in
      dtype.store(value, in: UnsafeMutableRawBufferPointer(buffer))
      count = dtype.byteCount
    }
    return constant(bytes, dtype, Array(repeating: 1, count: rank))
  }

  /// A shape as a tensor: a constant, or made of the number of samples.
  private mutating func shape(_ dimensions: [Dimension]) -> String {
    if !dimensions.contains(where: \.isOpen) { return integers(dimensions.map { if case .fixed(let size) = $0 { size } else { 0 } }) }
    if let known = openShapes[dimensions] { return known }
    let parts = dimensions.map { dimension in
      switch dimension {
      case .fixed(let size): return integers([size])
      case .samples(let times):
        if let known = openShapes[[dimension]] { return known }
        let count: String
        if let known = openShapes[[.samples(times: 1)]] {
          count = known
        } else {
          count = add("Gather", [add("Shape", [counted]), integers([0])])
          openShapes[[.samples(times: 1)]] = count
        }
        let name = times == 1 ? count : add("Mul", [count, integers([times])])
        openShapes[[dimension]] = name
        return name
      }
    }
    let name = parts.count == 1 ? parts[0] : add("Concat", parts, [("axis", .integer(0))])
    openShapes[dimensions] = name
    return name
  }

  /// The value of an operation under a shape with one open dimension at most.
  mutating func reshaped(_ name: String, _ dimensions: [Dimension]) throws -> String {
    guard dimensions.filter(\.isOpen).count > 1 else {
      return add("Reshape", [name, integers(dimensions.map { if case .fixed(let size) = $0 { size } else { -1 } })])
    }
    return add("Reshape", [name, shape(dimensions)])
  }

  /// The value with all its dimensions.
  mutating func value(_ id: ValueID) -> String {
    if let known = names[id] { return known }
    guard let narrow = narrow[id] else { return "" }
    let name = dimensions[id].isEmpty ? narrow : add("Expand", [narrow, shape(dimensions[id])])
    names[id] = name
    return name
  }

  /// The operands of an elementwise operation: ONNX repeats those itself that have a 1 where another has more.
  private mutating func elementwise(_ inputs: [ValueID]) -> [String] {
    let isAnyWide = inputs.contains { narrow[$0] == nil }
    return inputs.map { id in isAnyWide ? narrow[id] ?? value(id) : value(id) }
  }

  // MARK: Operations

  private mutating func lower(_ operation: Operation, _ id: ValueID) throws {
    let inputs = operation.inputs
    switch operation.primitive {
    case .constant(let storage): names[id] = constant(Array(storage.bytes), operation.dtype, operation.shape.dimensions)
    case .fill(let value): narrow[id] = scalar(value, operation.dtype, rank: operation.shape.rank)
    case .iota(let axis):
      guard case .fixed(let count) = dimensions[id][axis] else { throw Self.dependsOnBatch("counts the samples") }
      let values = (0..<count).flatMap { number in withUnsafeBytes(of: Int32(number)) { Array($0) } }
      var shape = [Int](repeating: 1, count: operation.shape.rank)
      shape[axis] = count
      narrow[id] = constant(values, .int32, shape)
    case .stopGradient:
      names[id] = names[inputs[0]]
      narrow[id] = narrow[inputs[0]]
    case .unary(let unary): names[id] = try lower(unary, value(inputs[0]), operation.dtype)
    case .leakyReLU(let slope): names[id] = add("LeakyRelu", [value(inputs[0])], [("alpha", .float(Float(slope)))])
    case .binary(let binary): names[id] = try lower(binary, elementwise(inputs), operation.dtype)
    case .compare(let comparison): names[id] = lower(comparison, elementwise(inputs))
    case .select: names[id] = add("Where", elementwise(inputs))
    case .convert: names[id] = add("Cast", [value(inputs[0])], [("to", .integer(operation.dtype.elementType.rawValue))])
    case .broadcast(let axes):
      var narrowed = [Dimension](repeating: .fixed(1), count: operation.shape.rank)
      for (axis, target) in axes.enumerated() { narrowed[target] = dimensions[inputs[0]][axis] }
      let source = value(inputs[0])
      narrow[id] = narrowed == dimensions[inputs[0]] ? source : try reshaped(source, narrowed)
    case .reshape: names[id] = try reshaped(value(inputs[0]), dimensions[id])
    case .transpose(let permutation): names[id] = add("Transpose", [value(inputs[0])], [("perm", .integers(permutation))])
    case .slice, .pad, .concatenate, .reverse, .gather: names[id] = try moved(operation, id)
    case .reduce(let reduction, let axes):
      let name = ["sum": "ReduceSum", "maximum": "ReduceMax", "minimum": "ReduceMin"][reduction.rawValue] ?? ""
      names[id] = add(name, [value(inputs[0]), integers(axes)], [("keepdims", .integer(0))])
    case .matmul: names[id] = add("MatMul", [value(inputs[0]), value(inputs[1])])
    case .convolution(let geometry): names[id] = convolution(geometry, value(inputs[0]), value(inputs[1]))
    case .convolutionInputGradient(let geometry):
      names[id] = transposedConvolution(
        geometry, operation, value(inputs[0]), value(inputs[1]), from: Array(graph.operations[inputs[0]].shape.dimensions[1...2]),
        taps: Array(graph.operations[inputs[1]].shape.dimensions[0...1]))
    case .randomBits:
      throw ExchangeError("the network draws random numbers while it is used, which an ONNX model cannot do as Rival does")
    case .input, .scatterAdd, .bitcastToFloat, .convolutionKernelGradient:
      throw ExchangeError(
        "the network uses '\(operation.primitive.kind.rawValue)', which is not exported to ONNX; compose its layer of other operations")
    }
  }

  private mutating func moved(_ operation: Operation, _ id: ValueID) throws -> String {
    let inputs = operation.inputs
    let source = dimensions[inputs[0]]
    switch operation.primitive {
    case .slice(let starts, let strides):
      var (axes, begins, ends, steps): ([Int], [Int], [Int], [Int]) = ([], [], [], [])
      for axis in source.indices where source[axis] != dimensions[id][axis] || starts[axis] != 0 || strides[axis] != 1 {
        guard case .fixed(let size) = dimensions[id][axis] else { throw Self.dependsOnBatch("takes some of the samples") }
        axes.append(axis)
        begins.append(starts[axis])
        ends.append(starts[axis] + (size - 1) * strides[axis] + 1)
        steps.append(strides[axis])
      }
      return add("Slice", [value(inputs[0]), integers(begins), integers(ends), integers(axes), integers(steps)])
    case .pad(let low, let interior, let fill):
      guard interior.allSatisfy({ $0 == 0 }) else {
        throw ExchangeError("the network pads between elements, which is not exported to ONNX; compose its layer of other operations")
      }
      let high = try source.indices.map { axis in
        switch (source[axis], dimensions[id][axis]) {
        case (.fixed(let old), .fixed(let new)): return new - old - low[axis]
        case (let old, let new):
          guard old == new, low[axis] == 0 else { throw Self.dependsOnBatch("pads the samples") }
          return 0
        }
      }
      return add("Pad", [value(inputs[0]), integers(low + high), scalar(fill, operation.dtype)])
    case .reverse(let axes):
      let count = axes.count
      return add(
        "Slice",
        [
          value(inputs[0]), integers(Array(repeating: -1, count: count)), integers(Array(repeating: Int(Int64.min), count: count)),
          integers(axes), integers(Array(repeating: -1, count: count)),
        ])
    case .gather(let axis):
      guard case .fixed(let size) = source[axis] else { throw Self.dependsOnBatch("takes some of the samples") }
      let chosen = add("Min", [add("Max", [value(inputs[1]), scalar(0, .int32)]), scalar(Double(size - 1), .int32)])
      return add("Gather", [value(inputs[0]), chosen], [("axis", .integer(axis))])
    case .concatenate(let axis): return add("Concat", inputs.map { value($0) }, [("axis", .integer(axis))])
    default: return value(inputs[0])
    }
  }
}

extension DType {
  var elementType: ONNXModel.ElementType {
    switch self {
    case .float32: .float32
    case .float64: .float64
    case .int32: .int32
    case .bool: .bool
    }
  }
}
