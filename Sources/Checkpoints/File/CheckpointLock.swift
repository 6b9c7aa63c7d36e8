import Foundation

/// The right to write in a checkpoint directory: one process, one holder, given back by `release` or at deinit.
///
/// The system takes it back when the process ends in any way, so a crash leaves no stale lock.
public final class CheckpointLock: Sendable {
  private let descriptor: FileDescriptor
  private let directory: String
  private let path: String
  /// Whether other processes are kept out; `false` where the file system knows no locks.
  public let isExclusive: Bool

  /// Takes the lock file `.lock` of `directory`.
  ///
  /// - Parameters:
  ///   - required: whether a file system without locks is refused.
  ///   - attempt: asks the system for the lock.
  /// - Throws: `CheckpointError` of kind `locked`, with the number of the process that has it, or `unreadable`.
  init(directory: String, required: Bool = true, attempt: (Int32) -> Int32 = { flock($0, LOCK_EX | LOCK_NB) }) throws {
    let path = directory + "/.lock"
    self.directory = directory
    self.path = path
    descriptor = try FileDescriptor(
      path, O_RDWR | O_CREAT | O_NOFOLLOW, kind: .unreadable, problem: "the directory cannot be locked")
    let outcome = attempt(descriptor.number)
    let code = outcome == 0 ? 0 : errno
    isExclusive = code == 0
    if [ENOLCK, ENOSYS, ENOTSUP, EOPNOTSUPP, EINVAL].contains(code) {
      guard !required else {
        throw CheckpointError(
          .unreadable, "the file system of the directory knows no locks", file: directory, cause: String(cString: strerror(code)),
          advice: "Where no other process writes there, go on without one (--unlocked).")
      }
    } else if code != 0 {
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

  /// Throws where the directory is no longer the one that was locked: renamed and made anew, so that somebody else may hold the new one.
  ///
  /// - Throws: `CheckpointError` of kind `writeFailed`, which says where the directory is now.
  public func check() throws {
    var (here, held) = (stat(), stat())
    guard fstat(descriptor.number, &held) == 0, stat(path, &here) == 0, here.st_ino == held.st_ino, here.st_dev == held.st_dev else {
      let place = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(descriptor.number)")
      let now = place.flatMap { $0.hasSuffix("/.lock") ? String($0.dropLast("/.lock".count)) : nil }
      throw CheckpointError(
        .writeFailed, "the directory was moved away, or its lock deleted, while this process held it; nothing more is written there",
        file: directory,
        advice: "Go on from the newest checkpoint" + (now.map { " in \($0), where the directory is now." } ?? " once more."))
    }
  }

  /// Writes into the directory where it is still the one that was locked.
  ///
  /// - Throws: what ``check()`` throws, before `body` or after it failed: then the directory's move is why; otherwise what `body` throws.
  public func writing(_ body: () throws -> Void) throws {
    try check()
    do {
      try body()
    } catch {
      try check()
      throw error
    }
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
