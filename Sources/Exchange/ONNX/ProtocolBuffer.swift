// Protocol Buffers' wire format: fields in any order, each a number and a value of one of a few kinds.
// https://protobuf.dev/programming-guides/encoding/

/// A message in the making.
struct MessageWriter {
  private(set) var bytes: [UInt8] = []

  /// An integer, or truth value; negative ones in ten bytes.
  mutating func add(_ field: Int, _ value: Int) {
    varint(UInt64(field) << 3)
    varint(UInt64(bitPattern: Int64(value)))
  }

  mutating func add(_ field: Int, _ value: Float) {
    varint(UInt64(field) << 3 | 5)
    withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
  }

  mutating func add(_ field: Int, _ value: String) { add(field, Array(value.utf8)) }

  /// Bytes, or a message inside this one.
  mutating func add(_ field: Int, _ value: [UInt8]) {
    varint(UInt64(field) << 3 | 2)
    varint(UInt64(value.count))
    bytes += value
  }

  /// A message inside this one.
  mutating func add(_ field: Int, _ body: (inout MessageWriter) -> Void) {
    var message = MessageWriter()
    body(&message)
    add(field, message.bytes)
  }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}

/// The fields of a message, read from front to back. Nothing is copied but what is asked for, and a damaged message throws.
struct MessageReader {
  /// A field's value, as the wire tells it.
  enum Value {
    case integer(UInt64)
    case fixed(UInt64)
    case bytes(ArraySlice<UInt8>)
  }

  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) {
    rest = bytes
  }

  /// The next field; `nil` at the end.
  mutating func next() throws -> (field: Int, value: Value)? {
    guard !rest.isEmpty else { return nil }
    let key = try varint()
    guard key >> 3 > 0, key >> 3 < 1 << 29 else { throw damaged("a field has the number \(key >> 3)") }
    let field = Int(key >> 3)
    switch key & 7 {
    case 0: return (field, .integer(try varint()))
    case 1: return (field, .fixed(try number(8)))
    case 2:
      let length = try varint()
      guard length <= UInt64(rest.count) else { throw damaged("\(length) bytes are announced where \(rest.count) are left") }
      defer { rest = rest.dropFirst(Int(length)) }
      return (field, .bytes(rest.prefix(Int(length))))
    case 5: return (field, .fixed(try number(4)))
    default: throw damaged("a field is of the kind \(key & 7), which there is not")
    }
  }

  /// Integers one after the other, as packed repeated fields are.
  static func packed(_ bytes: ArraySlice<UInt8>) throws -> [UInt64] {
    var reader = MessageReader(bytes)
    var result: [UInt64] = []
    while !reader.rest.isEmpty { result.append(try reader.varint()) }
    return result
  }

  private mutating func varint() throws -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: 0, to: 64, by: 7) {
      guard let byte = rest.popFirst() else { throw damaged("it ends in the middle of a number") }
      value |= UInt64(byte & 0x7f) << UInt64(shift)
      if byte < 0x80 { return value }
    }
    throw damaged("a number has more than ten bytes")
  }

  private mutating func number(_ count: Int) throws -> UInt64 {
    guard rest.count >= count else { throw damaged("it ends in the middle of a number") }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private func damaged(_ problem: String) -> ExchangeError {
    ExchangeError("the file is damaged, or no ONNX model: at byte \(rest.startIndex) \(problem); write it again, or use another copy")
  }
}
