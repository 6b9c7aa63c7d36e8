import Foundation

/// The calls of the system by which files come to the disk, so that a test can let them fail.
struct FileCalls {
  /// Writes some bytes; returns how many, or −1 with `errno`.
  var write: (Int32, UnsafeRawPointer, Int) -> Int = { Foundation.write($0, $1, $2) }
  /// Waits until a file is on the disk; returns 0, or −1 with `errno`.
  var synchronize: (Int32) -> Int32 = { fsync($0) }

  /// Those of the system.
  static var system: FileCalls { FileCalls() }
}

/// An open file of the system, closed when it goes out of scope.
struct FileDescriptor: ~Copyable {
  /// The number of the descriptor.
  let number: Int32

  private init(_ number: Int32) { self.number = number }

  deinit { _ = close(number) }

  /// Opens `path`; other processes started from here do not inherit it.
  ///
  /// - Throws: `CheckpointError` with the system's text.
  init(_ path: String, _ flags: Int32, mode: mode_t = 0o644, kind: CheckpointError.Kind, problem: String) throws {
    var number: Int32
    repeat { number = open(path, flags | O_CLOEXEC, mode) } while number < 0 && errno == EINTR
    if number < 0 { throw Self.failure(kind, problem, path) }
    self.number = number
  }

  /// Opens a plain file for reading.
  ///
  /// - Throws: `CheckpointError` of kind `missing`, `notAFile` or `unreadable`.
  static func reading(_ path: String) throws -> FileDescriptor {
    var status = stat()
    let absent = CheckpointError(.missing, "there is no such file", file: path, advice: "Check the path.")
    guard stat(path, &status) == 0 else {
      if errno == ENOENT || errno == ENOTDIR { throw absent }
      throw failure(.unreadable, "the file cannot be read", path)
    }
    // Looked at before opening: opening a pipe would wait for its other end.
    try checkPlain(status, path)
    let descriptor: FileDescriptor
    do {
      descriptor = try FileDescriptor(
        path, O_RDONLY | O_NONBLOCK | O_NOCTTY, kind: .unreadable, problem: "the file cannot be read")
    } catch {
      // Deleted since it was looked at.
      throw access(path, F_OK) != 0 && errno == ENOENT ? absent : error
    }
    try checkPlain(try descriptor.status(path), path)
    return descriptor
  }

  private static func checkPlain(_ status: stat, _ path: String) throws {
    switch status.st_mode & S_IFMT {
    case S_IFREG: return
    case S_IFDIR:
      throw CheckpointError(
        .notAFile, "is a directory, not a checkpoint", file: path, advice: "Name one of the files in it.")
    default: throw CheckpointError(.notAFile, "is no plain file", file: path, advice: "Name a checkpoint.")
    }
  }

  /// Length, kind and owner of the file.
  func status(_ path: String) throws -> stat {
    var status = stat()
    guard fstat(number, &status) == 0 else { throw Self.failure(.unreadable, "the file cannot be read", path) }
    return status
  }

  /// Fills `buffer` from `offset` on; returns how many bytes the file had there.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int, _ path: String) throws -> Int {
    var done = 0
    while done < buffer.count, let base = buffer.baseAddress {
      let count = pread(number, base + done, buffer.count - done, off_t(offset + done))
      if count < 0 {
        if errno == EINTR { continue }
        throw Self.failure(.unreadable, "the file cannot be read", path)
      }
      if count == 0 { break }
      done += count
    }
    return done
  }

  /// The SHA-256 of the bytes from `start` on, before `end`.
  func digest(from start: Int, to end: Int, _ path: String) throws -> [UInt8] {
    var running = SHA256()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
    defer { buffer.deallocate() }
    var offset = start
    while offset < end {
      let wanted = UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(buffer.count, end - offset)])
      let count = try read(into: wanted, at: offset, path)
      guard count == wanted.count else {
        throw CheckpointError(.truncated, "the file became shorter while it was read")
      }
      running.update(UnsafeRawBufferPointer(wanted))
      offset += count
    }
    return running.finish()
  }

  /// Writes all of `bytes`: what is interrupted or cut short goes on.
  func write(_ bytes: UnsafeRawBufferPointer, _ path: String, calls: FileCalls = .system) throws {
    var done = 0
    while done < bytes.count, let base = bytes.baseAddress {
      let count = calls.write(number, base + done, min(bytes.count - done, 1 << 30))
      if count < 0 {
        if errno == EINTR { continue }
        throw Self.failure(.writeFailed, "the file could not be written", path)
      }
      done += count
    }
  }

  /// Waits until the bytes are on the disk. A failure is final: the system may have dropped the bytes already.
  func synchronize(_ path: String, calls: FileCalls = .system) throws {
    #if canImport(Darwin)
      if fcntl(number, F_FULLFSYNC) == 0 { return }
    #endif
    guard calls.synchronize(number) == 0 else {
      throw Self.failure(.writeFailed, "the file could not be brought to the disk", path)
    }
  }

  /// An error with the text of `errno`, or of `code`.
  static func failure(
    _ kind: CheckpointError.Kind, _ problem: String, _ path: String, code: Int32 = errno
  ) -> CheckpointError {
    let advice: String? =
      switch code {
      case ENOSPC, EDQUOT, EFBIG: "Make room, or write somewhere else."
      case EACCES, EPERM, EROFS: "Check the permissions of the file and of its directory."
      case ENOENT: "Check that the directory exists."
      default: nil
      }
    return CheckpointError(kind, problem, file: path, cause: String(cString: strerror(code)), advice: advice)
  }
}
