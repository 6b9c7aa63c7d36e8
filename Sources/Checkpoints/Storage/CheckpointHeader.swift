import Foundation

/// The first 512 bytes of a checkpoint: enough to list and choose files without opening their HDF5 part.
///
/// All numbers are little-endian: magic `RIVALCK\0`, block version and size (u32), file length (u64), SHA-256 of the
/// bytes after the header, step and Unix milliseconds (u64), layout major and minor (u32), retention metric (f64, NaN
/// for none), zeros, and at byte 508 the CRC-32C of the bytes before it.
public struct CheckpointHeader: Sendable, Equatable {
  /// Length of the whole file in bytes, header included.
  public var length: Int
  /// SHA-256 of the bytes after the header: 32 bytes.
  public var digest: [UInt8]
  /// Training steps done.
  public var step: Int
  /// When it was written, to the millisecond.
  public var created: Date
  /// Major version of the layout.
  public var formatMajor: Int
  /// Minor version of the layout.
  public var formatMinor: Int
  /// The number by which the best checkpoints are kept; `nil` if there was no evaluation.
  public var retentionMetric: Double?

  /// The digest as 64 hexadecimal digits.
  public var digestText: String { hexadecimal(digest) }

  private static let blockVersion: UInt32 = 1
  private static let checksumOffset = 508

  init(length: Int, digest: [UInt8], step: Int, created: Date, retentionMetric: Double?) {
    self.length = length
    self.digest = digest
    self.step = step
    self.created = created
    self.formatMajor = Int(CheckpointLayout.major)
    self.formatMinor = Int(CheckpointLayout.minor)
    self.retentionMetric = retentionMetric
  }

  /// Fills the first 512 bytes of `file`.
  func write(to file: UnsafeMutableRawBufferPointer) {
    for index in 0..<CheckpointLimits.headerSize { file[index] = 0 }
    for (index, byte) in CheckpointLayout.magic.enumerated() { file[index] = byte }
    for (index, byte) in digest.enumerated() { file[24 + index] = byte }
    let milliseconds = (created.timeIntervalSince1970 * 1000).rounded()
    Self.put(Self.blockVersion, at: 8, in: file)
    Self.put(UInt32(CheckpointLimits.headerSize), at: 12, in: file)
    Self.put(UInt64(length), at: 16, in: file)
    Self.put(UInt64(step), at: 56, in: file)
    Self.put(UInt64(exactly: milliseconds) ?? 0, at: 64, in: file)
    Self.put(UInt32(formatMajor), at: 72, in: file)
    Self.put(UInt32(formatMinor), at: 76, in: file)
    Self.put((retentionMetric ?? .nan).bitPattern, at: 80, in: file)
    let covered = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(file)[..<Self.checksumOffset])
    Self.put(crc32c(covered), at: Self.checksumOffset, in: file)
  }

  /// Reads the header from the beginning of a file of `fileLength` bytes, of which `bytes` holds the first ones.
  ///
  /// - Throws: `CheckpointError` of kind `notACheckpoint`, `truncated`, `damagedHeader` or `newerVersion`.
  init(_ bytes: UnsafeRawBufferPointer, fileLength: Int) throws {
    let magic = CheckpointLayout.magic
    guard bytes.count >= magic.count, bytes.prefix(magic.count).elementsEqual(magic) else {
      throw Self.notACheckpoint(bytes, fileLength: fileLength)
    }
    guard bytes.count >= CheckpointLimits.headerSize else {
      throw CheckpointError(
        .truncated, "the file ends after \(fileLength) bytes, inside its header of \(CheckpointLimits.headerSize)",
        advice: "Use an earlier checkpoint.")
    }
    let covered = UnsafeRawBufferPointer(rebasing: bytes[..<Self.checksumOffset])
    guard crc32c(covered) == Self.get(UInt32.self, at: Self.checksumOffset, in: bytes) else {
      throw CheckpointError(
        .damagedHeader, "the header does not match its checksum: the file is damaged",
        advice: "Use an earlier checkpoint.")
    }
    formatMajor = Int(Self.get(UInt32.self, at: 72, in: bytes))
    formatMinor = Int(Self.get(UInt32.self, at: 76, in: bytes))
    guard Self.get(UInt32.self, at: 8, in: bytes) == Self.blockVersion,
      Self.get(UInt32.self, at: 12, in: bytes) == UInt32(CheckpointLimits.headerSize),
      formatMajor <= Int(CheckpointLayout.major)
    else { throw Self.newer(major: formatMajor, minor: formatMinor) }
    guard let length = Int(exactly: Self.get(UInt64.self, at: 16, in: bytes)),
      let step = Int(exactly: Self.get(UInt64.self, at: 56, in: bytes)), formatMajor == Int(CheckpointLayout.major)
    else {
      throw CheckpointError(.damagedHeader, "the header declares an impossible length, step or version")
    }
    self.length = length
    self.step = step
    digest = Array(bytes[24..<56])
    let milliseconds = Self.get(UInt64.self, at: 64, in: bytes)
    created = Date(timeIntervalSince1970: Double(milliseconds) / 1000)
    let metric = Double(bitPattern: Self.get(UInt64.self, at: 80, in: bytes))
    retentionMetric = metric.isNaN ? nil : metric
  }

  /// The error for a layout that this version cannot read.
  static func newer(major: Int, minor: Int) -> CheckpointError {
    CheckpointError(
      .newerVersion,
      "has the layout \(major).\(minor); this version of the library reads \(CheckpointLayout.major).x",
      advice: "Update the library, or use the version that wrote the file.")
  }

  private static func put<Number: FixedWidthInteger>(
    _ number: Number, at offset: Int, in file: UnsafeMutableRawBufferPointer
  ) {
    file.storeBytes(of: number.littleEndian, toByteOffset: offset, as: Number.self)
  }

  private static func get<Number: FixedWidthInteger & BitwiseCopyable>(
    _ type: Number.Type, at offset: Int, in bytes: UnsafeRawBufferPointer
  ) -> Number {
    Number(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type))
  }
}

extension CheckpointHeader {
  /// Says what a file that is no checkpoint looks like.
  private static func notACheckpoint(_ bytes: UnsafeRawBufferPointer, fileLength: Int) -> CheckpointError {
    func begins(_ prefix: [UInt8], at start: Int = 0) -> Bool {
      bytes.count >= start + prefix.count && bytes[start..<(start + prefix.count)].elementsEqual(prefix)
    }
    let problem: String
    var advice = "Name a file that this library wrote."
    if fileLength == 0 {
      problem = "the file is empty"
      advice = "Use an earlier checkpoint."
    } else if begins(CheckpointLayout.superblockSignature) || begins(CheckpointLayout.superblockSignature, at: 512) {
      problem = "is an HDF5 file, but no checkpoint of this library: it has not the header of 512 bytes"
      advice = "A copy made with h5repack needs the option --user-block, or use the original file."
    } else if begins([0x50, 0x4b, 0x03, 0x04]) {
      problem = "is a ZIP archive (PyTorch, Keras and NumPy write such files), not a checkpoint of this library"
    } else if fileLength < CheckpointLimits.headerSize {
      problem = "is too short to be a checkpoint: \(fileLength) bytes"
    } else if bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7f || (0x09...0x0d).contains($0) }) {
      problem = "looks like a text file, not a checkpoint"
    } else {
      problem = "is no checkpoint: it does not begin with RIVALCK"
    }
    return CheckpointError(.notACheckpoint, problem, advice: advice)
  }
}
