import CKernels
import COneDNN
import COpenBLAS
import Graph

// Instructions with their addresses, each as the C function and the context that it takes.
extension CPUExecutable {
  func emit(_ instruction: Instruction, _ buffers: [Buffer]) throws {
    let reads = ranges(instruction.reads, buffers)
    let writes = ranges(instruction.writes, buffers)
    switch instruction {
    case .kernel(let kernel):
      try emit(kernel, reads, writes)
    case .copy(let source, let target, let dimensions):
      guard dimensions.allSatisfy({ $0 > 0 }) else { return }
      try emitCopy(source, target, dimensions, reads, writes)
    case .fill(let buffer, let value, let count, let dtype):
      try emitFill(buffer, value, count: count, dtype, writes)
    case .gather(let source, let indices, let result, let axis, let dtype):
      let gather = rival_gather(
        source: pointers[source], indices: pointers[indices].assumingMemoryBound(to: Int32.self), result: pointers[result],
        outer: Int64(axis.outer), size: Int64(axis.size), count: Int64(axis.count), inner: Int64(axis.inner),
        element_bytes: Int32(dtype.byteCount), pad: 0)
      try append(rival_run_gather, context(gather), reads: reads, writes: writes)
    case .scatterAdd(let source, let indices, let result, let axis, let dtype):
      let scatter = rival_scatter(
        source: pointers[source], indices: pointers[indices].assumingMemoryBound(to: Int32.self), result: pointers[result],
        outer: Int64(axis.outer), size: Int64(axis.size), count: Int64(axis.count), inner: Int64(axis.inner), dtype: dtype.code, pad: 0)
      try append(rival_run_scatter, context(scatter), reads: reads, writes: writes)
    case .product(let product):
      try emit(product, reads, writes)
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
      try append(rival_run_convolution, context(reference), reads: reads, writes: writes)
    case .pack(let like, let source, let target):
      guard let packing = rival_dnnl_packing(like.pointer, pointers[source], pointers[target]) else {
        throw TensorError("oneDNN cannot reorder weights into the layout that it asked for: \(String(cString: rival_dnnl_error()))")
      }
      primitives.append(OneDNNPrimitive(packing))
      append(rival_run_dnnl, UnsafeMutableRawPointer(packing), reads: reads, writes: writes)
    }
  }

  func emitFill(_ buffer: BufferID, _ value: Double, count: Int, _ dtype: DType, _ writes: [Range<UInt>]) throws {
    guard count > 0 else { return }
    var fill = rival_fill(
      destination: pointers[buffer], count: Int64(count), element_bytes: Int32(dtype.byteCount), value: (0, 0, 0, 0, 0, 0, 0, 0))
    withUnsafeMutableBytes(of: &fill.value) { dtype.store(value, in: $0) }
    try append(rival_run_fill, context(fill), reads: [], writes: writes)
  }

  private func emitCopy(
    _ source: Operand, _ target: Operand, _ dimensions: [Int], _ reads: [Range<UInt>], _ writes: [Range<UInt>]
  ) throws {
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
    try append(rival_run_copy, context(copy), reads: reads, writes: writes)
  }

  /// Which library multiplies is a rule on shapes: two libraries round differently, and a run must repeat.
  private func emit(_ product: MatrixProduct, _ reads: [Range<UInt>], _ writes: [Range<UInt>]) throws {
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
      try append(rival_run_skinny_matmul, context(skinny), reads: reads, writes: writes)
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
        usesOneDNN = true
        append(rival_run_dnnl, UnsafeMutableRawPointer(primitive), reads: reads, writes: writes)
        return
      }
    }
    let gemm = rival_gemm(
      a: a, b: b, c: c, batch: Int64(product.batch), m: Int64(product.m), n: Int64(product.n), k: Int64(product.k),
      a_batch: Int64(product.a.strides[0]), a_row: Int64(product.a.strides[1]), a_column: Int64(product.a.strides[2]),
      b_batch: Int64(product.b.strides[0]), b_row: Int64(product.b.strides[1]), b_column: Int64(product.b.strides[2]),
      dtype: product.dtype.code, accumulate: 0, threads: Int32(threadCount))
    usesOpenBLAS = true
    try append(rival_run_gemm, context(gemm), reads: reads, writes: writes)
    if let kernel = FusedKernel(
      bias: product.bias, activation: product.activation, over: product.result, dimensions: [product.batch, product.m, product.n],
      dtype: product.dtype)
    {
      try emit(kernel, reads + writes, writes)
    }
  }
}
