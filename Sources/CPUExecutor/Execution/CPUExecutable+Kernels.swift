import CKernels
import Graph

// Fused kernels with their addresses.
extension CPUExecutable {
  func emit(_ kernel: FusedKernel, _ reads: [Range<UInt>], _ writes: [Range<UInt>]) throws {
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
    let steps = try kernel.steps.map { step in
      try rival_step(
        operation: step.operation, dtype: step.dtype.code, from: step.from.code, dst: step.destination, a: step.a, b: step.b, c: step.c,
        pad: 0, x: step.x, p: Int64(step.p), q: Int64(step.q), key: step.keys.first ?? 0,
        keys: step.keys.count > 1 ? UnsafePointer(array(step.keys)) : nil,
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
    (c.loads, c.steps, c.stores, c.reductions) = try (array(loads), array(steps), array(stores), array(reductions))
    guard count > 0 else {
      // Nothing to walk over: sums of nothing are zero.
      for reduction in kernel.reductions {
        try emitFill(reduction.buffer, 0, count: kernel.pattern.map { $0.outer * $0.inner } ?? 0, reduction.dtype, writes)
      }
      return
    }
    let pointer = try context(c)
    rival_kernel_prepare(pointer)
    kernels.append(pointer)
    var written = writes
    var partials: [Range<UInt>] = []
    if pointer.pointee.reduced_chunks > 1, let inner = kernel.pattern?.inner {
      for (index, reduction) in kernel.reductions.enumerated() {
        let byteCount = Int(pointer.pointee.reduced_chunks) * inner * reduction.dtype.byteCount
        let memory = try own(byteCount)
        pointer.pointee.reductions[index].partials = memory
        partials.append(UInt(bitPattern: memory)..<(UInt(bitPattern: memory) + UInt(byteCount)))
      }
      written += partials
    }
    append(rival_run_kernel, pointer, reads: reads, writes: written)
    if !partials.isEmpty { append(rival_run_combine, pointer, reads: partials, writes: writes) }
  }
}

/// Merges neighbouring dimensions that all operands walk in one stride, and drops those of size 1.
func collapsed(_ dimensions: [Int], _ strides: [[Int]]) -> (dimensions: [Int], strides: [[Int]]) {
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
