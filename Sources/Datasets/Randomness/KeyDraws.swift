import Foundation
import Tensors

extension Key {
  /// Elements `4 * block ..< 4 * block + 4` of this stream at `step`, for the price of one: what a sample of a distribution is made of. Below step
  /// 2³² they are those of ``bits(element:step:)``; beyond it, where a round's own step ends, they go on without repeating.
  ///
  /// ```swift
  /// let words = key.words(block: place, step: index)  // of sample `place` of batch `index`
  /// let (x, y) = Draw.normals(words.0, words.1)
  /// ```
  public func words(block: Int, step: Int) -> (UInt32, UInt32, UInt32, UInt32) {
    Philox.words(
      counter: (
        UInt32(truncatingIfNeeded: block), UInt32(truncatingIfNeeded: block >> 32),
        UInt32(truncatingIfNeeded: step), UInt32(truncatingIfNeeded: step >> 32)
      ),
      key: (UInt32(truncatingIfNeeded: value), UInt32(truncatingIfNeeded: value >> 32)))
  }
}

/// Maps of uniformly distributed words to other distributions.
///
/// They are computed in float64, so that the float32 that is kept does not depend on the last bit of a machine's `cos`.
public enum Draw {
  /// A number in the open interval (0, 1).
  public static func uniform(_ word: UInt32) -> Double {
    (Double(word) + 0.5) * 0x1p-32
  }

  /// Two independent standard normal numbers (Box and Muller 1958); none is beyond 6.8.
  public static func normals(_ first: UInt32, _ second: UInt32) -> (Double, Double) {
    let radius = (-2 * log(uniform(first))).squareRoot()
    let angle = 2 * Double.pi * uniform(second)
    return (radius * cos(angle), radius * sin(angle))
  }
}
