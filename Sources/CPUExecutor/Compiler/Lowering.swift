import COneDNN
import Graph

/// Turns groups into instructions over buffers.
struct Lowering {
  let operations: [Operation]
  let views: Views
  let fusion: Fusion
  let threadCount: Int
  private(set) var buffers: [Buffer] = []
  private(set) var instructions: [Instruction] = []
  /// The memory of each materialized value.
  private(set) var bufferOf: [ValueID: BufferID] = [:]
  /// Single values that kernels read as constants, by type and bits.
  private var constants: [FillKey: BufferID] = [:]
  /// Dense copies of views, made once.
  private var denseCopies: [ValueID: BufferID] = [:]
  /// Weights in the layout of an oneDNN convolution, made once for each layout.
  private var packings: [BufferID: [(like: OneDNNPrimitive, buffer: BufferID)]] = [:]

  /// Why a constant could not be made, where there was no memory for one: what is lowered then is of no use.
  private(set) var shortage: (any Error)?

  private struct FillKey: Hashable {
    var dtype: DType
    var bits: UInt64
    var count: Int
  }

  init(_ graph: OperationGraph, _ views: Views, _ fusion: Fusion, threadCount: Int) {
    self.threadCount = threadCount
    self.operations = graph.operations
    self.views = views
    self.fusion = fusion
  }

  mutating func addBuffer(_ kind: BufferKind, byteCount: Int) -> BufferID {
    buffers.append(Buffer(kind: kind, byteCount: byteCount))
    return buffers.count - 1
  }

  mutating func append(_ instruction: Instruction) {
    instructions.append(instruction)
  }

  /// The memory of a value that an operation of its own computes (or a leaf).
  mutating func buffer(of id: ValueID) -> BufferID {
    if let known = bufferOf[id] { return known }
    let operation = operations[id]
    let byteCount = operation.shape.elementCount * operation.dtype.byteCount
    let buffer: BufferID
    switch operation.primitive {
    case .constant(let storage): buffer = addBuffer(.constant(storage), byteCount: byteCount)
    case .fill(let value): buffer = constantBuffer(value, count: operation.shape.elementCount, operation.dtype)
    case .input: buffer = addBuffer(.parameter, byteCount: byteCount)
    default: buffer = addBuffer(.temporary, byteCount: byteCount)
    }
    bufferOf[id] = buffer
    return buffer
  }

  /// A strided look at a value, whatever it is.
  mutating func operand(_ id: ValueID) -> Operand {
    let operation = operations[id]
    let view = views[id]
    if case .fill(let value) = operations[view.base].primitive {
      return Operand(
        buffer: constantBuffer(value, count: 1, operation.dtype), offset: 0,
        strides: Array(repeating: 0, count: operation.shape.rank), dtype: operation.dtype)
    }
    return Operand(buffer: buffer(of: view.base), offset: view.offset, strides: view.strides, dtype: operation.dtype)
  }

  /// A buffer that holds a value densely from its start, copying where the value is a view that does not.
  mutating func dense(_ id: ValueID) -> BufferID {
    let operation = operations[id]
    let view = views[id]
    if !operations[view.base].isFill, view.offset == 0, view.isDense(operation.shape) { return buffer(of: view.base) }
    if view.base == id { return buffer(of: id) }
    if let known = denseCopies[id] { return known }
    let copy = addBuffer(.temporary, byteCount: operation.shape.elementCount * operation.dtype.byteCount)
    append(
      .copy(
        from: operand(id),
        to: Operand(buffer: copy, offset: 0, strides: operation.shape.rowMajorStrides, dtype: operation.dtype),
        dimensions: operation.shape.dimensions))
    denseCopies[id] = copy
    return copy
  }

  private mutating func constantBuffer(_ value: Double, count: Int, _ dtype: DType) -> BufferID {
    let key = FillKey(dtype: dtype, bits: value.bitPattern, count: count)
    if let known = constants[key] { return known }
    let byteCount = count * dtype.byteCount
    let buffer: BufferID
    do {
      let storage = try Storage(byteCount: byteCount) { bytes in
        switch dtype {
        case .float32: bytes.initializeMemory(as: Float.self, repeating: Float(value))
        case .float64: bytes.initializeMemory(as: Double.self, repeating: value)
        case .int32: bytes.initializeMemory(as: Int32.self, repeating: Int32(dtype.rounded(value)))
        case .bool: bytes.initializeMemory(as: UInt8.self, repeating: value == 0 ? 0 : 1)
        }
      }
      buffer = addBuffer(.constant(storage), byteCount: byteCount)
    } catch {
      shortage = shortage ?? error
      buffer = addBuffer(.temporary, byteCount: byteCount)
    }
    constants[key] = buffer
    return buffer
  }

  // MARK: Groups

  /// Appends the instructions of one group.
  mutating func lower(_ group: Group, isNeeded: (ValueID) -> Bool) throws {
    switch group.kind {
    case .fused:
      append(.kernel(lowerKernel(group, isNeeded: isNeeded)))
    case .single:
      try lowerSingle(group)
    }
  }

  private mutating func lowerSingle(_ group: Group) throws {
    let id = group.first
    let operation = operations[id]
    let result = buffer(of: group.last)
    switch operation.primitive {
    case .matmul:
      lowerProduct(operation, group.epilogue, result)
    case .convolution(let geometry), .convolutionInputGradient(let geometry), .convolutionKernelGradient(let geometry):
      lowerConvolution(operation, geometry, group.epilogue, result)
    case .reshape, .broadcast, .transpose, .slice:
      // A reshape of a view whose elements have to move.
      let source = operation.inputs[0]
      append(
        .copy(
          from: operand(source),
          to: Operand(
            buffer: result, offset: 0, strides: operations[source].shape.rowMajorStrides, dtype: operation.dtype),
          dimensions: operations[source].shape.dimensions))
    case .pad(let low, let interior, let value):
      lowerPad(operation, low, interior, value, result)
    case .concatenate(let axis):
      let strides = operation.shape.rowMajorStrides
      var start = 0
      for part in operation.inputs {
        append(
          .copy(
            from: operand(part), to: Operand(buffer: result, offset: start * strides[axis], strides: strides, dtype: operation.dtype),
            dimensions: operations[part].shape.dimensions))
        start += operations[part].shape[axis]
      }
    case .reverse(let axes):
      var source = operand(operation.inputs[0])
      for axis in axes where operation.shape[axis] > 0 {
        source.offset += (operation.shape[axis] - 1) * source.strides[axis]
        source.strides[axis] = -source.strides[axis]
      }
      append(
        .copy(
          from: source, to: Operand(buffer: result, offset: 0, strides: operation.shape.rowMajorStrides, dtype: operation.dtype),
          dimensions: operation.shape.dimensions))
    case .gather(let axis):
      let shape = operations[operation.inputs[0]].shape
      append(
        .gather(
          source: dense(operation.inputs[0]), indices: dense(operation.inputs[1]), result: result,
          axis: IndexedAxis(shape, axis, size: shape[axis], count: operation.shape[axis]), dtype: operation.dtype))
    case .scatterAdd(let axis):
      append(
        .scatterAdd(
          source: dense(operation.inputs[0]), indices: dense(operation.inputs[1]), result: result,
          axis: IndexedAxis(operation.shape, axis, size: operation.shape[axis], count: operations[operation.inputs[0]].shape[axis]),
          dtype: operation.dtype))
    default:
      throw TensorError("the compiler has no instruction for \(operation.primitive.kind.rawValue)")
    }
  }

  private mutating func lowerPad(_ operation: Operation, _ low: [Int], _ interior: [Int], _ value: Double, _ result: BufferID) {
    append(.fill(result, value: value, count: operation.shape.elementCount, dtype: operation.dtype))
    let strides = operation.shape.rowMajorStrides
    let source = operation.inputs[0]
    append(
      .copy(
        from: operand(source),
        to: Operand(
          buffer: result, offset: zip(low, strides).reduce(0) { $0 + $1.0 * $1.1 },
          strides: zip(strides, interior).map { $0 * ($1 + 1) }, dtype: operation.dtype),
        dimensions: operations[source].shape.dimensions))
  }

  // MARK: Products

  private mutating func lowerProduct(_ operation: Operation, _ epilogue: Epilogue?, _ result: BufferID) {
    let m = operation.shape[-2]
    let n = operation.shape[-1]
    let k = operations[operation.inputs[0]].shape[-1]
    let batch = operation.shape.dimensions.dropLast(2).reduce(1, *)
    let product = MatrixProduct(
      a: matrix(operation.inputs[0]), b: matrix(operation.inputs[1]), bias: epilogue?.bias.map { dense($0) },
      activation: epilogue?.activation, result: result, batch: batch, m: m, n: n, k: k, dtype: operation.dtype)
    append(.product(product))
  }

  /// A matrix operand with strides [batch, row, column], one of the last two 1; copied where its strides are anything else.
  private mutating func matrix(_ id: ValueID) -> Operand {
    let shape = operations[id].shape
    var operand = operand(id)
    let rank = shape.rank
    // A dimension of size 1 may have any stride: give it one that the libraries accept.
    var row = operand.strides[rank - 2]
    var column = operand.strides[rank - 1]
    if shape[-1] == 1 { column = row == 1 && shape[-2] > 1 ? shape[-2] : 1 }
    if shape[-2] == 1 { row = column == 1 ? shape[-1] : 1 }
    let rowsFit = column == 1 && row >= shape[-1]
    let columnsFit = row == 1 && column >= shape[-2]
    // The batch must be one stride.
    var batchStride = 0
    var batchFits = true
    var expected: Int?
    for axis in stride(from: rank - 3, through: 0, by: -1) where shape[axis] != 1 {
      if let expected {
        batchFits = batchFits && operand.strides[axis] == expected
      } else {
        batchStride = operand.strides[axis]
      }
      expected = operand.strides[axis] * shape[axis]
    }
    if !(rowsFit || columnsFit) || !batchFits {
      operand = Operand(buffer: dense(id), offset: 0, strides: shape.rowMajorStrides, dtype: operand.dtype)
      return Operand(buffer: operand.buffer, offset: 0, strides: [shape[-1] * shape[-2], shape[-1], 1], dtype: operand.dtype)
    }
    operand.strides = [batchStride, row, column]
    return operand
  }

  private mutating func lowerConvolution(
    _ operation: Operation, _ geometry: ConvolutionGeometry, _ epilogue: Epilogue?, _ result: BufferID
  ) {
    let first = operations[operation.inputs[0]].shape
    let second = operations[operation.inputs[1]].shape
    let (kind, images, kernel, output): (Int, Shape, Shape, Shape)
    switch operation.primitive {
    case .convolution: (kind, images, kernel, output) = (RIVAL_CONVOLUTION, first, second, operation.shape)
    case .convolutionInputGradient: (kind, images, kernel, output) = (RIVAL_CONVOLUTION_INPUT_GRADIENT, operation.shape, second, first)
    default: (kind, images, kernel, output) = (RIVAL_CONVOLUTION_KERNEL_GRADIENT, first, operation.shape, second)
    }
    let a = dense(operation.inputs[0])
    let b = dense(operation.inputs[1])
    let roles = [(a, b, result), (result, b, a), (a, result, b)][Int(kind)]
    var convolution = Convolution(
      geometry: rival_convolution_geometry(
        batch: Int64(images[0]), height: Int64(images[1]), width: Int64(images[2]), channels: Int64(images[3]),
        kernel_height: Int64(kernel[0]), kernel_width: Int64(kernel[1]), out_channels: Int64(kernel[3]),
        out_height: Int64(output[1]), out_width: Int64(output[2]), stride_y: Int64(geometry.stride[0]),
        stride_x: Int64(geometry.stride[1]), dilation_y: Int64(geometry.dilation[0]), dilation_x: Int64(geometry.dilation[1]),
        pad_top: Int64(geometry.paddingLow[0]), pad_left: Int64(geometry.paddingLow[1])),
      kind: Int32(kind), input: roles.0, weights: roles.1, bias: epilogue?.bias.map { dense($0) }, output: roles.2,
      activation: epilogue?.activation)
    guard operation.dtype == .float32, let primitive = onednnPrimitive(convolution) else {
      lowerReferenceConvolution(convolution, operation, result)
      return
    }
    convolution.primitive = primitive
    let packedBytes = rival_dnnl_packed_bytes(primitive.pointer)
    if packedBytes == 0 {
      append(.convolution(convolution))
    } else if Int32(kind) == Int32(RIVAL_CONVOLUTION_KERNEL_GRADIENT) {
      let packed = addBuffer(.temporary, byteCount: packedBytes)
      convolution.weights = packed
      append(.convolution(convolution))
      append(.pack(primitive, from: packed, to: result))
    } else {
      convolution.weights = packing(of: convolution.weights, like: primitive, byteCount: packedBytes)
      append(.convolution(convolution))
    }
  }

  private func onednnPrimitive(_ convolution: Convolution) -> OneDNNPrimitive? {
    let activation = convolution.activation.code
    var description = rival_convolution_description(
      geometry: convolution.geometry, kind: convolution.kind, activation: activation.kind, alpha: activation.alpha,
      has_bias: convolution.bias == nil ? 0 : 1, threads: Int32(threadCount))
    return rival_dnnl_convolution(&description).map(OneDNNPrimitive.init)
  }

  private mutating func packing(of weights: BufferID, like primitive: OneDNNPrimitive, byteCount: Int) -> BufferID {
    if let known = packings[weights]?.first(where: { rival_dnnl_same_packing($0.like.pointer, primitive.pointer) == 1 }) {
      return known.buffer
    }
    let packed = addBuffer(.temporary, byteCount: byteCount)
    append(.pack(primitive, from: weights, to: packed))
    packings[weights, default: []].append((primitive, packed))
    return packed
  }

  /// Plain loops, for float64 and for what oneDNN lacks; the epilogue becomes a kernel of its own.
  private mutating func lowerReferenceConvolution(_ convolution: Convolution, _ operation: Operation, _ result: BufferID) {
    var plain = convolution
    plain.bias = nil
    plain.activation = nil
    append(.referenceConvolution(plain, dtype: operation.dtype))
    if let kernel = FusedKernel(
      bias: convolution.bias, activation: convolution.activation, over: result, dimensions: operation.shape.dimensions,
      dtype: operation.dtype)
    {
      append(.kernel(kernel))
    }
  }
}

extension IndexedAxis {
  init(_ shape: Shape, _ axis: Int, size: Int, count: Int) {
    self.init(
      outer: shape[..<axis].reduce(1, *), size: size, count: count, inner: shape[(axis + 1)...].reduce(1, *))
  }
}

extension FusedKernel {
  /// A bias (along the last dimension) and an activation applied in place, for products whose library absorbs neither; `nil` without both.
  init?(bias: BufferID?, activation: Epilogue.Activation?, over result: BufferID, dimensions: [Int], dtype: DType) {
    guard bias != nil || activation != nil else { return nil }
    self.init(dimensions: dimensions, pattern: nil, registers: 1)
    loads.append((Operand(buffer: result, offset: 0, strides: Shape(dimensions).rowMajorStrides, dtype: dtype), 0))
    var last: Int32 = 0
    if let bias {
      let strides = Array(repeating: 0, count: dimensions.count - 1) + [1]
      loads.append((Operand(buffer: bias, offset: 0, strides: strides, dtype: dtype), 1))
      steps.append(Step(operation: Int32(RIVAL_ADD), dtype: dtype, destination: 2, a: 0, b: 1))
      last = 2
      registers = 3
    }
    if let activation {
      steps.append(activation.step(dtype: dtype, from: last, to: registers))
      last = registers
      registers += 1
    }
    stores.append((result, dtype, last))
  }
}

extension Epilogue.Activation {
  func step(dtype: DType, from: Int32, to: Int32) -> FusedKernel.Step {
    switch self {
    case .leakyReLU(let slope): .init(operation: Int32(RIVAL_LEAKY_RELU), dtype: dtype, destination: to, a: from, x: slope)
    case .tanh: .init(operation: Int32(RIVAL_TANH), dtype: dtype, destination: to, a: from)
    case .sigmoid: .init(operation: Int32(RIVAL_SIGMOID), dtype: dtype, destination: to, a: from)
    }
  }
}

extension Epilogue.Activation? {
  /// The activation as the C executor counts it.
  var code: (kind: Int32, alpha: Float) {
    switch self {
    case nil: (Int32(RIVAL_ACTIVATION_NONE), 0)
    case .leakyReLU(let slope): (Int32(RIVAL_ACTIVATION_LEAKY_RELU), Float(slope))
    case .tanh: (Int32(RIVAL_ACTIVATION_TANH), 0)
    case .sigmoid: (Int32(RIVAL_ACTIVATION_SIGMOID), 0)
    }
  }
}
