import CKernels

/// Aligned memory that holds a tensor's values. It is written before it is shared and never after.
final class Storage: @unchecked Sendable {
  // `@unchecked`: the pointer is written only by the creator, before the storage is reachable from any tensor.
  let pointer: UnsafeMutableRawPointer
  let byteCount: Int

  init(byteCount: Int) {
    self.byteCount = byteCount
    guard let pointer = rival_allocate(max(byteCount, 64)) else {
      preconditionFailure("out of memory: \(byteCount) bytes for a tensor could not be allocated")
    }
    self.pointer = pointer
  }

  convenience init(copying bytes: UnsafeRawBufferPointer) {
    self.init(byteCount: bytes.count)
    if let base = bytes.baseAddress, bytes.count > 0 {
      pointer.copyMemory(from: base, byteCount: bytes.count)
    }
  }

  deinit {
    rival_free(pointer)
  }
}

extension Storage: Hashable {
  static func == (left: Storage, right: Storage) -> Bool { left === right }
  func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
