/// The value of an attribute: a scalar or a short text.
public enum AttributeValue: Sendable {
  /// UTF-8 text without NUL, at most 60,000 bytes.
  case text(String)
  /// A signed integer of 64 bits.
  case integer(Int64)
  /// A float64; NaN keeps its bits.
  case real(Double)
  /// An unsigned byte, 0 or 1 for a truth value.
  case flag(UInt8)
  /// An unsigned integer of 32 bits.
  case unsigned(UInt32)
}

extension AttributeValue: Equatable {
  /// Equal in kind and in every bit: a NaN equals itself, and 0 does not equal -0.
  public static func == (left: AttributeValue, right: AttributeValue) -> Bool {
    switch (left, right) {
    case (.text(let a), .text(let b)): a.utf8.elementsEqual(b.utf8)
    case (.integer(let a), .integer(let b)): a == b
    case (.real(let a), .real(let b)): a.bitPattern == b.bitPattern
    case (.flag(let a), .flag(let b)): a == b
    case (.unsigned(let a), .unsigned(let b)): a == b
    default: false
    }
  }
}

extension AttributeValue: CustomStringConvertible {
  /// The value for people: text in quotes, numbers as they are.
  public var description: String {
    switch self {
    case .text(let value): "\"\(value)\""
    case .integer(let value): "\(value)"
    case .real(let value): "\(value)"
    case .flag(let value): "\(value)"
    case .unsigned(let value): "\(value)"
    }
  }
}

/// A named value on a group or a tensor.
public struct StoredAttribute: Sendable, Equatable {
  /// The name: 1 to 255 bytes of UTF-8, without NUL.
  public var name: String
  /// The value.
  public var value: AttributeValue

  /// Creates an attribute.
  public init(_ name: String, _ value: AttributeValue) {
    self.name = name
    self.value = value
  }
}
