import Foundation
import Tensors

/// Random choices that metrics make: functions of a key alone.
public enum RandomOrder {
  /// `0..<count` in a random order: sorted by independent draws.
  public static func permutation(of count: Int, key: Key) -> [Int] {
    let draws = uniform(count: count, key: key)
    return (0..<count).sorted { (draws[$0], $0) < (draws[$1], $1) }
  }

  /// Independent uniform numbers in [0, 1), with 53 bits each.
  public static func uniform(count: Int, key: Key) -> [Double] {
    (0..<count).map { index in
      let high = UInt64(key.bits(element: 2 * index)) << 21
      let low = UInt64(key.bits(element: 2 * index + 1)) >> 11
      return Double(high | low) * 0x1p-53
    }
  }

  /// Independent standard normal numbers, by Box and Muller's transformation.
  public static func normal(count: Int, key: Key) -> [Double] {
    let uniform = uniform(count: count + count % 2, key: key)
    var result: [Double] = []
    for index in stride(from: 0, to: uniform.count, by: 2) {
      let radius = (-2 * log(uniform[index] + 0x1p-54)).squareRoot()
      let angle = 2 * Double.pi * uniform[index + 1]
      result += [radius * cos(angle), radius * sin(angle)]
    }
    return Array(result.prefix(count))
  }
}
