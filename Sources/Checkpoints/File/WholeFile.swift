import Foundation

/// Files of other programs' formats, read and written as a whole.
public enum WholeFile {
  /// The bytes of a plain file.
  ///
  /// - Parameter limit: the most bytes that are read.
  /// - Throws: `CheckpointError`: `missing`, `notAFile` or `unreadable` for the file, `refused` where it is longer than the limit.
  public static func read(_ path: String, limit: Int = 2 << 30) throws -> [UInt8] {
    try namingFile(path) {
      let file = try FileDescriptor.reading(path)
      let length = Int(try file.status(path).st_size)
      guard length <= limit else {
        throw CheckpointError(.refused, "has \(length) bytes; at most \(limit) are read", advice: "Name the file that is meant.")
      }
      return try [UInt8](unsafeUninitializedCapacity: length) { buffer, filled in
        filled = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<length]), at: 0, path)
        guard filled == length else { throw CheckpointError(.truncated, "the file became shorter while it was read") }
      }
    }
  }

  /// Writes `bytes` to `path` in one step: at every moment either the old file or the whole new one is there. A checkpoint is not replaced.
  ///
  /// - Throws: `CheckpointError` of kind `writeFailed`; then an old file is as it was.
  public static func write(_ bytes: [UInt8], to path: String) throws {
    try bytes.withUnsafeBytes { try AtomicFile.write($0, to: path, replacesCheckpoint: false) }
  }
}
