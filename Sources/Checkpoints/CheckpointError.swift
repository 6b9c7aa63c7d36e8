/// What went wrong with a checkpoint: what, in which file and object, why, and what to try.
public struct CheckpointError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The kind of failure, for callers that act on it.
  public enum Kind: String, Sendable, Equatable {
    /// No file has that path.
    case missing
    /// The path names a directory, a device or a link where a plain file is wanted.
    case notAFile
    /// The system refused to open, read, list or lock.
    case unreadable
    /// The file is no checkpoint of this library.
    case notACheckpoint
    /// A later version of the library wrote the file, in a layout that this version cannot read.
    case newerVersion
    /// The file is shorter than when it was written.
    case truncated
    /// The file is longer than when it was written.
    case extended
    /// The 512-byte header does not match its own checksum.
    case damagedHeader
    /// The bytes of the file do not match their digest.
    case damagedContents
    /// An object in the file has a form that a checkpoint never has; it was not read.
    case refused
    /// What was given to be written cannot be: a bad path, a wrong size, a name used twice.
    case invalidContents
    /// Writing did not succeed; files that were there before are untouched.
    case writeFailed
    /// Another process holds the directory.
    case locked
    /// The directory has checkpoints, none of which can be read.
    case noneReadable
    /// A setting is outside its range.
    case invalidSetting
  }

  /// The kind of failure.
  public var kind: Kind
  /// What is wrong, as one clause.
  public var problem: String
  /// The path of the file or directory, if one is concerned.
  public var file: String?
  /// The object inside the file, such as `/generator/params/00_dense/weight`, if one is concerned.
  public var object: String?
  /// The reason given by the system or by libhdf5, if there is one.
  public var cause: String?
  /// What to try, as one sentence.
  public var advice: String?

  /// Creates an error; `kind` and `problem` are always needed.
  public init(
    _ kind: Kind, _ problem: String, file: String? = nil, object: String? = nil, cause: String? = nil,
    advice: String? = nil
  ) {
    self.kind = kind
    self.problem = problem
    self.file = file
    self.object = object
    self.cause = cause
    self.advice = advice
  }

  /// One short paragraph: file, object, problem, cause, advice.
  public var description: String {
    var text = ""
    if let file { text += "\(file): " }
    if let object { text += "\(object): " }
    text += problem
    if let cause { text += " (\(cause))" }
    text += "."
    if let advice { text += " \(advice)" }
    return text
  }

  /// The same error, said of `file` unless it names one already.
  func inFile(_ file: String) -> CheckpointError {
    var copy = self
    if copy.file == nil { copy.file = file }
    return copy
  }
}

/// Runs `body`; a `CheckpointError` that names no file leaves with `file`.
func namingFile<Result>(_ file: String, _ body: () throws -> Result) throws -> Result {
  do {
    return try body()
  } catch let error as CheckpointError {
    throw error.inFile(file)
  }
}
