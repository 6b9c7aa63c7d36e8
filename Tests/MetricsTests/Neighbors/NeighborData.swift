import Metrics
import Tensors
import Testing

/// Samples that the reference script makes as well: sums of four 16-bit numbers from a linear congruential generator, so that every
/// number is exact in float32.
struct ReferenceData {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  private mutating func next() -> Int {
    state = (state * 1_103_515_245 + 12_345) % 0x8000_0000
    return Int(state >> 15)
  }

  /// `count × dimension` bell-shaped numbers with the standard deviation 0.577, moved by `shift` on the first axis.
  mutating func samples(_ count: Int, _ dimension: Int, shift: Float = 0, scale: Float = 1) -> [Float] {
    (0..<count * dimension).map { index in
      var sum = 0
      for _ in 0..<4 { sum += next() }
      return Float(sum - 131_072) / 65_536 * scale + (index % dimension == 0 ? shift : 0)
    }
  }
}

func set(_ values: [Float], _ dimension: Int = 1) throws -> SampleSet { try SampleSet(values, dimension: dimension) }

/// Standard normal rows.
func normal(_ count: Int, _ dimension: Int, _ key: Key, shift: Double = 0, scale: Double = 1) throws -> SampleSet {
  let draws = RandomOrder.normal(count: count * dimension, key: key)
  return try SampleSet(
    draws.enumerated().map { Float($1 * scale + ($0 % dimension == 0 ? shift : 0)) }, dimension: dimension)
}

extension NeighborReference: CustomTestStringConvertible {
  var testDescription: String { "seed \(seed)" }

  /// The samples that the reference script made.
  func samples() throws -> (real: SampleSet, generated: SampleSet, heldOut: SampleSet) {
    var data = ReferenceData(seed: seed)
    let first = data.samples(real, dimension)
    let second = data.samples(generated, dimension, shift: shift, scale: scale)
    return try (set(first, dimension), set(second, dimension), set(data.samples(heldOut, dimension), dimension))
  }

  /// The reference number called `name`.
  func value(_ name: String) throws -> Double { try #require(values[name]) }
}
