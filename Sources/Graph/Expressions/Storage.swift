/// Memory of the host that holds a tensor's values, aligned to 64 bytes. It is written before it is shared and never after.
public final class Storage: @unchecked Sendable {
  // `@unchecked`: the memory is written only by the creator, before the storage is reachable from any tensor.
  private let memory: UnsafeMutableRawPointer
  public let byteCount: Int

  /// Memory of `byteCount` bytes that `body` fills.
  public init<Failure: Error>(byteCount: Int, filledBy body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Void) throws(Failure) {
    memory = UnsafeMutableRawPointer.allocate(byteCount: max(byteCount, 64), alignment: 64)
    self.byteCount = byteCount
    try body(UnsafeMutableRawBufferPointer(start: memory, count: byteCount))
  }

  /// A copy of `bytes`.
  public convenience init(copying bytes: UnsafeRawBufferPointer) {
    self.init(byteCount: bytes.count) { $0.copyMemory(from: bytes) }
  }

  /// The first byte of the values, which stay where they are as long as the storage lives.
  public var pointer: UnsafeRawPointer { UnsafeRawPointer(memory) }

  /// The values, valid as long as the storage lives.
  public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: memory, count: byteCount) }

  deinit {
    memory.deallocate()
  }
}

extension Storage: Hashable {
  public static func == (left: Storage, right: Storage) -> Bool { left === right }
  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
