import Graph

/// The host's memory for the values that each run of a launch takes from a stream.
final class RunValues {
  let type: TensorType
  /// Whether something was written since the values were last copied to the device.
  var isChanged = true
  private let memory: UnsafeMutableRawBufferPointer
  private let byteCount: Int

  init(_ run: TensorType, count: Int) {
    type = TensorType(Shape([count] + run.shape.dimensions), run.dtype)
    byteCount = run.byteCount
    memory = .allocate(byteCount: max(type.byteCount, 1), alignment: 64)
    memory.initializeMemory(as: UInt8.self, repeating: 0)
  }

  deinit { memory.deallocate() }

  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[..<type.byteCount]) }

  private func place(_ run: Int) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(rebasing: memory[(run * byteCount)..<((run + 1) * byteCount)])
  }

  func write(_ bytes: UnsafeRawBufferPointer, run: Int) {
    isChanged = true
    place(run).copyMemory(from: bytes)
  }

  func read(run: Int, into bytes: UnsafeMutableRawBufferPointer) { bytes.copyMemory(from: UnsafeRawBufferPointer(place(run))) }
}
