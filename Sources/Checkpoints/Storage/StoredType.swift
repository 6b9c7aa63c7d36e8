/// The element types of stored tensors, in the file always little-endian.
///
/// Booleans are stored as `uint8` 0 or 1 with the attribute `dtype` = `"bool"`.
public enum StoredType: String, Sendable, Codable, CaseIterable {
  /// IEEE 754 binary32.
  case float32
  /// IEEE 754 binary64.
  case float64
  /// Signed, two's complement, 32 bits.
  case int32
  /// Signed, two's complement, 64 bits.
  case int64
  /// Unsigned, 8 bits.
  case uint8
  /// Unsigned, 32 bits.
  case uint32
  /// Unsigned, 64 bits.
  case uint64

  /// Bytes of one element.
  public var size: Int {
    switch self {
    case .uint8: 1
    case .float32, .int32, .uint32: 4
    case .float64, .int64, .uint64: 8
    }
  }
}

/// A Swift number that a tensor can hold: `Float`, `Double`, `Int32`, `Int64`, `UInt8`, `UInt32` or `UInt64`.
public protocol StorableScalar: BitwiseCopyable, Sendable {
  /// The type of its elements in a file.
  static var storedType: StoredType { get }
}

extension Float: StorableScalar {
  /// `float32`.
  public static var storedType: StoredType { .float32 }
}
extension Double: StorableScalar {
  /// `float64`.
  public static var storedType: StoredType { .float64 }
}
extension Int32: StorableScalar {
  /// `int32`.
  public static var storedType: StoredType { .int32 }
}
extension Int64: StorableScalar {
  /// `int64`.
  public static var storedType: StoredType { .int64 }
}
extension UInt8: StorableScalar {
  /// `uint8`.
  public static var storedType: StoredType { .uint8 }
}
extension UInt32: StorableScalar {
  /// `uint32`.
  public static var storedType: StoredType { .uint32 }
}
extension UInt64: StorableScalar {
  /// `uint64`.
  public static var storedType: StoredType { .uint64 }
}
