/// What ``CheckpointFile/examine(_:)`` found in a file.
public struct CheckpointExamination: Sendable {
  /// The file.
  public var path: String
  /// The length that the file has, in bytes.
  public var fileLength = 0
  /// The header; `nil` where there is no sound one.
  public var header: CheckpointHeader?
  /// What the file holds; `nil` where its structure is broken.
  public var contents: CheckpointContents?
  /// All that is wrong with it, each with the object and the place where it is known.
  public var problems: [CheckpointError] = []

  init(path: String) { self.path = path }

  /// Whether nothing is wrong.
  public var isValid: Bool { problems.isEmpty }
}
