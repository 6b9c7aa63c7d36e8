import Foundation

/// The checkpoints of one run, as files `checkpoint-00000400.h5` of one directory.
///
/// Nothing points to the latest: it is found by reading the headers, so that nothing can be stale.
public struct CheckpointDirectory: Sendable, Equatable {
  /// A checkpoint in the directory.
  public struct File: Sendable, Equatable {
    /// Its path.
    public var path: String
    /// Its header, which matched its own checksum; the contents were not compared.
    public var header: CheckpointHeader
    /// Training steps done.
    public var step: Int { header.step }
  }

  /// A checkpoint that was read.
  public struct Loaded: Sendable {
    /// The file.
    public var file: File
    /// What it holds.
    public var contents: CheckpointContents
    /// How it compares with its header.
    public var comparison: CheckpointVerification
  }

  /// The path of the directory.
  public let path: String

  /// Names a directory; it need not exist yet.
  public init(_ path: String) { self.path = path }

  /// Makes the directory, and those above it, where missing.
  ///
  /// - Throws: `CheckpointError` of kind `writeFailed`.
  public func create() throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw CheckpointError(
        .writeFailed, "the directory cannot be made", file: path, cause: error.localizedDescription,
        advice: "Check the path and its permissions.")
    }
  }

  /// Takes the right to write here, until it is released or the process ends.
  ///
  /// - Parameter required: `false` to go on without where the file system knows no locks; then nothing keeps a second process out.
  /// - Throws: `CheckpointError` of kind `locked` when another process, or another part of this one, has it; `unreadable` where the file
  ///   system knows no locks and one is required.
  public func lock(required: Bool = true) throws -> CheckpointLock { try CheckpointLock(directory: path, required: required) }

  /// The path of the checkpoint of `step`: `checkpoint-` and at least eight digits.
  public func path(forStep step: Int) -> String {
    let digits = String(step)
    return "\(path)/checkpoint-\(String(repeating: "0", count: max(0, 8 - digits.count)))\(digits).h5"
  }

  /// The checkpoints here in ascending order of step, by their headers; other and damaged files are left out.
  ///
  /// - Throws: `CheckpointError` when the directory cannot be listed.
  public func files() throws -> [File] {
    try Self.names(in: path).filter { $0.hasSuffix(".h5") && !$0.hasPrefix(".") }
      .compactMap { name in
        let file = path + "/" + name
        return (try? CheckpointFile.header(of: file)).map { File(path: file, header: $0) }
      }
      .sorted { ($0.step, $0.path) < ($1.step, $1.path) }
  }

  /// The checkpoint with the highest step that can be read whole, or `nil` when there are none.
  ///
  /// It is looked for again where another process deletes it meanwhile, as a run does with its older checkpoints. A damaged one is passed
  /// over, with a warning that says why. One that a later version of the library wrote, or that
  /// may not be read, is not: going on from an older step would silently fork the run.
  ///
  /// - Throws: `CheckpointError` of kind `noneReadable` when there are checkpoints and all are damaged.
  public func latestValid(verification: CheckpointFile.Verification = .full, warn: (String) -> Void) throws -> Loaded? {
    var passedOver: [String] = []
    var listings = 1
    var found = try candidates()[...]
    while let candidate = found.popFirst() {
      do {
        let (contents, comparison) = try CheckpointFile.load(candidate.path, verification: verification)
        return Loaded(
          file: File(path: candidate.path, header: comparison.header), contents: contents, comparison: comparison)
      } catch let error as CheckpointError {
        if error.kind == .missing, listings < 100 {
          // Deleted between listing and reading: newer ones have come.
          listings += 1
          found = try candidates()[...]
          continue
        }
        if error.kind == .newerVersion || error.kind == .unreadable { throw error }
        guard !passedOver.contains(candidate.path) else { continue }
        passedOver.append(candidate.path)
        warn("\(error) It is passed over.")
      }
    }
    let failures = passedOver.count
    guard failures == 0 else {
      throw CheckpointError(
        .noneReadable, "none of its \(failures) checkpoints can be read", file: path,
        advice: "The warnings say why; to begin afresh, use another directory.")
    }
    return nil
  }

  /// Deletes the checkpoints that `policy` does not keep; returns their paths.
  ///
  /// Only files are deleted that have the name that this library gives and a sound header with the same step. Call it
  /// once a new checkpoint is on the disk, holding the lock.
  ///
  /// - Parameters:
  ///   - isDryRun: whether to delete nothing, and only say what would be.
  ///   - metric: the number by which the best are kept; by default that of the header.
  /// - Throws: `CheckpointError` of kind `writeFailed` when a file cannot be deleted; what `metric` throws.
  @discardableResult
  public func prune(
    _ policy: RetentionPolicy, isDryRun: Bool = false, metric: (File) throws -> Double? = { $0.header.retentionMetric }
  ) throws -> [String] {
    let owned = try files().filter { $0.path == path(forStep: $0.step) }
    let discarded = policy.discarded(try owned.map { ($0.step, try metric($0)) })
    var removed: [String] = []
    for step in discarded {
      let file = path(forStep: step)
      guard isDryRun || unlink(file) == 0 else {
        // Somebody else deleted it: that is what was wanted.
        if errno == ENOENT { continue }
        throw FileDescriptor.failure(.writeFailed, "the old checkpoint cannot be deleted", file)
      }
      removed.append(file)
    }
    return removed
  }

  /// Deletes what interrupted writing left behind; returns the paths. Call it at start, holding the lock.
  ///
  /// - Throws: `CheckpointError` when the directory cannot be listed.
  @discardableResult
  public func removeStaleTemporaries() throws -> [String] { try AtomicFile.removeLeftovers(in: path) }

  /// Gives what bears the name of a checkpoint, is none and would not be written over another name: `NAME.damaged`. Call it before going on
  /// with a run, holding the lock.
  ///
  /// - Returns: the paths before and after.
  /// - Throws: `CheckpointError` when the directory cannot be listed, or a file not be renamed.
  public func setAsideUnwritable() throws -> [(from: String, to: String)] {
    try setAside("damaged") { (try? AtomicFile.checkTarget($0, path)) == nil }
  }

  /// Gives every file that bears the name of a checkpoint another name, `NAME.aside`, for a run that begins again. Call it holding the lock.
  ///
  /// - Throws: as ``setAsideUnwritable()``.
  public func setAsideAll() throws { _ = try setAside("aside") { _ in true } }

  /// Renames what bears the name of a checkpoint and is wanted out of the way; a name that is taken gets a number.
  private func setAside(_ mark: String, where isMeant: (String) -> Bool) throws -> [(from: String, to: String)] {
    var moved: [(from: String, to: String)] = []
    for name in try Self.names(in: path) where Self.step(named: name) != nil {
      let file = path + "/" + name
      guard isMeant(file) else { continue }
      var target = "\(file).\(mark)"
      var number = 1
      var status = stat()
      while lstat(target, &status) == 0 {
        number += 1
        target = "\(file).\(mark)-\(number)"
      }
      guard rename(file, target) == 0 else { throw FileDescriptor.failure(.writeFailed, "it could not be moved aside", file) }
      moved.append((file, target))
    }
    return moved
  }
}

extension CheckpointDirectory {
  /// Files that are, or by their names claim to be, checkpoints: highest step first.
  private func candidates() throws -> [(step: Int, path: String)] {
    var result: [(step: Int, path: String)] = []
    for name in try Self.names(in: path) where name.hasSuffix(".h5") && !name.hasPrefix(".") {
      let file = path + "/" + name
      if let header = try? CheckpointFile.header(of: file) {
        result.append((header.step, file))
      } else if let step = Self.step(named: name) {
        result.append((step, file))
      }
    }
    return result.sorted { ($0.step, $0.path) > ($1.step, $1.path) }
  }

  /// The step in a name such as `checkpoint-00000400.h5`.
  private static func step(named name: String) -> Int? {
    guard name.hasPrefix("checkpoint-"), name.hasSuffix(".h5") else { return nil }
    let digits = name.dropFirst("checkpoint-".count).dropLast(".h5".count)
    guard digits.count >= 8, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int(digits)
  }

  /// The names in a directory, sorted.
  static func names(in directory: String) throws -> [String] {
    guard let stream = opendir(directory) else {
      let kind: CheckpointError.Kind = errno == ENOENT ? .missing : .unreadable
      throw FileDescriptor.failure(kind, "the directory cannot be listed", directory)
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      names.append(name)
    }
    return names.sorted()
  }
}
