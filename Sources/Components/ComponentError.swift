/// A component, field or value that does not exist or makes no sense: what, where, and what to try.
public struct ComponentError: Error, CustomStringConvertible, Sendable, Equatable {
  public let description: String
  /// The name that the registry does not have, where that is what is wrong.
  public private(set) var unknownName: String?

  public init(_ description: String) {
    self.description = description
  }

  /// A name that no component of the registry has.
  public init(unknownName: String, _ description: String) {
    self.description = description
    self.unknownName = unknownName
  }

  /// A field's value is out of its range.
  ///
  /// `ComponentError(component: "dropout", field: "rate", value: 1.5, expected: "a number in [0, 1)")`
  public init(component: String, field: String, value: Any, expected: String) {
    self.description = "\(component): field '\(field)' is \(value), but must be \(expected)"
  }
}
