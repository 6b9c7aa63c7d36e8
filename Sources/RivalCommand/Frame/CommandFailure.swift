/// What a command cannot do, and what to try: one short paragraph.
public struct CommandFailure: Error, Sendable, CustomStringConvertible, Equatable {
  public let description: String

  /// Creates a failure with its text, which begins in lower case and needs no full stop.
  public init(_ description: String) {
    self.description = description
  }
}
