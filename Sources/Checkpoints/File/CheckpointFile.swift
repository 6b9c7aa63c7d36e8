import Foundation

/// Writing, reading and checking of one checkpoint: a header of 512 bytes with a digest, then an HDF5 file.
///
/// Every HDF5 tool reads it. Damage is found before libhdf5 sees a byte; what a file declares is compared with its
/// length before memory is allocated. The digest is no signature: read files only from where you would take programs.
public enum CheckpointFile {
  /// How much of a file is compared with what was recorded when it was written.
  public enum Verification: Sendable {
    /// Length and SHA-256 of the file, then the CRC-32C of each tensor.
    case full
    /// The CRC-32C of each tensor only: for a file that another HDF5 tool repacked or changed on purpose.
    case contentOnly
  }

  /// Writes a checkpoint: built in memory, written to a temporary file beside `path`, brought to the disk, renamed.
  ///
  /// The same contents are the same bytes after the header. An older checkpoint at `path` is replaced; any other file
  /// is left alone.
  ///
  /// - Throws: `CheckpointError`; nothing is left behind then, and an old file stays as it was.
  public static func write(_ contents: CheckpointContents, to path: String, created: Date = Date()) throws {
    try namingFile(path) {
      let image = try finishedImage(contents, created: created)
      try withExtendedLifetime(image) { try AtomicFile.write(UnsafeRawBufferPointer(image.bytes), to: path) }
    }
  }

  /// The bytes that `write` would write.
  ///
  /// - Throws: `CheckpointError` of kind `invalidContents` or `writeFailed`.
  public static func image(of contents: CheckpointContents, created: Date = Date()) throws -> [UInt8] {
    let image = try finishedImage(contents, created: created)
    return withExtendedLifetime(image) { [UInt8](image.bytes) }
  }

  /// Reads a checkpoint whole, or not at all.
  ///
  /// Groups under the root that this version does not know are left out. `groups` lists every group.
  ///
  /// - Throws: `CheckpointError` that names the file, and the object in it when one is at fault.
  public static func read(_ path: String, verification: Verification = .full) throws -> CheckpointContents {
    try namingFile(path) {
      let file = try FileDescriptor.reading(path)
      let length = Int(try file.status(path).st_size)
      let begin = try beginning(of: file, path)
      let header = try begin.withUnsafeBytes { try CheckpointHeader($0, fileLength: length) }
      if verification == .full {
        let result = try compare(header, file, length: length, path)
        if let error = result.error { throw error }
      }
      try begin.withUnsafeBytes { try checkSuperblock($0, verification) }
      #if os(Linux)
        // The descriptor that was verified, whatever the path means by now.
        let source = "/proc/self/fd/\(file.number)"
      #else
        let source = path
      #endif
      var contents = try HDF5Reader.read(source, fileLength: length)
      if verification == .full, contents.step != header.step {
        throw CheckpointError(
          .refused, "the header says step \(header.step), the contents say \(contents.step)",
          advice: CheckpointError.foreignAdvice)
      }
      contents.retentionMetric = header.retentionMetric
      return contents
    }
  }

  /// The header of a checkpoint: 512 bytes are read, the digest is not compared.
  ///
  /// - Throws: `CheckpointError` when the file cannot be read, is no checkpoint, or its header is damaged.
  public static func header(of path: String) throws -> CheckpointHeader {
    try namingFile(path) {
      let file = try FileDescriptor.reading(path)
      let length = Int(try file.status(path).st_size)
      return try beginning(of: file, path).withUnsafeBytes { try CheckpointHeader($0, fileLength: length) }
    }
  }

  /// Compares a file with the length and digest in its header; its HDF5 part is not opened.
  ///
  /// - Throws: `CheckpointError` when there is no sound header to compare with.
  public static func verify(_ path: String) throws -> CheckpointVerification {
    try namingFile(path) {
      let file = try FileDescriptor.reading(path)
      let length = Int(try file.status(path).st_size)
      let header = try beginning(of: file, path).withUnsafeBytes { try CheckpointHeader($0, fileLength: length) }
      return try compare(header, file, length: length, path)
    }
  }
}

extension CheckpointFile {
  private static func finishedImage(_ contents: CheckpointContents, created: Date) throws -> HDF5Image {
    let image = try HDF5Image(contents, ContentsTree(contents))
    let part = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(image.bytes)[CheckpointLimits.headerSize...])
    let header = CheckpointHeader(
      length: image.bytes.count, digest: SHA256.digest(part), step: contents.step, created: created,
      retentionMetric: contents.retentionMetric)
    header.write(to: image.bytes)
    return image
  }

  /// The header and the superblock after it, or what there is of them.
  private static func beginning(of file: borrowing FileDescriptor, _ path: String) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: CheckpointLimits.headerSize + 48)
    let count = try bytes.withUnsafeMutableBytes { try file.read(into: $0, at: 0, path) }
    bytes.removeSubrange(count...)
    return bytes
  }

  private static func compare(
    _ header: CheckpointHeader, _ file: borrowing FileDescriptor, length: Int, _ path: String
  ) throws -> CheckpointVerification {
    var result = CheckpointVerification(header: header, fileLength: length, state: .valid)
    if length < header.length {
      result.state = .truncated(by: header.length - length)
    } else if length > header.length {
      result.state = .extended(by: length - header.length)
    } else {
      let digest = try digest(of: file, length: length, path)
      if digest != header.digest { result.state = .changed(digest: hexadecimal(digest)) }
    }
    return result
  }

  private static func digest(of file: borrowing FileDescriptor, length: Int, _ path: String) throws -> [UInt8] {
    var running = SHA256()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
    defer { buffer.deallocate() }
    var offset = CheckpointLimits.headerSize
    while offset < length {
      let wanted = UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(buffer.count, length - offset)])
      let count = try file.read(into: wanted, at: offset, path)
      guard count == wanted.count else {
        throw CheckpointError(.truncated, "the file became shorter while it was read")
      }
      running.update(UnsafeRawBufferPointer(wanted))
      offset += count
    }
    return running.finish()
  }

  private static func checkSuperblock(_ bytes: UnsafeRawBufferPointer, _ verification: Verification) throws {
    guard let superblock = Superblock(bytes) else {
      throw CheckpointError(
        .damagedContents, "no HDF5 file follows the header", advice: "Use an earlier checkpoint.")
    }
    guard superblock.version == 2 || (verification == .contentOnly && superblock.version <= 3) else {
      throw CheckpointError(
        .refused, "its HDF5 superblock has version \(superblock.version), not 2", advice: CheckpointError.foreignAdvice)
    }
  }
}
