import CPJRT
import Graph

/// Values in a device's memory. They never change; a program that takes them over makes the handle useless.
final class DeviceBuffer {
  let client: Client
  let type: TensorType
  let handle: UnsafeMutableRawPointer

  /// Takes over what a program returned.
  init(_ client: Client, _ type: TensorType, handle: UnsafeMutableRawPointer) {
    (self.client, self.type, self.handle) = (client, type, handle)
  }

  /// A copy of `bytes` on a device, which may be changed as soon as this returns.
  init(_ client: Client, device: Int, _ type: TensorType, copying bytes: UnsafeRawBufferPointer) throws {
    self.client = client
    self.type = type
    let dimensions = type.shape.dimensions.map(Int64.init)
    var arguments = pjrt_buffer_from_host()
    arguments.size = MemoryLayout<pjrt_buffer_from_host>.stride
    arguments.client = client.handle
    arguments.type = type.dtype.deviceType
    arguments.rank = dimensions.count
    arguments.host_memory = Int32(PJRT_UNTIL_RETURN.rawValue)
    arguments.device = client.devices[device]
    // An empty tensor has no bytes, but the interface wants an address.
    var nothing: UInt64 = 0
    try withUnsafePointer(to: &nothing) { nothing in
      try dimensions.withUnsafeBufferPointer { dimensions in
        arguments.data = bytes.baseAddress ?? UnsafeRawPointer(nothing)
        arguments.dimensions = dimensions.baseAddress
        try client.plugin.call(PJRT_CLIENT_BUFFER_FROM_HOST, &arguments)
      }
    }
    client.plugin.release(PJRT_EVENT_DESTROY, arguments.done)
    guard let buffer = arguments.buffer else { throw DeviceError(.other, "the device made no buffer of \(type)") }
    handle = buffer
  }

  deinit { client.plugin.release(PJRT_BUFFER_DESTROY, handle) }

  /// Copies the values to `bytes`, and waits until they are there.
  func read(into bytes: UnsafeMutableRawBufferPointer) throws {
    guard !bytes.isEmpty else { return }
    try client.plugin.wait(for: startReading(into: bytes))
  }

  /// Begins to copy the values to `bytes`, and returns the event of their being there.
  fileprivate func startReading(into bytes: UnsafeMutableRawBufferPointer) throws -> UnsafeMutableRawPointer? {
    var arguments = pjrt_buffer_to_host()
    arguments.size = MemoryLayout<pjrt_buffer_to_host>.stride
    arguments.buffer = handle
    arguments.destination = bytes.baseAddress
    arguments.byte_count = bytes.count
    try client.plugin.call(PJRT_BUFFER_TO_HOST, &arguments)
    return arguments.done
  }
}

/// A copy of a buffer that is on its way to the host.
final class HostCopy {
  private let buffer: DeviceBuffer
  private let memory: UnsafeMutableRawBufferPointer
  private var event: UnsafeMutableRawPointer?

  init(of buffer: DeviceBuffer) throws {
    self.buffer = buffer
    memory = .allocate(byteCount: max(buffer.type.byteCount, 1), alignment: 64)
    do {
      if buffer.type.byteCount > 0 {
        event = try buffer.startReading(into: UnsafeMutableRawBufferPointer(rebasing: memory[..<buffer.type.byteCount]))
      }
    } catch {
      memory.deallocate()
      throw error
    }
  }

  deinit {
    // The device may still be writing.
    try? wait()
    memory.deallocate()
  }

  private func wait() throws {
    let event = event
    self.event = nil
    try buffer.client.plugin.wait(for: event)
  }

  /// The values, once they are there.
  func bytes() throws -> UnsafeRawBufferPointer {
    try wait()
    return UnsafeRawBufferPointer(rebasing: memory[..<buffer.type.byteCount])
  }
}

extension DType {
  /// The type's number in the interface.
  var deviceType: Int32 {
    let type =
      switch self {
      case .float32: PJRT_FLOAT32
      case .float64: PJRT_FLOAT64
      case .int32: PJRT_INT32
      case .bool: PJRT_BOOL
      }
    return Int32(type.rawValue)
  }
}
