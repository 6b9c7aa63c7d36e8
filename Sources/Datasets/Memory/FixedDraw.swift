import Adversarial
import Tensors

/// A fixed, finite draw from a distribution: what training has where data is scarce. The distribution itself stays for comparison.
struct FixedDraw: Samples {
  let sampleShape: [Int]
  let fingerprint: String
  let modes: ModeDescription?
  let heldOut: (any Samples)?
  private let values: [Float]
  private let size: Int

  var count: Int? { values.count / size }

  init(of distribution: any Samples, count: Int) {
    let size = distribution.sampleShape.reduce(1, *)
    var values = [Float](repeating: 0, count: count * size)
    values.withUnsafeMutableBufferPointer {
      distribution.fill($0, batch: 0, size: count, key: Key(seed: 0).derived("fixed draw"))
    }
    self.values = values
    self.size = size
    sampleShape = distribution.sampleShape
    fingerprint = ContentDigest.hexadecimal(of: "\(distribution.fingerprint) \(count)")
    modes = distribution.modes
    heldOut = distribution
  }

  func fill(_ buffer: UnsafeMutableBufferPointer<Float>, batch index: Int, size batchSize: Int, key: Key) {
    precondition(buffer.count == batchSize * size, "the buffer holds \(buffer.count) numbers, not \(batchSize) × \(size)")
    EpochOrder(count: values.count / size, key: key).forEach(batch: index, size: batchSize) { place, sample in
      for element in 0..<size { buffer[place * size + element] = values[sample * size + element] }
    }
  }
}
