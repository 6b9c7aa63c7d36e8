/// What kept a network from going to or coming from another program: what, where, and what to try.
public struct ExchangeError: Error, Sendable, CustomStringConvertible, Equatable {
  public let description: String

  public init(_ description: String) {
    self.description = description
  }
}
