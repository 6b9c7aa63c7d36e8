/// A diagnostic that could not be computed, or a question that has no answer here.
public struct DiagnosticsError: Error, CustomStringConvertible, Equatable {
  /// What, where, with what, and what to try.
  public var description: String

  public init(_ description: String) { self.description = description }
}
