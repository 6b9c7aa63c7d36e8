import Foundation

/// Writing, reading and checking of one checkpoint: a header of 512 bytes with a digest, then an HDF5 file.
///
/// Every HDF5 tool reads it. It is written by libhdf5, and read by a reader of this library's own that checks every bound: what a file
/// declares is compared with its length before memory is allocated. The digest finds damage; it is no signature.
public enum CheckpointFile {
  /// How much of a file is compared with what was recorded when it was written.
  public enum Verification: Sendable {
    /// Length and SHA-256 of the file, then the CRC-32C of each tensor.
    case full
    /// Nothing: for a file that another HDF5 tool changed on purpose. What differs stands in ``CheckpointContents/edited``.
    case edited
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
  /// `groups` lists every group.
  ///
  /// - Throws: `CheckpointError` that names the file, and the object in it when one is at fault.
  public static func read(_ path: String, verification: Verification = .full) throws -> CheckpointContents {
    try load(path, verification: verification).contents
  }

  /// Reads a checkpoint as ``read(_:verification:)`` does, and gives beside its contents how it compares with its header.
  ///
  /// - Throws: as ``read(_:verification:)``.
  public static func load(
    _ path: String, verification: Verification = .full
  ) throws -> (contents: CheckpointContents, comparison: CheckpointVerification) {
    try namingFile(path) {
      let file = try FileDescriptor.reading(path)
      let length = Int(try file.status(path).st_size)
      let header = try beginning(of: file, path).withUnsafeBytes { try CheckpointHeader($0, fileLength: length) }
      let comparison = try compare(header, file, length: length, path)
      if verification == .full, let error = comparison.error { throw error }
      // The descriptor that was compared, whatever the path means by now.
      let source = try HDF5Source(file, path, base: CheckpointLimits.headerSize, fileLength: length)
      guard source.version == 2 || verification == .edited else {
        throw CheckpointError(
          .refused, "its HDF5 superblock has version \(source.version), not 2", advice: CheckpointError.foreignAdvice)
      }
      var reader = HDF5Reader(source)
      var contents = try reader.read()
      if verification == .full {
        if let mismatch = reader.mismatches.first { throw mismatch.error }
        if let error = difference(contents, header) { throw error }
      } else if !comparison.isValid || !reader.mismatches.isEmpty {
        contents.note(edit: reader.mismatches.map(\.object))
      }
      contents.retentionMetric = header.retentionMetric
      return (contents, comparison)
    }
  }

  private static func difference(_ contents: CheckpointContents, _ header: CheckpointHeader) -> CheckpointError? {
    guard contents.step != header.step else { return nil }
    return CheckpointError(
      .refused, "the header says step \(header.step), the contents say \(contents.step)", advice: CheckpointError.foreignAdvice)
  }

  /// Looks at everything in a file that can be checked, and goes on as far as it can where something is broken.
  ///
  /// Of the structure the first fault is told, of tensors and texts every one that does not match its checksum.
  public static func examine(_ path: String) -> CheckpointExamination {
    var result = CheckpointExamination(path: path)
    do {
      try namingFile(path) {
        let file = try FileDescriptor.reading(path)
        result.fileLength = Int(try file.status(path).st_size)
        let length = result.fileLength
        let header = try beginning(of: file, path).withUnsafeBytes { try CheckpointHeader($0, fileLength: length) }
        result.header = header
        if let error = try compare(header, file, length: length, path).error { result.problems.append(error.inFile(path)) }
        let source = try HDF5Source(file, path, base: CheckpointLimits.headerSize, fileLength: length)
        var reader = HDF5Reader(source)
        let contents = try reader.read()
        result.contents = contents
        result.problems += reader.mismatches.map { $0.error.inFile(path) }
        if let error = difference(contents, header) { result.problems.append(error.inFile(path)) }
      }
    } catch let error as CheckpointError {
      result.problems.append(error)
    } catch {
      result.problems.append(CheckpointError(.unreadable, "\(error)", file: path))
    }
    return result
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

  /// The header, or what there is of it.
  private static func beginning(of file: borrowing FileDescriptor, _ path: String) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: CheckpointLimits.headerSize)
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
      let digest = try file.digest(from: CheckpointLimits.headerSize, to: length, path)
      if digest != header.digest { result.state = .changed(digest: hexadecimal(digest)) }
    }
    return result
  }
}
