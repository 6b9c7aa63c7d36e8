/// What a comparison of a file with its header found.
public struct CheckpointVerification: Sendable, Equatable {
  /// How the file compares with what its header recorded.
  public enum State: Sendable, Equatable {
    /// Length and digest match.
    case valid
    /// So many bytes are missing at the end.
    case truncated(by: Int)
    /// So many bytes were appended.
    case extended(by: Int)
    /// The length matches, the digest does not: the file has this one (64 hexadecimal digits).
    case changed(digest: String)
  }

  /// The header, which matched its own checksum.
  public var header: CheckpointHeader
  /// The length that the file has, in bytes.
  public var fileLength: Int
  /// The result.
  public var state: State

  /// Whether length and digest match.
  public var isValid: Bool { state == .valid }

  /// The error that reading the file would give; `nil` when it is valid.
  public var error: CheckpointError? {
    switch state {
    case .valid: nil
    case .truncated(let missing):
      CheckpointError(
        .truncated, "the file is cut short: \(fileLength) of \(header.length) bytes, \(missing) missing",
        advice: "Copy it again, or use an earlier checkpoint; if another tool repacked it on purpose, read it as edited (--edited).")
    case .extended(let added):
      CheckpointError(
        .extended, "the file has \(added) bytes more than the \(header.length) it was written with",
        advice: "If another tool changed it on purpose, read it as edited (--edited).")
    case .changed(let digest):
      CheckpointError(
        .damagedContents, "the contents do not match their digest: damaged, or changed by another tool",
        cause: "SHA-256 \(digest.prefix(16))…, recorded \(header.digestText.prefix(16))…",
        advice: "Use an earlier checkpoint; if another tool changed it on purpose, read it as edited (--edited).")
    }
  }
}
