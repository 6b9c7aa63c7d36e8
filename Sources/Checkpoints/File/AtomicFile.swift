import Foundation

/// Writes a file so that at every moment either the old one or the whole new one is there.
enum AtomicFile {
  /// Temporary files are called `.NAME.tmp-PID-N`.
  static let temporaryMark = ".tmp-"
  private static let counter = Counter()

  /// Writes `bytes` to `path`: a temporary file beside it, its room reserved, brought to the disk, renamed, and the
  /// directory brought to the disk.
  ///
  /// - Parameter replacesCheckpoint: what may be replaced at `path`: a checkpoint, or any other plain file.
  /// - Throws: `CheckpointError`; then nothing was left behind, and an old file at `path` is as it was.
  static func write(_ bytes: UnsafeRawBufferPointer, to path: String, replacesCheckpoint: Bool = true, calls: FileCalls = .system) throws {
    try withoutFileSizeSignal { try put(bytes, to: path, replacesCheckpoint, calls) }
  }

  /// Lets a file that reaches the limit of the process's file size give an error, which is told, in place of a signal, which kills.
  private static func withoutFileSizeSignal<Result>(_ body: () throws -> Result) rethrows -> Result {
    var signals = sigset_t()
    var before = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGXFSZ)
    pthread_sigmask(SIG_BLOCK, &signals, &before)
    defer {
      if sigismember(&before, SIGXFSZ) == 0 {
        #if os(Linux)
          var none = timespec()
          while sigtimedwait(&signals, nil, &none) == SIGXFSZ {}
        #endif
        pthread_sigmask(SIG_SETMASK, &before, nil)
      }
    }
    return try body()
  }

  private static func put(_ bytes: UnsafeRawBufferPointer, to path: String, _ replacesCheckpoint: Bool, _ calls: FileCalls) throws {
    let url = URL(fileURLWithPath: path)
    let directory = url.deletingLastPathComponent().path
    try checkTarget(path, directory, isCheckpoint: replacesCheckpoint)
    let temporary =
      "\(directory)/.\(url.lastPathComponent)\(temporaryMark)\(ProcessInfo.processInfo.processIdentifier)-\(counter.next())"
    try namingFile(path) {
      let file = try FileDescriptor(
        temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, kind: .writeFailed,
        problem: "no file could be made in its directory")
      do {
        // Held as long as the file is being written: a temporary file without this lock is a leftover.
        _ = flock(file.number, LOCK_EX | LOCK_NB)
        try reserve(bytes.count, file.number, path)
        try file.write(bytes, path, calls: calls)
        try file.synchronize(path, calls: calls)
        guard rename(temporary, path) == 0 else {
          throw FileDescriptor.failure(.writeFailed, "the finished file could not be renamed", path)
        }
      } catch {
        unlink(temporary)
        throw error
      }
      try synchronizeDirectory(directory)
    }
  }

  /// Brings the names in a directory to the disk.
  static func synchronizeDirectory(_ directory: String) throws {
    let handle = try FileDescriptor(
      directory, O_RDONLY | O_DIRECTORY, kind: .writeFailed, problem: "the directory cannot be opened")
    // Some network file systems cannot do this for directories and say so.
    guard fsync(handle.number) == 0 || errno == EINVAL || errno == ENOTSUP else {
      throw FileDescriptor.failure(.writeFailed, "the directory could not be brought to the disk", directory)
    }
  }

  /// Removes temporary files in `directory` that nobody is writing; returns their paths.
  static func removeLeftovers(in directory: String) throws -> [String] {
    var removed: [String] = []
    for name in try CheckpointDirectory.names(in: directory)
    where name.hasPrefix(".") && name.contains(".h5" + temporaryMark) {
      let path = directory + "/" + name
      var status = stat()
      guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
        let file = try? FileDescriptor(path, O_RDONLY | O_NOFOLLOW, kind: .unreadable, problem: ""),
        flock(file.number, LOCK_EX | LOCK_NB) == 0
      else { continue }
      if unlink(path) == 0 { removed.append(path) }
    }
    return removed
  }

  /// Reserves room, so that a full disk shows now and not half way.
  private static func reserve(_ length: Int, _ number: Int32, _ path: String) throws {
    #if os(Linux)
      var code: Int32
      repeat { code = posix_fallocate(number, 0, off_t(length)) } while code == EINTR
      guard code == 0 || code == EOPNOTSUPP || code == EINVAL || code == ENOSYS else {
        throw FileDescriptor.failure(.writeFailed, "there is no room for \(length) bytes", path, code: code)
      }
    #endif
  }

  /// Refuses to write over anything but a checkpoint; or over a checkpoint, where something else is to be written.
  static func checkTarget(_ path: String, _ directory: String, isCheckpoint: Bool = true) throws {
    var status = stat()
    guard stat(directory, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw CheckpointError(
        .writeFailed, "the directory does not exist", file: path, advice: "Make the directory \(directory) first.")
    }
    guard lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw CheckpointError(
        .notAFile, "the name is taken by a directory, a link or a device", file: path, advice: "Choose another name.")
    }
    guard status.st_size > 0 else { return }
    let file = try FileDescriptor.reading(path)
    var begin = [UInt8](repeating: 0, count: CheckpointLayout.magic.count)
    let count = try begin.withUnsafeMutableBytes { try file.read(into: $0, at: 0, path) }
    let isTaken = count == begin.count && begin == CheckpointLayout.magic
    guard isTaken == isCheckpoint else {
      throw isTaken
        ? CheckpointError(
          .writeFailed, "the name is taken by a checkpoint, and that is left as it is", file: path, advice: "Choose another name.")
        : CheckpointError(
          .writeFailed, "the name is taken by a file that is no checkpoint, and that is left as it is", file: path,
          advice: "Choose another name.")
    }
  }

  private final class Counter: @unchecked Sendable {
    private let lock = NSLock()
    private var value = 0

    func next() -> Int {
      lock.lock()
      defer { lock.unlock() }
      value += 1
      return value
    }
  }
}
