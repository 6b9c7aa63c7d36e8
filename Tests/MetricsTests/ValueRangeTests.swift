import Metrics
import Tensors
import Testing

@Suite struct ValueRangeTests {
  /// Images of 4 × 4 pixels, evenly spread over a range.
  static func images(_ range: ClosedRange<Float>) throws -> SampleSet {
    try SampleSet((0..<160).map { range.lowerBound + (range.upperBound - range.lowerBound) * Float($0) / 159 }, shape: [4, 4, 1])
  }

  static func message(_ first: SampleSet, _ second: SampleSet) -> String {
    do {
      try first.requireOneScale(with: second, names: ("a.npy", "real"))
      return ""
    } catch {
      return "\(error)"
    }
  }

  @Test func scalesAreTold() {
    let expected: [(Float, Float, ValueRange.Scale?)] = [
      (0, 255, .bytes), (3, 90, .bytes), (0, 1, .unit), (0.2, 0.9, .unit), (-1, 1, .centred), (-1.2, 1.3, .centred), (-0.9, -0.4, .centred),
      (0, 256, nil), (-5, 255, nil), (-2, 2, nil), (0, 4, nil), (-0.1, 0.9, nil), (0, 0, nil),
    ]
    for (least, largest, scale) in expected { #expect(ValueRange(least: least, largest: largest).scale == scale, "\(least) … \(largest)") }
  }

  @Test func imagesOfTwoScalesAreRefused() throws {
    let ranges: [ClosedRange<Float>] = [0...255, 0...1, -1...1]
    for first in ranges {
      for second in ranges {
        let text = Self.message(try Self.images(first), try Self.images(second))
        #expect(text.isEmpty == (first == second), "\(text)")
        guard first != second else { continue }
        #expect(
          text.hasPrefix(
            "a.npy has numbers in \(first.lowerBound) … \(first.upperBound), but real in \(second.lowerBound) … \(second.upperBound): "))
      }
    }
    #expect(
      Self.message(try Self.images(0...255), try Self.images(-1...1)).contains(
        "look like images in 0 … 255, the others like images in −1 … 1"))
  }

  @Test func pointsAreNotJudged() throws {
    let (unit, centred) = (try SampleSet([0, 1, 0.5, 0.25], dimension: 2), try SampleSet([-1, 1, 0.5, -0.25], dimension: 2))
    #expect(Self.message(unit, centred) == "")
    // Images that are passed as rows are told by their number of pixels.
    let rows = try SampleSet((0..<640).map { Float($0) / 639 }, dimension: 64)
    let others = try SampleSet((0..<640).map { Float($0) / 639 * 2 - 1 }, dimension: 64)
    #expect(Self.message(rows, others) != "" && Self.message(rows, rows) == "")
  }
}
