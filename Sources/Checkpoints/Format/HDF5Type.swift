/// The type of the elements of a dataset or an attribute.
struct HDF5Type: Equatable {
  /// What an element is.
  enum Form: Equatable {
    case integer(isSigned: Bool)
    case float(HDF5Float)
    /// Text of fixed length.
    case text
    /// What is not read.
    case other
  }

  let form: Form
  /// Bytes of an element, at least 1.
  let size: Int
  let isBigEndian: Bool

  /// Reads the message of a type.
  init(_ body: ByteReader) throws {
    var reader = body
    let first = try reader.integer(1)
    let bits = try reader.integer(3)
    size = try reader.integer(4)
    guard size > 0 else { throw body.damaged("a type has elements of 0 bytes") }
    var isBigEndian = bits & 1 != 0
    switch first & 15 {
    case 0:
      let offset = try reader.integer(2)
      let precision = try reader.integer(2)
      form = [1, 2, 4, 8].contains(size) && offset == 0 && precision == 8 * size ? .integer(isSigned: bits & 8 != 0) : .other
    case 1:
      let float = try HDF5Float(&reader, size: size, bits: bits)
      form = float.map(Form.float) ?? .other
    case 3: (form, isBigEndian) = (.text, false)
    default: (form, isBigEndian) = (.other, false)
    }
    self.isBigEndian = isBigEndian
  }

  /// The stored type that this is, bit for bit.
  var stored: StoredType? {
    guard !isBigEndian else { return nil }
    return switch (form, size) {
    case (.float(.single), 4): .float32
    case (.float(.double), 8): .float64
    case (.integer(isSigned: true), 4): .int32
    case (.integer(isSigned: true), 8): .int64
    case (.integer(isSigned: false), 1): .uint8
    case (.integer(isSigned: false), 4): .uint32
    case (.integer(isSigned: false), 8): .uint64
    default: nil
    }
  }
}

/// Where sign, exponent and mantissa of a floating-point number lie.
struct HDF5Float: Equatable {
  let signAt: Int
  let exponentAt: Int
  let exponentSize: Int
  let mantissaAt: Int
  let mantissaSize: Int
  let bias: Int
  /// Whether the leading one is left out.
  let hidesLeadingOne: Bool

  static let single = HDF5Float(
    signAt: 31, exponentAt: 23, exponentSize: 8, mantissaAt: 0, mantissaSize: 23, bias: 127, hidesLeadingOne: true)
  static let double = HDF5Float(
    signAt: 63, exponentAt: 52, exponentSize: 11, mantissaAt: 0, mantissaSize: 52, bias: 1023, hidesLeadingOne: true)

  /// IEEE 754 binary16.
  static let half = HDF5Float(
    signAt: 15, exponentAt: 10, exponentSize: 5, mantissaAt: 0, mantissaSize: 10, bias: 15, hidesLeadingOne: true)
  /// bfloat16: the upper half of a float32.
  static let brain = HDF5Float(
    signAt: 15, exponentAt: 7, exponentSize: 8, mantissaAt: 0, mantissaSize: 7, bias: 127, hidesLeadingOne: true)

  init(
    signAt: Int, exponentAt: Int, exponentSize: Int, mantissaAt: Int, mantissaSize: Int, bias: Int, hidesLeadingOne: Bool
  ) {
    (self.signAt, self.exponentAt, self.exponentSize) = (signAt, exponentAt, exponentSize)
    (self.mantissaAt, self.mantissaSize, self.bias, self.hidesLeadingOne) = (mantissaAt, mantissaSize, bias, hidesLeadingOne)
  }

  /// `nil` for forms that are not read: other byte orders than two, more than 16 bytes, fields that overlap the end.
  fileprivate init?(_ reader: inout ByteReader, size: Int, bits: Int) throws {
    try reader.skip(4)
    exponentAt = try reader.integer(1)
    exponentSize = try reader.integer(1)
    mantissaAt = try reader.integer(1)
    mantissaSize = try reader.integer(1)
    bias = try reader.integer(4)
    signAt = bits >> 8 & 0xff
    hidesLeadingOne = bits >> 4 & 3 == 2
    let width = 8 * size
    guard bits & 0x40 == 0, size <= 16, (1...15).contains(exponentSize), (1...112).contains(mantissaSize), signAt < width,
      exponentAt + exponentSize <= width, mantissaAt + mantissaSize <= width
    else { return nil }
  }

  /// The number that `bits` stand for, rounded to the nearest float32.
  func value(_ bits: UInt128) -> Float {
    func field(_ at: Int, _ size: Int) -> UInt128 { bits >> UInt128(at) & (1 << UInt128(size) - 1) }
    let exponent = Int(field(exponentAt, exponentSize))
    var mantissa = field(mantissaAt, mantissaSize)
    let isNegative = field(signAt, 1) != 0
    var magnitude: Double
    if exponent == 1 << exponentSize - 1 {
      let fraction = hidesLeadingOne ? mantissa : mantissa & (1 << UInt128(mantissaSize - 1) - 1)
      magnitude = fraction == 0 ? .infinity : .nan
    } else {
      if hidesLeadingOne, exponent != 0 { mantissa |= 1 << UInt128(mantissaSize) }
      var power = max(exponent, 1) - bias - (hidesLeadingOne ? mantissaSize : mantissaSize - 1)
      // 53 bits are kept; the last one says whether any that fell off was set, so that rounding once more is rounding once.
      let excess = max(0, 128 - mantissa.leadingZeroBitCount - 53)
      if excess > 0 {
        let rest = mantissa & (1 << UInt128(excess) - 1)
        mantissa = mantissa >> UInt128(excess) | (rest == 0 ? 0 : 1)
        power += excess
      }
      magnitude = Double(sign: .plus, exponent: min(max(power, -1200), 1200), significand: Double(UInt64(mantissa)))
    }
    if isNegative { magnitude = -magnitude }
    return Float(magnitude)
  }
}

/// The shape of a dataset or an attribute.
struct HDF5Space: Equatable {
  /// The extents; empty for a single element.
  let extents: [Int]
  /// How far each axis may grow; `nil` for as far as one likes.
  let maxima: [Int?]
  /// Whether there is no element at all, not even one.
  let isNull: Bool

  /// Reads the message of a shape.
  init(_ body: ByteReader) throws {
    var reader = body
    let version = try reader.integer(1)
    let rank = try reader.integer(1)
    let flags = try reader.integer(1)
    guard version == 1 || version == 2, rank <= 32 else { throw body.damaged("a shape has version \(version) and \(rank) axes") }
    let kind = try reader.integer(1)
    if version == 1 { try reader.skip(4) }
    isNull = version == 2 && kind == 2
    extents = try (0..<rank).map { _ in try reader.integer(8) }
    if flags & 1 != 0 {
      maxima = try extents.map { extent in
        guard let most = try reader.address() else { return nil }
        guard most >= extent else { throw body.damaged("an axis of \(extent) may have at most \(most)") }
        return most
      }
    } else {
      maxima = extents
    }
  }
}
