import Adversarial
import Tensors

/// Images kept as bytes, a quarter of the memory of floats, and scaled to [-1, 1] as they are drawn.
struct ByteImages: Samples {
  let sampleShape: [Int]
  let fingerprint: String
  let heldOut: (any Samples)?
  private let bytes: [UInt8]
  private let size: Int
  /// `value / 127.5 − 1` for each byte: −1, …, 1, both ends exact.
  private let scaled: [Float]

  var count: Int? { bytes.count / size }

  /// Takes at least one image of `sampleShape` (`[rows, columns, channels]`), row major.
  init(bytes: [UInt8], sampleShape: [Int], heldOut: (any Samples)? = nil) {
    let size = sampleShape.reduce(1, *)
    precondition(size > 0 && !bytes.isEmpty && bytes.count.isMultiple(of: size), "bytes are not whole images")
    var digest = ContentDigest()
    for extent in sampleShape { digest.absorb(extent) }
    digest.absorb(bytes)
    self.bytes = bytes
    self.heldOut = heldOut
    self.sampleShape = sampleShape
    self.size = size
    fingerprint = digest.hexadecimal
    scaled = (0...255).map { Float(Double($0) / 127.5 - 1) }
  }

  func fill(_ buffer: UnsafeMutableBufferPointer<Float>, batch index: Int, size batchSize: Int, key: Key) {
    precondition(
      buffer.count == batchSize * size, "the buffer holds \(buffer.count) numbers, not \(batchSize) × \(size)")
    let order = EpochOrder(count: bytes.count / size, key: key)
    bytes.withUnsafeBufferPointer { source in
      scaled.withUnsafeBufferPointer { table in
        order.forEach(batch: index, size: batchSize) { place, sample in
          for element in 0..<size { buffer[place * size + element] = table[Int(source[sample * size + element])] }
        }
      }
    }
  }
}
