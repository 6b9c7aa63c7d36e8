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
  var pointers: [UnsafeMutableRawPointer] = []
  private let form: (parameters: [BufferID], outputs: [BufferID])
  private var instructions: [rival_instruction] = []
  /// What each instruction does, for profiles.
  private var labels: [String] = []
  var label = ""
  private var owned: [UnsafeMutableRawPointer] = []
  var kernels: [UnsafeMutablePointer<rival_kernel>] = []
  var primitives: [OneDNNPrimitive] = []
  private var storages: [Storage] = []
  /// What convolutions work in: one memory for all, so that a barrier stands between any two.
  var scratch: UnsafeMutableRawPointer?
  var scratchRange: [Range<UInt>] = []
  /// Bytes read and written since the last barrier, to know where the next one must stand.
  private var pendingReads: [Range<UInt>] = []
  private var pendingWrites: [Range<UInt>] = []

  var instructionCount: Int { instructions.count }

  /// Whether oneDNN, and whether OpenBLAS, computes some of it.
  var usesOneDNN = false
  var usesOpenBLAS = false

  var settings: [String: String] {
    var settings = ["threads": String(threadCount), "vectorUnit": CPU.vectorUnit, "build": CPUExecutable.build]
    if usesOneDNN { settings["oneDNN"] = String(cString: rival_dnnl_description()) }
    if usesOpenBLAS { settings["OpenBLAS"] = String(cString: rival_openblas_description()) }
    return settings
  }

  /// A debug build rounds otherwise: its compiler contracts no multiplication with an addition.
  private static var build: String {
    #if DEBUG
      "debug"
    #else
      "release"
    #endif
  }

  /// - Throws: `TensorError` where the memory does not suffice.
  init(_ graph: OperationGraph, _ form: CompiledForm, threadCount: Int) throws {
    parameterTypes = graph.parameterTypes
    self.form = (form.parameters, form.outputs)
    self.threadCount = threadCount
    try SystemMemory.require(
      form.plan.byteCount(of: form.buffers), for: "a program of \(form.instructions.count) instructions",
      remedy: "try a smaller batch, fewer samples at a time, or smaller layers")
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
      switch instruction {
      case .convolution, .pack: usesOneDNN = true
      default: break
      }
      try emit(instruction, form.buffers)
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
    try SystemMemory.require(rounded, for: "a part of a program", remedy: "try smaller batches or networks")
    guard let pointer = rival_allocate(rounded) else {
      throw TensorError("out of memory: \(rounded) bytes for a program could not be allocated; try smaller batches or networks")
    }
    pointer.initializeMemory(as: UInt8.self, repeating: 0, count: rounded)
    memoryBytes += rounded
    owned.append(pointer)
    return pointer
  }

  func own(_ byteCount: Int) throws -> UnsafeMutableRawPointer {
    let rounded = max(byteCount, 64)
    try SystemMemory.require(rounded, for: "an instruction of a program", remedy: "try smaller batches or networks")
    guard let pointer = rival_allocate(rounded) else {
      throw TensorError("out of memory: \(rounded) bytes for an instruction could not be allocated; try smaller batches or networks")
    }
    memoryBytes += rounded
    owned.append(pointer)
    return pointer
  }

  /// A copy of a C context that lives as long as the program.
  func context<Context>(_ value: Context) throws -> UnsafeMutablePointer<Context> {
    let pointer = try own(MemoryLayout<Context>.stride).bindMemory(to: Context.self, capacity: 1)
    pointer.initialize(to: value)
    return pointer
  }

  func array<Element>(_ elements: [Element]) throws -> UnsafeMutablePointer<Element>? {
    guard !elements.isEmpty else { return nil }
    let pointer = try own(MemoryLayout<Element>.stride * elements.count).bindMemory(to: Element.self, capacity: elements.count)
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

  func address(_ operand: Operand) -> UnsafeMutableRawPointer {
    pointers[operand.buffer] + operand.offset * operand.dtype.byteCount
  }

  // MARK: Barriers

  func append(
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

  func ranges(_ ids: [BufferID], _ buffers: [Buffer]) -> [Range<UInt>] {
    ids.map { id in
      let start = UInt(bitPattern: pointers[id])
      return start..<(start + UInt(max(buffers[id].byteCount, 1)))
    }
  }
}
