import Rival

extension JSONValue {
  /// A number as JSON can hold it: `null` where it is not finite.
  static func finite(_ value: Double) -> JSONValue { value.isFinite ? .number(value) : .null }

  /// An integer.
  static func count(_ value: Int) -> JSONValue { .integer(Int64(value)) }

  /// A text, or `null`.
  static func optional(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
}
