import Adversarial
import Tensors

extension Samples {
  /// The numbers of `count` real samples, row major: batch `index` under `key`.
  ///
  /// Of finite data, batch 0 of as many samples as there are is each sample once.
  public func drawn(_ count: Int, batch index: Int = 0, key: Key) -> [Float] {
    let size = count * sampleShape.reduce(1, *)
    return [Float](unsafeUninitializedCapacity: size) { buffer, initialized in
      buffer.initialize(repeating: 0)
      fill(UnsafeMutableBufferPointer(rebasing: buffer[..<size]), batch: index, size: count, key: key)
      initialized = size
    }
  }
}
