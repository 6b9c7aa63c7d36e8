import CKernels
import COneDNN
import COpenBLAS
import Graph

/// The instructions of a program with all addresses in place, as the C executor takes them.
final class CPUExecutable: Executable {
  let parameterTypes: [TensorType]
  let threadCount: Int
  private(set) var memoryBytes = 0

  /// Where each buffer lies.
  private var pointers: [UnsafeMutableRawPointer] = []
  private let form: (parameters: [BufferID], outputs: [BufferID])
  private var instructions: [rival_instruction] = []
  /// What each instruction does, for profiles.
  private var labels: [String] = []
  private var label = ""
  private var owned: [UnsafeMutableRawPointer] = []
  private var kernels: [UnsafeMutablePointer<rival_kernel>] = []
  private var primitives: [OneDNNPrimitive] = []
  private var storages: [Storage] = []
  /// What convolutions work in: one memory for all, so that a barrier stands between any two.
  private var scratch: UnsafeMutableRawPointer?
  private var scratchRange: [Range<UInt>] = []
  /// Bytes read and written since the last barrier, to know where the next one must stand.
  private var pendingReads: [Range<UInt>] = []
  private var pendingWrites: [Range<UInt>] = []

  var instructionCount: Int { instructions.count }

  /// - Throws: `TensorError` where the memory does not suffice.
  init(_ graph: OperationGraph, _ form: CompiledForm, threadCount: Int) throws {
    parameterTypes = graph.parameterTypes
    self.form = (form.parameters, form.outputs)
    self.threadCount = threadCount
    let arena = try zeroed(form.plan.arenaBytes)
    var own: [BufferID: UnsafeMutableRawPointer] = [:]
    for place in form.plan.places {
      switch place {
      case .constant(let storage):
        storages.append(storage)
        // Only read: no instruction writes to a constant.
        pointers.append(UnsafeMutableRawPointer(mutating: storage.pointer))
      case .arena(let offset):
        pointers.append(arena + offset)
      case .own(let buffer):
        let pointer = try own[buffer] ?? zeroed(form.buffers[buffer].byteCount)
        own[buffer] = pointer
        pointers.append(pointer)
      }
    }
    try prepareScratch(form)
    for instruction in form.instructions {
      label = instruction.label
      emit(instruction, form.buffers)
    }
    rival_reserve_scratch(kernels.map { rival_kernel_scratch_bytes($0) }.max() ?? 0, Int32(threadCount))
  }

  deinit {
    for kernel in kernels { rival_kernel_release(kernel) }
    for pointer in owned { rival_free(pointer) }
  }

  func execute() {
    instructions.withUnsafeBufferPointer { rival_execute($0.baseAddress, Int64($0.count), Int32(threadCount)) }
  }

  /// Runs the program `runs` times, one instruction at a time, and returns what each does with its median time in nanoseconds.
  func profile(runs: Int) -> [(label: String, nanoseconds: Double)] {
    let clock = ContinuousClock()
    var times = [[Double]](repeating: [], count: instructions.count)
    for _ in 0..<runs {
      for index in instructions.indices {
        let start = clock.now
        instructions.withUnsafeBufferPointer { rival_execute($0.baseAddress.map { $0 + index }, 1, Int32(threadCount)) }
        times[index].append(Double((clock.now - start).components.attoseconds) / 1e9)
      }
    }
    return zip(labels, times).map { ($0, $1.sorted()[$1.count / 2]) }
  }

  // MARK: State

  func write(_ bytes: UnsafeRawBufferPointer, to parameter: Int) {
    memory(of: parameter).copyMemory(from: bytes)
  }

  func read(parameter: Int, into bytes: UnsafeMutableRawBufferPointer) {
    bytes.copyMemory(from: UnsafeRawBufferPointer(memory(of: parameter)))
  }

  func read(output: Int, into bytes: UnsafeMutableRawBufferPointer) {
    bytes.copyMemory(from: UnsafeRawBufferPointer(start: pointers[form.outputs[output]], count: bytes.count))
  }

  func firstNonFinite(among parameters: [Int]) -> Int? {
    parameters.first { !parameterTypes[$0].dtype.allFinite(UnsafeRawBufferPointer(memory(of: $0))) }
  }

  private func memory(of parameter: Int) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: pointers[form.parameters[parameter]], count: parameterTypes[parameter].byteCount)
  }

  // MARK: Memory

  private func zeroed(_ byteCount: Int) throws -> UnsafeMutableRawPointer {
    let rounded = max(byteCount, 64)
    guard let pointer = rival_allocate(rounded) else {
      throw TensorError("out of memory: \(rounded) bytes for a program could not be allocated; try smaller batches or networks")
    }
    pointer.initializeMemory(as: UInt8.self, repeating: 0, count: rounded)
    memoryBytes += rounded
    owned.append(pointer)
    return pointer
  }

  private func own(_ byteCount: Int) -> UnsafeMutableRawPointer {
    let rounded = max(byteCount, 64)
    guard let pointer = rival_allocate(rounded) else {
      preconditionFailure("out of memory: \(rounded) bytes for an instruction could not be allocated")
    }
    memoryBytes += rounded
    owned.append(pointer)
    return pointer
  }

  /// A copy of a C context that lives as long as the program.
  private func context<Context>(_ value: Context) -> UnsafeMutablePointer<Context> {
    let pointer = own(MemoryLayout<Context>.stride).bindMemory(to: Context.self, capacity: 1)
    pointer.initialize(to: value)
    return pointer
  }

  private func array<Element>(_ elements: [Element]) -> UnsafeMutablePointer<Element>? {
    guard !elements.isEmpty else { return nil }
    let pointer = own(MemoryLayout<Element>.stride * elements.count).bindMemory(to: Element.self, capacity: elements.count)
    pointer.initialize(from: elements, count: elements.count)
    return pointer
  }

  private func prepareScratch(_ form: CompiledForm) throws {
    var largest = 0
    for instruction in form.instructions {
      if case .convolution(let convolution) = instruction, let primitive = convolution.primitive {
        largest = max(largest, rival_dnnl_scratch_bytes(primitive.pointer))
      }
    }
    guard largest > 0 else { return }
    let memory = try zeroed(largest)
    scratch = memory
    scratchRange = [UInt(bitPattern: memory)..<(UInt(bitPattern: memory) + UInt(largest))]
  }

  private func address(_ operand: Operand) -> UnsafeMutableRawPointer {
    pointers[operand.buffer] + operand.offset * operand.dtype.byteCount
  }

  // MARK: Instructions

  private func append(
    _ run: @escaping rival_run, _ context: UnsafeMutableRawPointer, reads: [Range<UInt>], writes: [Range<UInt>]
  ) {
    let conflict =
      writes.contains { range in pendingReads.contains { $0.overlaps(range) } || pendingWrites.contains { $0.overlaps(range) } }
      || reads.contains { range in pendingWrites.contains { $0.overlaps(range) } }
    if conflict {
      pendingReads = []
      pendingWrites = []
    }
    pendingReads += reads
    pendingWrites += writes
    labels.append(label)
    instructions.append(rival_instruction(run: run, context: context, barrier_before: conflict ? 1 : 0, pad: 0))
  }

  private func ranges(_ ids: [BufferID], _ buffers: [Buffer]) -> [Range<UInt>] {
    ids.map { id in
      let start = UInt(bitPattern: pointers[id])
      return start..<(start + UInt(max(buffers[id].byteCount, 1)))
    }
  }

  private func emit(_ instruction: Instruction, _ buffers: [Buffer]) {
    let reads = ranges(instruction.reads, buffers)
    let writes = ranges(instruction.writes, buffers)
    switch instruction {
    case .kernel(let kernel):
      emit(kernel, reads, writes)
    case .copy(let source, let target, let dimensions):
      guard dimensions.allSatisfy({ $0 > 0 }) else { return }
      emitCopy(source, target, dimensions, reads, writes)
    case .fill(let buffer, let value, let count, let dtype):
      emitFill(buffer, value, count: count, dtype, writes)
    case .gather(let source, let indices, let result, let axis, let dtype):
      let gather = rival_gather(
        source: pointers[source], indices: pointers[indices].assumingMemoryBound(to: Int32.self), result: pointers[result],
        outer: Int64(axis.outer), size: Int64(axis.size), count: Int64(axis.count), inner: Int64(axis.inner),
        element_bytes: Int32(dtype.byteCount), pad: 0)
      append(rival_run_gather, context(gather), reads: reads, writes: writes)
    case .scatterAdd(let source, let indices, let result, let axis, let dtype):
      let scatter = rival_scatter(
        source: pointers[source], indices: pointers[indices].assumingMemoryBound(to: Int32.self), result: pointers[result],
        outer: Int64(axis.outer), size: Int64(axis.size), count: Int64(axis.count), inner: Int64(axis.inner), dtype: dtype.code, pad: 0)
      append(rival_run_scatter, context(scatter), reads: reads, writes: writes)
    case .product(let product):
      emit(product, reads, writes)
    case .convolution(let convolution):
      guard let primitive = convolution.primitive else { return }
      rival_dnnl_bind(
        primitive.pointer, pointers[convolution.input], pointers[convolution.weights],
        convolution.bias.map { UnsafeRawPointer(pointers[$0]) },
        pointers[convolution.output], scratch)
      primitives.append(primitive)
      append(rival_run_dnnl, UnsafeMutableRawPointer(primitive.pointer), reads: reads, writes: writes + scratchRange)
    case .referenceConvolution(let convolution, let dtype):
      let reference = rival_convolution(
        geometry: convolution.geometry, kind: convolution.kind, dtype: dtype.code, input: pointers[convolution.input],
        kernel: pointers[convolution.weights], output: pointers[convolution.output])
      append(rival_run_convolution, context(reference), reads: reads, writes: writes)
    case .pack(let like, let source, let target):
      guard let packing = rival_dnnl_packing(like.pointer, pointers[source], pointers[target]) else {
        preconditionFailure("oneDNN cannot reorder weights into the layout that it asked for: \(String(cString: rival_dnnl_error()))")
      }
      primitives.append(OneDNNPrimitive(packing))
      append(rival_run_dnnl, UnsafeMutableRawPointer(packing), reads: reads, writes: writes)
    }
  }

  private func emitFill(_ buffer: BufferID, _ value: Double, count: Int, _ dtype: DType, _ writes: [Range<UInt>]) {
    guard count > 0 else { return }
    var fill = rival_fill(
      destination: pointers[buffer], count: Int64(count), element_bytes: Int32(dtype.byteCount), value: (0, 0, 0, 0, 0, 0, 0, 0))
    withUnsafeMutableBytes(of: &fill.value) { dtype.store(value, in: $0) }
    append(rival_run_fill, context(fill), reads: [], writes: writes)
  }

  private func emit(_ kernel: FusedKernel, _ reads: [Range<UInt>], _ writes: [Range<UInt>]) {
    let (dimensions, strides) = collapsed(kernel.dimensions, kernel.loads.map(\.operand.strides))
    precondition(dimensions.count <= Int(RIVAL_MAX_RANK), "a kernel over \(kernel.dimensions) has more than \(RIVAL_MAX_RANK) dimensions")
    let count = dimensions.reduce(1, *)
    let loads = zip(kernel.loads, strides).map { load, strides in
      var result = rival_load()
      result.data = UnsafeRawPointer(address(load.operand))
      withUnsafeMutableBytes(of: &result.strides) { bytes in
        for (axis, stride) in strides.enumerated() {
          bytes.storeBytes(of: Int64(stride), toByteOffset: axis * 8, as: Int64.self)
        }
      }
      result.dtype = load.operand.dtype.code
      result.reg = load.register
      return result
    }
    let steps = kernel.steps.map { step in
      rival_step(
        operation: step.operation, dtype: step.dtype.code, from: step.from.code, dst: step.destination, a: step.a, b: step.b, c: step.c,
        pad: 0, x: step.x, p: Int64(step.p), q: Int64(step.q), key: step.key,
        step: step.stepBuffer.map { UnsafePointer(address($0).assumingMemoryBound(to: Int32.self)) })
    }
    let stores = kernel.stores.map { rival_store(data: pointers[$0.buffer], dtype: $0.dtype.code, reg: $0.register) }
    let reductions = kernel.reductions.map {
      rival_reduction(data: pointers[$0.buffer], partials: nil, dtype: $0.dtype.code, reg: $0.register, kind: $0.kind.code, pad: 0)
    }
    var c = rival_kernel()
    c.rank = Int32(dimensions.count)
    c.registers = kernel.registers
    withUnsafeMutableBytes(of: &c.dims) { bytes in
      for (axis, size) in dimensions.enumerated() { bytes.storeBytes(of: Int64(size), toByteOffset: axis * 8, as: Int64.self) }
    }
    if let pattern = kernel.pattern {
      (c.outer, c.reduced, c.inner) = (Int64(pattern.outer), Int64(pattern.reduced), Int64(pattern.inner))
    }
    (c.load_count, c.step_count) = (Int32(loads.count), Int32(steps.count))
    (c.store_count, c.reduction_count) = (Int32(stores.count), Int32(reductions.count))
    (c.loads, c.steps, c.stores, c.reductions) = (array(loads), array(steps), array(stores), array(reductions))
    guard count > 0 else {
      // Nothing to walk over: sums of nothing are zero.
      for reduction in kernel.reductions {
        emitFill(reduction.buffer, 0, count: kernel.pattern.map { $0.outer * $0.inner } ?? 0, reduction.dtype, writes)
      }
      return
    }
    let pointer = context(c)
    rival_kernel_prepare(pointer)
    kernels.append(pointer)
    var written = writes
    var partials: [Range<UInt>] = []
    if pointer.pointee.reduced_chunks > 1, let inner = kernel.pattern?.inner {
      for (index, reduction) in kernel.reductions.enumerated() {
        let byteCount = Int(pointer.pointee.reduced_chunks) * inner * reduction.dtype.byteCount
        let memory = own(byteCount)
        pointer.pointee.reductions[index].partials = memory
        partials.append(UInt(bitPattern: memory)..<(UInt(bitPattern: memory) + UInt(byteCount)))
      }
      written += partials
    }
    append(rival_run_kernel, pointer, reads: reads, writes: written)
    if !partials.isEmpty { append(rival_run_combine, pointer, reads: partials, writes: writes) }
  }

  private func emitCopy(
    _ source: Operand, _ target: Operand, _ dimensions: [Int], _ reads: [Range<UInt>], _ writes: [Range<UInt>]
  ) {
    let (dims, strides) = collapsed(dimensions, [source.strides, target.strides])
    precondition(dims.count <= Int(RIVAL_MAX_RANK), "a copy over \(dimensions) has more than \(RIVAL_MAX_RANK) dimensions")
    var copy = rival_copy()
    copy.source = UnsafeRawPointer(address(source))
    copy.destination = address(target)
    copy.element_bytes = Int32(source.dtype.byteCount)
    copy.rank = Int32(dims.count)
    withUnsafeMutableBytes(of: &copy.dims) { bytes in
      for (axis, size) in dims.enumerated() { bytes.storeBytes(of: Int64(size), toByteOffset: axis * 8, as: Int64.self) }
    }
    withUnsafeMutableBytes(of: &copy.source_strides) { bytes in
      for (axis, stride) in strides[0].enumerated() { bytes.storeBytes(of: Int64(stride), toByteOffset: axis * 8, as: Int64.self) }
    }
    withUnsafeMutableBytes(of: &copy.destination_strides) { bytes in
      for (axis, stride) in strides[1].enumerated() { bytes.storeBytes(of: Int64(stride), toByteOffset: axis * 8, as: Int64.self) }
    }
    append(rival_run_copy, context(copy), reads: reads, writes: writes)
  }

  /// Which library multiplies is a rule on shapes: two libraries round differently, and a run must repeat.
  private func emit(_ product: MatrixProduct, _ reads: [Range<UInt>], _ writes: [Range<UInt>]) {
    guard product.batch > 0, product.m > 0, product.n > 0 else { return }
    let activation = product.activation.code
    let a = address(product.a)
    let b = address(product.b)
    let c = pointers[product.result]
    let bias = product.bias.map { UnsafePointer(pointers[$0].assumingMemoryBound(to: Float.self)) }
    let isSkinny = product.batch == 1 && product.k > 0 && (product.k <= 8 || product.n <= 8 || product.m <= 8)
    if product.dtype == .float32, isSkinny {
      let skinny = rival_skinny_matmul(
        a: UnsafePointer(a.assumingMemoryBound(to: Float.self)), b: UnsafePointer(b.assumingMemoryBound(to: Float.self)), bias: bias,
        c: c.assumingMemoryBound(to: Float.self), m: Int64(product.m), n: Int64(product.n), k: Int64(product.k),
        a_row: Int64(product.a.strides[1]), a_column: Int64(product.a.strides[2]), b_row: Int64(product.b.strides[1]),
        b_column: Int64(product.b.strides[2]), activation: activation.kind, alpha: activation.alpha)
      append(rival_run_skinny_matmul, context(skinny), reads: reads, writes: writes)
      return
    }
    if product.dtype == .float32 {
      var description = rival_matmul_description(
        a: UnsafePointer(a.assumingMemoryBound(to: Float.self)), b: UnsafePointer(b.assumingMemoryBound(to: Float.self)), bias: bias,
        c: c.assumingMemoryBound(to: Float.self), batch: Int64(product.batch), m: Int64(product.m), n: Int64(product.n),
        k: Int64(product.k), a_batch: Int64(product.a.strides[0]), a_row: Int64(product.a.strides[1]),
        a_column: Int64(product.a.strides[2]), b_batch: Int64(product.b.strides[0]), b_row: Int64(product.b.strides[1]),
        b_column: Int64(product.b.strides[2]), activation: activation.kind, alpha: activation.alpha, accumulate: 0,
        threads: Int32(threadCount))
      if let primitive = rival_dnnl_matmul(&description) {
        primitives.append(OneDNNPrimitive(primitive))
        append(rival_run_dnnl, UnsafeMutableRawPointer(primitive), reads: reads, writes: writes)
        return
      }
    }
    let gemm = rival_gemm(
      a: a, b: b, c: c, batch: Int64(product.batch), m: Int64(product.m), n: Int64(product.n), k: Int64(product.k),
      a_batch: Int64(product.a.strides[0]), a_row: Int64(product.a.strides[1]), a_column: Int64(product.a.strides[2]),
      b_batch: Int64(product.b.strides[0]), b_row: Int64(product.b.strides[1]), b_column: Int64(product.b.strides[2]),
      dtype: product.dtype.code, accumulate: 0, threads: Int32(threadCount))
    append(rival_run_gemm, context(gemm), reads: reads, writes: writes)
    if let kernel = FusedKernel(
      bias: product.bias, activation: product.activation, over: product.result, dimensions: [product.batch, product.m, product.n],
      dtype: product.dtype)
    {
      emit(kernel, reads + writes, writes)
    }
  }
}

/// Merges neighbouring dimensions that all operands walk in one stride, and drops those of size 1.
private func collapsed(_ dimensions: [Int], _ strides: [[Int]]) -> (dimensions: [Int], strides: [[Int]]) {
  var sizes: [Int] = []
  var result = strides.map { _ in [Int]() }
  for axis in dimensions.indices where dimensions[axis] != 1 {
    let fits = !sizes.isEmpty && strides.indices.allSatisfy { result[$0].last == strides[$0][axis] * dimensions[axis] }
    if fits, let size = sizes.last {
      sizes[sizes.count - 1] = size * dimensions[axis]
      for operand in strides.indices { result[operand][sizes.count - 1] = strides[operand][axis] }
    } else {
      sizes.append(dimensions[axis])
      for operand in strides.indices { result[operand].append(strides[operand][axis]) }
    }
  }
  if sizes.isEmpty { return ([1], strides.map { _ in [0] }) }
  return (sizes, result)
}

extension DType {
  /// The type as the C executor counts it.
  var code: Int32 {
    switch self {
    case .float32: Int32(RIVAL_FLOAT32)
    case .float64: Int32(RIVAL_FLOAT64)
    case .int32: Int32(RIVAL_INT32)
    case .bool: Int32(RIVAL_BOOL)
    }
  }
}

extension ReductionOperation {
  var code: Int32 {
    switch self {
    case .sum: Int32(RIVAL_REDUCE_SUM)
    case .maximum: Int32(RIVAL_REDUCE_MAX)
    case .minimum: Int32(RIVAL_REDUCE_MIN)
    }
  }
}
