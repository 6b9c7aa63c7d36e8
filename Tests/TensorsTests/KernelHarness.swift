import CKernels

/// Aligned memory that a kernel reads or writes. It is kept until the process ends: kernels hold its address, which no reference counts.
final class KernelBuffer<Element: BitwiseCopyable> {
  let pointer: UnsafeMutablePointer<Element>
  let count: Int

  init(_ values: [Element]) {
    count = values.count
    let bytes = rival_allocate(max(values.count, 1) * MemoryLayout<Element>.stride)
    pointer = bytes!.bindMemory(to: Element.self, capacity: max(values.count, 1))
    pointer.initialize(from: values, count: values.count)
  }

  convenience init(repeating value: Element, count: Int) { self.init(Array(repeating: value, count: count)) }

  var values: [Element] { Array(UnsafeBufferPointer(start: pointer, count: count)) }
}

/// Writes integers into one of the C structures' fixed arrays.
func set<Tuple>(_ tuple: inout Tuple, _ values: [Int]) {
  withUnsafeMutableBytes(of: &tuple) { bytes in
    let elements = bytes.bindMemory(to: Int64.self)
    for (index, value) in values.enumerated() { elements[index] = Int64(value) }
  }
}

func kernelLoad<Element>(
  _ buffer: KernelBuffer<Element>, _ strides: [Int], dtype: Int = RIVAL_FLOAT32, register: Int
) -> rival_load {
  var load = rival_load()
  load.data = UnsafeRawPointer(buffer.pointer)
  load.dtype = Int32(dtype)
  load.reg = Int32(register)
  set(&load.strides, strides)
  return load
}

func kernelStore<Element>(_ buffer: KernelBuffer<Element>, dtype: Int = RIVAL_FLOAT32, register: Int) -> rival_store {
  rival_store(data: UnsafeMutableRawPointer(buffer.pointer), dtype: Int32(dtype), reg: Int32(register))
}

func kernelReduction<Element>(
  _ buffer: KernelBuffer<Element>, _ kind: Int, dtype: Int = RIVAL_FLOAT32, register: Int
) -> rival_reduction {
  rival_reduction(
    data: UnsafeMutableRawPointer(buffer.pointer), partials: nil, dtype: Int32(dtype), reg: Int32(register),
    kind: Int32(kind), pad: 0)
}

func kernelStep(
  _ operation: Int, dtype: Int = RIVAL_FLOAT32, to destination: Int, _ operands: Int..., from: Int = 0,
  immediate: Double = 0, p: Int = 0, q: Int = 0, key: UInt64 = 0
) -> rival_step {
  var step = rival_step()
  step.operation = Int32(operation)
  step.dtype = Int32(dtype)
  step.from = Int32(from)
  step.dst = Int32(destination)
  step.a = Int32(operands.first ?? -1)
  step.b = Int32(operands.count > 1 ? operands[1] : -1)
  step.c = Int32(operands.count > 2 ? operands[2] : -1)
  step.x = immediate
  step.p = Int64(p)
  step.q = Int64(q)
  step.key = key
  return step
}

/// A prepared fused kernel and the memory behind it, kept until the process ends.
final class PreparedKernel {
  let kernel: UnsafeMutablePointer<rival_kernel>
  private var partials: [KernelBuffer<Double>] = []

  init(
    dims: [Int], registers: Int, loads: [rival_load] = [], steps: [rival_step] = [], stores: [rival_store] = [],
    reductions: [rival_reduction] = [], shape: (outer: Int, reduced: Int, inner: Int) = (1, 1, 1)
  ) {
    func copy<T>(_ values: [T]) -> UnsafeMutablePointer<T> {
      let pointer = UnsafeMutablePointer<T>.allocate(capacity: max(values.count, 1))
      pointer.initialize(from: values, count: values.count)
      return pointer
    }
    var value = rival_kernel()
    value.rank = Int32(dims.count)
    value.registers = Int32(registers)
    set(&value.dims, dims)
    (value.outer, value.reduced, value.inner) = (Int64(shape.outer), Int64(shape.reduced), Int64(shape.inner))
    (value.load_count, value.step_count) = (Int32(loads.count), Int32(steps.count))
    (value.store_count, value.reduction_count) = (Int32(stores.count), Int32(reductions.count))
    (value.loads, value.steps) = (copy(loads), copy(steps))
    (value.stores, value.reductions) = (copy(stores), copy(reductions))
    kernel = copy([value])
    rival_kernel_prepare(kernel)
    for index in reductions.indices {
      let buffer = KernelBuffer<Double>(
        repeating: 0, count: Int(kernel.pointee.reduced_chunks * kernel.pointee.inner))
      kernel.pointee.reductions[index].partials = UnsafeMutableRawPointer(buffer.pointer)
      partials.append(buffer)
    }
  }

  func run(threads: Int = 1) {
    execute(
      [
        rival_instruction(run: rival_run_kernel, context: kernel, barrier_before: 0, pad: 0),
        rival_instruction(run: rival_run_combine, context: kernel, barrier_before: 1, pad: 0),
      ], threads: threads)
  }
}

func execute(_ instructions: [rival_instruction], threads: Int) {
  rival_execute(instructions, Int64(instructions.count), Int32(threads))
}

/// Runs one instruction of the given context with a team.
func execute<Context>(_ run: @escaping rival_run, _ context: Context, threads: Int) {
  withUnsafePointer(to: context) { pointer in
    let raw = UnsafeMutableRawPointer(mutating: pointer)
    execute([rival_instruction(run: run, context: raw, barrier_before: 0, pad: 0)], threads: threads)
  }
}

/// Small exact multiples of 1/256, so that sums in any order agree.
func exactValues(_ count: Int, seed: UInt32 = 1) -> [Float] {
  var words = [UInt32](repeating: 0, count: count)
  rival_philox_bits(UInt64(seed), 0, 0, Int64(count), &words)
  return words.map { Float(Int($0 % 2001) - 1000) / 256 }
}

/// Distance of a float32 result from the true value, in units of the last place; infinite when one is NaN or infinite alone.
func unitsInLastPlace(_ value: Float, _ truth: Double) -> Double {
  let rounded = Float(truth)
  if rounded.isNaN || value.isNaN { return rounded.isNaN && value.isNaN ? 0 : .infinity }
  if rounded.isInfinite || value.isInfinite { return rounded == value ? 0 : .infinity }
  return abs(Double(value) - truth) / Double(max(abs(rounded).ulp, Float.leastNonzeroMagnitude))
}

/// The vector units of this machine.
let vectorUnits: [String] = {
  defer { _ = rival_set_vector_unit(nil) }
  return ["baseline", "avx2", "avx512"].filter { rival_set_vector_unit($0) == 0 }
}()
