/// A decomposition that did not come to an end, or a problem that has no answer.
public struct LinearAlgebraError: Error, CustomStringConvertible, Equatable {
  /// What, with what, and what to try.
  public var description: String

  public init(_ description: String) { self.description = description }
}
