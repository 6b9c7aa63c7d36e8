extension HDF5Type {
  /// Whether elements are numbers that ``floats(_:into:)`` can convert.
  var isNumber: Bool {
    switch form {
    case .integer, .float: true
    case .text, .other: false
    }
  }

  /// Converts as many elements as `result` has room for, from the beginning of `bytes`, each to the nearest float32.
  func floats(_ bytes: UnsafeRawBufferPointer, into result: UnsafeMutableBufferPointer<Float>) {
    switch (form, size) {
    case (.integer(isSigned: false), 1): convert(bytes, UInt8.self, result) { Float($0) }
    case (.integer(isSigned: false), 2): convert(bytes, UInt16.self, result) { Float($0) }
    case (.integer(isSigned: false), 4): convert(bytes, UInt32.self, result) { Float($0) }
    case (.integer(isSigned: false), 8): convert(bytes, UInt64.self, result) { Float($0) }
    case (.integer(isSigned: true), 1): convert(bytes, Int8.self, result) { Float($0) }
    case (.integer(isSigned: true), 2): convert(bytes, Int16.self, result) { Float($0) }
    case (.integer(isSigned: true), 4): convert(bytes, Int32.self, result) { Float($0) }
    case (.integer(isSigned: true), 8): convert(bytes, Int64.self, result) { Float($0) }
    case (.float(.single), 4): convert(bytes, UInt32.self, result) { Float(bitPattern: $0) }
    case (.float(.double), 8): convert(bytes, UInt64.self, result) { Float(Double(bitPattern: $0)) }
    case (.float(let form), _):
      for index in 0..<min(result.count, bytes.count / size) {
        var bits: UInt128 = 0
        for byte in 0..<size {
          let place = index * size + (isBigEndian ? size - 1 - byte : byte)
          bits |= UInt128(bytes[place]) << UInt128(8 * byte)
        }
        result[index] = form.value(bits)
      }
    default: break
    }
  }

  private func convert<Bits: FixedWidthInteger & BitwiseCopyable>(
    _ bytes: UnsafeRawBufferPointer, _ type: Bits.Type, _ result: UnsafeMutableBufferPointer<Float>, _ value: (Bits) -> Float
  ) {
    let width = MemoryLayout<Bits>.size
    for index in 0..<min(result.count, bytes.count / width) {
      let bits = bytes.loadUnaligned(fromByteOffset: index * width, as: Bits.self)
      result[index] = value(isBigEndian ? Bits(bigEndian: bits) : Bits(littleEndian: bits))
    }
  }
}
