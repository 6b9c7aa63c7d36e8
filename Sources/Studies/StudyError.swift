/// What keeps a study from being set up or going on: what, where, and what to try.
public struct StudyError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The whole text.
  public let description: String

  /// Creates an error from its text.
  public init(_ description: String) {
    self.description = description
  }
}
