import Foundation

/// Memory of the host that holds a tensor's values, aligned to 64 bytes. It is written before it is shared and never after.
public final class Storage: @unchecked Sendable {
  // `@unchecked`: the memory is written only by the creator, before the storage is reachable from any tensor.
  private let memory: UnsafeMutableRawPointer
  public let byteCount: Int

  /// Memory of `byteCount` bytes that `body` fills.
  ///
  /// - Throws: `MemoryError` where there is not as much; what `body` throws.
  public init(byteCount: Int, filledBy body: (UnsafeMutableRawBufferPointer) throws -> Void) throws {
    memory = try Storage.allocated(byteCount)
    self.byteCount = byteCount
    try body(UnsafeMutableRawBufferPointer(start: memory, count: byteCount))
  }

  /// A copy of `bytes`.
  ///
  /// - Throws: `MemoryError` where there is no room for it.
  public init(copying bytes: UnsafeRawBufferPointer) throws(MemoryError) {
    memory = try Storage.allocated(bytes.count)
    byteCount = bytes.count
    UnsafeMutableRawBufferPointer(start: memory, count: byteCount).copyMemory(from: bytes)
  }

  private static func allocated(_ byteCount: Int) throws(MemoryError) -> UnsafeMutableRawPointer {
    let remedy = "use smaller batches or networks"
    try SystemMemory.require(byteCount, for: "a tensor", remedy: remedy)
    var pointer: UnsafeMutableRawPointer?
    guard posix_memalign(&pointer, 64, max(byteCount, 64)) == 0, let pointer else {
      throw MemoryError(purpose: "a tensor", bytesNeeded: byteCount, bytesAvailable: max(SystemMemory.available ?? 0, 0), remedy: remedy)
    }
    return pointer
  }

  /// The first byte of the values, which stay where they are as long as the storage lives.
  public var pointer: UnsafeRawPointer { UnsafeRawPointer(memory) }

  /// The values, valid as long as the storage lives.
  public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: memory, count: byteCount) }

  deinit {
    free(memory)
  }
}

extension Storage: Hashable {
  public static func == (left: Storage, right: Storage) -> Bool { left === right }
  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
