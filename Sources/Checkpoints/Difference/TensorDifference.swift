extension CheckpointDifference.Tensor {
  /// Compares two tensors; `nil` when they are the same.
  init?(path: String, _ left: StoredTensor?, _ right: StoredTensor?) {
    func text(_ tensor: StoredTensor) -> String { "\(tensor.type.rawValue) \(tensor.shape)" }
    guard let left, let right else {
      if left == nil && right == nil { return nil }
      self.init(
        path: path, kind: left == nil ? .missingOnLeft : .missingOnRight, left: left.map(text), right: right.map(text))
      return
    }
    if left.type == right.type, left.shape == right.shape {
      if left.bytes == right.bytes { return nil }
      let found = Self.elements(left, right)
      self.init(
        path: path, kind: .values, left: text(left), right: text(right), differingElements: found.count,
        elements: left.bytes.count / left.type.size, maximumAbsoluteDifference: found.largest,
        firstIndex: Self.index(of: found.first, shape: left.shape))
      // How far digests are apart says nothing.
      if isOfDigests { maximumAbsoluteDifference = nil }
    } else {
      self.init(path: path, kind: left.type == right.type ? .shape : .type, left: text(left), right: text(right))
    }
  }

  /// Whether it belongs to the digests of earlier states.
  var isOfDigests: Bool { path.hasPrefix("/\(CheckpointLayout.digestsGroup)/") }

  private typealias Found = (count: Int, first: Int, largest: Double?)

  private static func elements(_ left: StoredTensor, _ right: StoredTensor) -> Found {
    switch left.type {
    case .float32: elements(left, right) { (a: UInt32, b) in gap(Float(bitPattern: a), Float(bitPattern: b)) }
    case .float64: elements(left, right) { (a: UInt64, b) in gap(Double(bitPattern: a), Double(bitPattern: b)) }
    case .int32: elements(left, right) { (a: Int32, b) in gap(a, b) }
    case .int64: elements(left, right) { (a: Int64, b) in gap(a, b) }
    case .uint8: elements(left, right) { (a: UInt8, b) in gap(a, b) }
    case .uint32: elements(left, right) { (a: UInt32, b) in gap(a, b) }
    case .uint64: elements(left, right) { (a: UInt64, b) in gap(a, b) }
    }
  }

  /// Looks at all elements as bits; `gap` gives how far two are apart, `nil` when one is not finite.
  private static func elements<Bits: FixedWidthInteger & BitwiseCopyable>(
    _ left: StoredTensor, _ right: StoredTensor, _ gap: (Bits, Bits) -> Double?
  ) -> Found {
    var found: Found = (0, 0, nil)
    left.bytes.withUnsafeBytes { first in
      right.bytes.withUnsafeBytes { second in
        let size = MemoryLayout<Bits>.size
        for element in 0..<(Swift.min(first.count, second.count) / size) {
          let a = first.loadUnaligned(fromByteOffset: element * size, as: Bits.self)
          let b = second.loadUnaligned(fromByteOffset: element * size, as: Bits.self)
          if a == b { continue }
          if found.count == 0 { found.first = element }
          found.count += 1
          if let gap = gap(a, b) { found.largest = Swift.max(found.largest ?? 0, gap) }
        }
      }
    }
    return found
  }

  /// `nil` unless the difference is a number that JSON can hold.
  private static func gap<Number: BinaryFloatingPoint>(_ a: Number, _ b: Number) -> Double? {
    let gap = abs(Double(a) - Double(b))
    return gap.isFinite ? gap : nil
  }

  private static func gap<Number: FixedWidthInteger>(_ a: Number, _ b: Number) -> Double? {
    Double((a > b ? a &- b : b &- a).magnitudeOfWrapped)
  }

  private static func index(of element: Int, shape: [Int]) -> [Int] {
    var left = element
    var result: [Int] = []
    for extent in shape.reversed() where extent > 0 {
      result.append(left % extent)
      left /= extent
    }
    return result.reversed()
  }
}

extension FixedWidthInteger {
  /// The bits as an unsigned number: the true gap after a wrapped subtraction of the smaller from the larger.
  fileprivate var magnitudeOfWrapped: Magnitude { Magnitude(truncatingIfNeeded: self) }
}
