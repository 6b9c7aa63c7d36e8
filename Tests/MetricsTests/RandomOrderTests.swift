import Foundation
import Metrics
import Tensors
import Testing

@Suite struct RandomOrderTests {
  /// Philox4x32-10 with a zero key and counter gives 6627e8d5 e169c58d bc57ac4c 9b00dbd8 (Salmon et al. 2011); uniform numbers are the
  /// upper 24 bits of each.
  @Test func uniformNumbersOfTheZeroKey() {
    let key = Key(value: 0)
    let words: [UInt32] = [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]
    for (element, expected) in [0.3990464211, 0.8805201650, 0.7357127666, 0.6054818034].enumerated() {
      #expect(key.bits(element: element) == words[element])
      #expect(key.uniform(element: element) == Float(words[element] >> 8) * 0x1p-24)
      #expect(agree(Double(key.uniform(element: element)), expected, 5e-11))
    }
    // Float64 takes two words each, 53 bits: the same number to 24 of them.
    let wide = RandomOrder.uniform(count: 2, key: key)
    #expect(agree(wide[0], 0.3990464211, 0x1p-24) && agree(wide[1], 0.7357127666, 0x1p-24))
  }

  /// Box and Muller's transformation of those: √(−2 ln u₁) (cos, sin)(2π u₂).
  @Test func normalNumbersOfTheZeroKey() {
    let key = Key(value: 0)
    let uniform = RandomOrder.uniform(count: 2, key: key)
    let radius = (-2 * log(uniform[0])).squareRoot()
    let normal = RandomOrder.normal(count: 2, key: key)
    #expect(agree(normal[0], radius * cos(2 * Double.pi * uniform[1]), 1e-12))
    #expect(agree(normal[1], radius * sin(2 * Double.pi * uniform[1]), 1e-12))
  }
}
