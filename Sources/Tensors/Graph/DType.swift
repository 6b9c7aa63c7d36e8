/// The type of a tensor's elements.
public enum DType: String, Codable, CaseIterable, Sendable {
  /// 32-bit floating point: the default.
  case float32
  /// 64-bit floating point, for diagnostics and gradient checks.
  case float64
  /// 32-bit signed integers: indices, counters, random bits.
  case int32
  /// Truth values, one byte each.
  case bool

  /// Bytes of one element in memory.
  public var byteCount: Int {
    switch self {
    case .float32, .int32: 4
    case .float64: 8
    case .bool: 1
    }
  }

  /// Whether the type is a floating-point type, and so differentiable.
  public var isFloatingPoint: Bool { self == .float32 || self == .float64 }
}
