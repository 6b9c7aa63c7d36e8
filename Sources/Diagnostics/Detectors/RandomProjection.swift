import Tensors

/// A few fixed random directions that a large parameter vector is traced along: enough to see it rotate, drift or settle.
///
/// Coordinate j is Σ ±xᵢ with random signs that depend on the key alone, so that its mean square over keys is ‖x‖² (Achlioptas 2003). No
/// matrix is stored: 128 signs cost one call of the generator.
public struct RandomProjection: Sendable, Equatable {
  /// What the signs follow from.
  public let key: Key
  /// How many coordinates there are.
  public let count: Int

  /// Names `count` directions, at least 1; 3 by default.
  public init(key: Key, count: Int = 3) {
    precondition(count >= 1, "a projection needs a direction")
    self.key = key
    self.count = count
  }

  /// The coordinates of a whole vector.
  public func coordinates(of vector: [Float]) -> [Double] {
    var result = [Double](repeating: 0, count: count)
    vector.withUnsafeBufferPointer { add($0, offset: 0, to: &result) }
    return result
  }

  /// Adds the part of a vector that starts at element `offset` to `coordinates`.
  ///
  /// Parts that follow one another give the same bytes as the whole vector, wherever it is cut.
  ///
  /// - Parameters:
  ///   - part: any number of elements, such as one tensor's.
  ///   - offset: where the part starts in the vector, at least 0.
  ///   - coordinates: ``count`` sums, 0 at first.
  public func add(_ part: UnsafeBufferPointer<Float>, offset: Int, to coordinates: inout [Double]) {
    precondition(offset >= 0 && coordinates.count == count, "a projection to \(count) directions needs as many sums")
    for direction in 0..<count {
      let stream = key.derived(direction)
      let words = (UInt32(truncatingIfNeeded: stream.value), UInt32(truncatingIfNeeded: stream.value >> 32))
      var sum = coordinates[direction]
      var index = 0
      while index < part.count {
        let place = offset + index
        let block = UInt64(place / 128)
        let signs = Philox.words(
          counter: (UInt32(truncatingIfNeeded: block), UInt32(truncatingIfNeeded: block >> 32), 0, 0), key: words)
        let low = UInt64(signs.0) | UInt64(signs.1) << 32
        let high = UInt64(signs.2) | UInt64(signs.3) << 32
        let end = min(part.count, index + 128 - place % 128)
        for i in index..<end {
          let bit = (offset + i) % 128
          let sign = (bit < 64 ? low >> UInt64(bit) : high >> UInt64(bit - 64)) & 1
          let value = Double(part[i])
          sum += Double(bitPattern: value.bitPattern ^ sign << 63)
        }
        index = end
      }
      coordinates[direction] = sum
    }
  }
}
