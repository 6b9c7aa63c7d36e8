import Testing

@testable import Graph
@testable import Tensors

/// Devices, and what programs let in and out on each of them.
@Suite struct DeviceTests {
  @Test func devicesAreKnownByName() throws {
    #expect(Device.builtIn.map(\.name) == ["cpu", "reference"])
    #expect(try Device.named("reference").name == "reference")
    #expect(throws: TensorError("there is no device 'tpu'; there are: cpu, reference, cuda[:number], rocm[:number], xla-cpu[:number]")) {
      try Device.named("tpu")
    }
    #expect(try Device.named("cuda").name == "cuda")
    #expect(try Device.named("cuda:0").name == "cuda")
    #expect(try Device.named("xla-cpu:12").name == "xla-cpu:12")
    for name in ["cuda:", "cuda:x", "cuda:-1", "cuda:01", "cuda:0:1"] {
      #expect(
        throws: TensorError("there is no device '\(name)'; devices of a platform are counted from 0: cuda:0, cuda:1, and cuda:0-1 for both")
      ) {
        try Device.named(name)
      }
    }
    #expect(try Device.standard(named: nil).name == "cpu")
    #expect(try Device.standard(named: "").name == "cpu")
    #expect(try Device.standard(named: "reference").name == "reference")
    let message = "RIVAL_DEVICE: there is no device 'gpu'; there are: cpu, reference, cuda[:number], rocm[:number], xla-cpu[:number]"
    #expect(throws: TensorError(message)) {
      try Device.standard(named: "gpu")
    }
  }

  /// The reference executor, until it breaks down in the run after `runs`.
  private struct Fragile: Executor {
    var runs: Int

    func executable(of graph: OperationGraph, threadCount: Int?) throws -> any Executable {
      FragileExecutable(try Reference().executable(of: graph, threadCount: threadCount), runs: runs)
    }
  }

  private final class FragileExecutable: Executable {
    private let whole: any Executable
    private var runs: Int

    init(_ whole: any Executable, runs: Int) { (self.whole, self.runs) = (whole, runs) }

    var parameterTypes: [TensorType] { whole.parameterTypes }
    var threadCount: Int { whole.threadCount }
    var memoryBytes: Int { whole.memoryBytes }
    var instructionCount: Int { whole.instructionCount }

    func execute() throws {
      guard runs > 0 else { throw TensorError("the device was lost") }
      runs -= 1
      try whole.execute()
    }

    func write(_ bytes: UnsafeRawBufferPointer, to parameter: Int) throws { try whole.write(bytes, to: parameter) }
    func read(parameter: Int, into bytes: UnsafeMutableRawBufferPointer) throws { try whole.read(parameter: parameter, into: bytes) }
    func read(output: Int, into bytes: UnsafeMutableRawBufferPointer) throws { try whole.read(output: output, into: bytes) }
  }

  @Test func anExecutorOfOnesOwnNeedsNoRegistration() throws {
    let device = Device("fragile", executor: Fragile(runs: 2))
    let counter = try Program(parameters: [TensorType([2])], donations: [0: 0], device: device) { [$0[0] + 1] }
    #expect(counter.device.name == "fragile" && counter.threadCount == 1)
    try counter.execute()
    try counter.execute()
    #expect(try counter.parameter(0).scalars() == [2, 2])
    #expect(throws: TensorError("the device was lost")) { try counter.execute() }
    // What was there before the failure can still be read, and scanned by the default implementations.
    #expect(try counter.parameter(0).scalars() == [2, 2])
    #expect(try counter.firstNonFinite(among: [0]) == nil)
    #expect(throws: TensorError("the device was lost")) {
      try evaluate([Tensor([1]) + 1], on: Device("fragile", executor: Fragile(runs: 0)))
    }
    let profile = try Program(parameters: [], device: device) { _ in [Tensor([1]) + 1] }.profile(runs: 2)
    #expect(profile.map(\.label) == ["program"] && profile[0].nanoseconds > 0)
  }

  @Test(arguments: Device.builtIn) func snapshotsHoldWhatTheirParametersWere(device: Device) throws {
    let program = try Program(
      parameters: [TensorType([2]), TensorType([3], .int32), TensorType([], .bool), TensorType([2], .float64)],
      donations: [0: 0, 1: 1, 2: 2, 3: 3], device: device
    ) { [$0[0] * 2, $0[1] + 1, !$0[2], $0[3] / 2] }
    let start: [Tensor] = [Tensor([1, -3]), Tensor(int32: [5, 6, 7]), Tensor(bool: [true], shape: []), Tensor(float64: [0.1, 7])]
    for (index, value) in start.enumerated() { try program.write(value, to: index) }
    func values() throws -> [[Double]] { try start.indices.map { try program.parameter($0).doubles() } }
    let before = try values()
    let whole = try program.snapshot(of: [0, 1, 2, 3])
    let part = try program.snapshot(of: [3, 1])
    for _ in 0..<3 { try program.execute() }
    let after = try values()
    #expect(after == [[8, -24], [8, 9, 10], [0], [0.1 / 8, 0.875]])
    #expect(try whole.parameters.map { try program.parameter($0, in: whole).doubles() } == before)
    try program.restore(part)
    #expect(try values() == [after[0], before[1], after[2], before[3]])
    try program.restore(whole)
    #expect(try values() == before)
    try program.execute()
    try program.update(whole)
    #expect(try program.parameter(1, in: whole).doubles() == [6, 7, 8])
    #expect(throws: TensorError("the snapshot holds no parameter 0, only [3, 1]")) { try program.parameter(0, in: part) }
    let other = try Program(parameters: [TensorType([2])], device: device) { [$0[0] * 2] }
    #expect(throws: TensorError.self) { try other.restore(whole) }
  }

  @Test(arguments: Device.builtIn) func valuesThatAreNotFiniteAreFound(device: Device) throws {
    let types = [TensorType([3]), TensorType([3], .int32), TensorType([3], .float64)]
    let program = try Program(parameters: types, device: device) { $0 }
    #expect(try program.firstNonFinite(among: [0, 1, 2]) == nil)
    try program.write(Tensor(float64: [1, 2, -.infinity]), to: 2)
    #expect(try program.firstNonFinite(among: [0, 1, 2]) == 2)
    #expect(try program.firstNonFinite(among: [0, 1]) == nil)
    try program.write(Tensor([1, .nan, 3]), to: 0)
    #expect(try program.firstNonFinite(among: [2, 0]) == 2)
    #expect(try program.firstNonFinite(among: [1, 0, 2]) == 0)
  }

  @Test(arguments: Device.builtIn) func whatDoesNotFitIsRefused(device: Device) throws {
    let program = try Program(parameters: [TensorType([3])], device: device) { [$0[0] * 2, $0[0].sum()] }
    let bytes = [UInt8](repeating: 0, count: 12)
    func refuses(_ text: String, _ body: () throws -> Void) { #expect(throws: TensorError(text)) { try body() } }
    refuses("parameter 0 is float32 [3], not float32 [4]") { try program.write(Tensor.ones([4]), to: 0) }
    refuses("parameter 1 cannot be written: the program has 1") { try program.write(Tensor.ones([3]), to: 1) }
    refuses("parameter 0 is float32 [3] and takes 12 bytes, not 11") {
      try bytes.withUnsafeBytes { try program.write(UnsafeRawBufferPointer(rebasing: $0[1...]), to: 0) }
    }
    refuses("parameter -1 cannot be read: the program has 1") { _ = try program.parameter(-1) }
    refuses("output 2 cannot be read: the program has 2") { _ = try program.output(2) }
    refuses("output 0 has shape [3] and 3 elements, not one") { _ = try program.number(ofOutput: 0) }
    refuses("output 1 is float32 [] and has 4 bytes, not 8") {
      var sum = 0.0
      try withUnsafeMutableBytes(of: &sum) { try program.read(1, into: $0) }
    }
    refuses("parameter 7 cannot be copied: the program has 1") { _ = try program.snapshot(of: [0, 7]) }
    refuses("parameter 7 cannot be scanned: the program has 1") { _ = try program.firstNonFinite(among: [7]) }
    try program.write(Tensor([1, 2, 4]), to: 0)
    try program.execute()
    #expect(try program.number(ofOutput: 1) == 7)
    var doubled: [Float] = [0, 0, 0]
    try doubled.withUnsafeMutableBytes { try program.read(0, into: $0) }
    #expect(doubled == [2, 4, 8])
  }

  @Test func memoryThatNobodyHasIsRefused() {
    #expect {
      try Program(parameters: [TensorType([1 << 31, 1 << 9])], device: .cpu) { [$0[0].sum()] }
    } throws: {
      ($0 as? MemoryError)?.bytesNeeded ?? 0 >= 1 << 42
    }
  }
}
