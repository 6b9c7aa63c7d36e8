import CPJRT
import Graph

/// Values in the memory of one device, or of several: the same on each, or a part on each. They never change; a program that takes them over
/// makes the handles useless.
final class DeviceBuffer {
  let client: Client
  let type: TensorType
  /// One for each device.
  let handles: [UnsafeMutableRawPointer]

  /// Takes over what a program returned.
  init(_ client: Client, _ type: TensorType, handles: [UnsafeMutableRawPointer]) {
    (self.client, self.type, self.handles) = (client, type, handles)
  }

  /// A copy of `bytes` on each of some devices; they may be changed as soon as this returns.
  convenience init(_ client: Client, devices: Range<Int>, _ type: TensorType, copying bytes: UnsafeRawBufferPointer) throws {
    self.init(client, type, handles: try Self.copies(client, devices.map { ($0, bytes) }, type))
  }

  /// A copy of `bytes` of which each device gets its part of axis `axis`, in order.
  convenience init(
    _ client: Client, devices: Range<Int>, _ type: TensorType, dividing axis: Int, of bytes: UnsafeRawBufferPointer
  ) throws {
    var dimensions = type.shape.dimensions
    dimensions[axis] /= devices.count
    let part = TensorType(Shape(dimensions), type.dtype)
    // Bytes that lie together, of one device and of all.
    let run = part.dtype.byteCount * dimensions[axis...].reduce(1, *)
    let stride = run * devices.count
    let parts = try devices.indices.map { device in
      try Storage(byteCount: part.byteCount) { memory in
        for row in 0..<(part.byteCount / max(run, 1)) {
          let from = row * stride + (device - devices.lowerBound) * run
          UnsafeMutableRawBufferPointer(rebasing: memory[(row * run)..<((row + 1) * run)])
            .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[from..<(from + run)]))
        }
      }
    }
    self.init(
      client, type, handles: try withExtendedLifetime(parts) { try Self.copies(client, zip(devices, parts).map { ($0, $1.bytes) }, part) })
  }

  private static func copies(
    _ client: Client, _ values: [(device: Int, bytes: UnsafeRawBufferPointer)], _ type: TensorType
  ) throws -> [UnsafeMutableRawPointer] {
    var handles: [UnsafeMutableRawPointer] = []
    do {
      for value in values { handles.append(try copy(client, value.device, type, value.bytes)) }
    } catch {
      for handle in handles { client.plugin.release(PJRT_BUFFER_DESTROY, handle) }
      throw error
    }
    return handles
  }

  private static func copy(
    _ client: Client, _ device: Int, _ type: TensorType, _ bytes: UnsafeRawBufferPointer
  ) throws -> UnsafeMutableRawPointer {
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
    return buffer
  }

  deinit { for handle in handles { client.plugin.release(PJRT_BUFFER_DESTROY, handle) } }

  /// Copies the values, which are the same on each device, to `bytes`, and waits until they are there.
  ///
  /// - Parameter place: which of its devices to read from, counted from 0.
  func read(from place: Int = 0, into bytes: UnsafeMutableRawBufferPointer) throws {
    guard !bytes.isEmpty else { return }
    try client.plugin.wait(for: startReading(from: place, into: bytes))
  }

  /// Begins to copy the values to `bytes`, and returns the event of their being there.
  fileprivate func startReading(from place: Int = 0, into bytes: UnsafeMutableRawBufferPointer) throws -> UnsafeMutableRawPointer? {
    var arguments = pjrt_buffer_to_host()
    arguments.size = MemoryLayout<pjrt_buffer_to_host>.stride
    arguments.buffer = handles[place]
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
