import Foundation

/// The right to write in a checkpoint directory: one process, one holder, given back by `release` or at deinit.
///
/// The system takes it back when the process ends in any way, so a crash leaves no stale lock.
public final class CheckpointLock: Sendable {
  private let descriptor: FileDescriptor

  /// Takes the lock file `.lock` of `directory`.
  ///
  /// - Throws: `CheckpointError` of kind `locked`, with the number of the process that has it, or `unreadable`.
  init(directory: String) throws {
    let path = directory + "/.lock"
    descriptor = try FileDescriptor(
      path, O_RDWR | O_CREAT | O_NOFOLLOW, kind: .unreadable, problem: "the directory cannot be locked")
    guard flock(descriptor.number, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      guard code == EWOULDBLOCK else {
        throw FileDescriptor.failure(.unreadable, "the directory cannot be locked", path, code: code)
      }
      throw CheckpointError(
        .locked, "the directory is locked by process \(Self.holder(descriptor, path) ?? "unknown")", file: directory,
        advice: "Wait until it ends, or use another directory.")
    }
    let text = "\(ProcessInfo.processInfo.processIdentifier)\n"
    guard ftruncate(descriptor.number, 0) == 0 else {
      throw FileDescriptor.failure(.unreadable, "the directory cannot be locked", path)
    }
    try Array(text.utf8).withUnsafeBytes { try descriptor.write($0, path) }
  }

  /// Gives the lock back; a second call does nothing.
  public func release() { _ = flock(descriptor.number, LOCK_UN) }

  private static func holder(_ descriptor: borrowing FileDescriptor, _ path: String) -> String? {
    var bytes = [UInt8](repeating: 0, count: 32)
    guard let count = try? bytes.withUnsafeMutableBytes({ try descriptor.read(into: $0, at: 0, path) }) else {
      return nil
    }
    let digits = bytes.prefix(count).prefix { (0x30...0x39).contains($0) }
    return digits.isEmpty ? nil : String(decoding: digits, as: UTF8.self)
  }
}
