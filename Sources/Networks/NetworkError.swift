/// A model that cannot be built or run: what, where in the model, and what to try.
public struct NetworkError: Error, Sendable, CustomStringConvertible, Equatable {
  public let description: String

  public init(_ description: String) {
    self.description = description
  }
}
