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

  /// The number that an element of this type holds when it is given `value`: floats round; int32 truncates toward zero and saturates, NaN
  /// gives 0; bool is 1 where the value is not 0.
  public func rounded(_ value: Double) -> Double {
    switch self {
    case .float32: Double(Float(value))
    case .float64: value
    case .int32: value.isNaN ? 0 : Swift.min(Swift.max(value.rounded(.towardZero), Double(Int32.min)), Double(Int32.max)) + 0
    case .bool: value == 0 ? 0 : 1
    }
  }

  /// The element that `bytes` begin with.
  public func load(_ bytes: UnsafeRawBufferPointer) -> Double {
    switch self {
    case .float32: Double(bytes.load(as: Float.self))
    case .float64: bytes.load(as: Double.self)
    case .int32: Double(bytes.load(as: Int32.self))
    case .bool: Double(bytes.load(as: UInt8.self))
    }
  }

  /// Writes one element with the given value.
  public func store(_ value: Double, in bytes: UnsafeMutableRawBufferPointer) {
    switch self {
    case .float32: bytes.storeBytes(of: Float(value), as: Float.self)
    case .float64: bytes.storeBytes(of: value, as: Double.self)
    case .int32: bytes.storeBytes(of: Int32(rounded(value)), as: Int32.self)
    case .bool: bytes.storeBytes(of: value == 0 ? 0 : 1, as: UInt8.self)
    }
  }

  /// The elements that `bytes` hold, as doubles.
  public func doubles(in bytes: UnsafeRawBufferPointer) -> [Double] {
    switch self {
    case .float32: bytes.bindMemory(to: Float.self).map(Double.init)
    case .float64: Array(bytes.bindMemory(to: Double.self))
    case .int32: bytes.bindMemory(to: Int32.self).map(Double.init)
    case .bool: bytes.map { Double($0) }
    }
  }

  /// Writes `values`, one element after the other.
  public func store(_ values: [Double], in bytes: UnsafeMutableRawBufferPointer) {
    for (index, value) in values.enumerated() {
      store(value, in: UnsafeMutableRawBufferPointer(rebasing: bytes[(index * byteCount)...]))
    }
  }

  /// Whether the type is a floating-point type, and so differentiable.
  public var isFloatingPoint: Bool { self == .float32 || self == .float64 }
}
