/// The forms of floating-point numbers that weights are kept in.
public enum FloatFormat: Sendable {
  case float16, bfloat16, float32, float64

  /// Bytes of one number.
  public var size: Int {
    switch self {
    case .float16, .bfloat16: 2
    case .float32: 4
    case .float64: 8
    }
  }
}

extension StoredTensor {
  /// A tensor of the numbers that `bytes` hold, row-major and little-endian; half precision becomes float32.
  ///
  /// - Returns: `nil` where the bytes do not fill the shape.
  public init?(path: String, shape: [Int], bytes: [UInt8], format: FloatFormat) {
    var count = format.size
    for extent in shape {
      let (next, overflow) = count.multipliedReportingOverflow(by: extent)
      guard !overflow, extent >= 0 else { return nil }
      count = next
    }
    guard count == bytes.count else { return nil }
    switch format {
    case .float32: self.init(path: path, type: .float32, shape: shape, bytes: bytes)
    case .float64: self.init(path: path, type: .float64, shape: shape, bytes: bytes)
    case .float16, .bfloat16:
      let half = format == .float16 ? HDF5Float.half : HDF5Float.brain
      self.init(
        path: path, shape: shape,
        values: (0..<bytes.count / 2).map { half.value(UInt128(bytes[2 * $0]) | UInt128(bytes[2 * $0 + 1]) << 8) as Float })
    }
  }
}
