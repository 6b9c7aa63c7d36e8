import Foundation
import MetricParts
import Metrics
import Tensors
import Testing

@Suite struct NullBandTests {
  private func uniform(_ key: Key, _ element: Int) -> Double { (Double(key.bits(element: element)) + 0.5) / 4_294_967_296 }

  @Test func aBandOfManyValuesIsTwoOfThem() {
    let values = (1...39).map { Double($0 * $0) }
    let band = NullBand(values: values.reversed(), sampleCount: 10, referenceCount: 20)
    #expect(band.lower == 1 && band.upper == 39 * 39 && band.repeats == 39)
    let wide = NullBand(values: (1...79).map(Double.init), sampleCount: 10, referenceCount: 20)
    #expect(wide.lower == 2 && wide.upper == 78)
    // Of fewer: mean ± t(0.975, 1) · s · √(3/2).
    let two = NullBand(values: [1, 3], sampleCount: 1, referenceCount: 1)
    #expect(abs(two.upper - (2 + 12.706204736 * 2.0.squareRoot() * 1.5.squareRoot())) < 1e-6)
  }

  @Test("A further value lies above the band in 2.5 % of cases, and below it in 2.5 %, whatever the distribution")
  func bandsMissOneInTwenty() {
    let studies = 4000
    var (above, below, tailAbove) = (0, 0, 0)
    for study in 0..<studies {
      let key = Key(seed: 5).derived(study)
      let even = (0..<40).map { uniform(key, $0) }
      let band = NullBand(values: Array(even.dropLast()), sampleCount: 1, referenceCount: 1)
      if even[39] > band.upper { above += 1 }
      if even[39] < band.lower { below += 1 }
      let tail = even.map { pow($0 / (1 - $0), 3) }
      if tail[39] > NullBand(values: Array(tail.dropLast()), sampleCount: 1, referenceCount: 1).upper { tailAbove += 1 }
    }
    // The standard error of 2.5 % of 4,000 is 0.25 %.
    for count in [above, below, tailAbove] { #expect(abs(Double(count) / Double(studies) - 0.025) < 0.008, "\(count)") }
  }

  @Test("Real samples lie outside the band of random splits in one of twenty cases")
  func splitsMissOneInTwenty() throws {
    var outside = 0
    let studies = 200
    for study in 0..<studies {
      let key = Key(seed: 9).derived(study)
      func points(_ count: Int, _ stream: String) throws -> SampleSet {
        let key = key.derived(stream)
        return try SampleSet((0..<(2 * count)).map { Float(uniform(key, $0)) }, dimension: 2)
      }
      let value = try #require(
        try FrechetDistance().measured(points(60, "samples"), against: points(120, "reference"), key: key).first)
      let null = try #require(value.null)
      let shown = null.comparable ?? value.value
      if shown > null.upper || shown < null.lower { outside += 1 }
    }
    #expect(outside >= 2 && outside <= 24, "\(outside) of \(studies)")
  }

  @Test func coarseNumbersAreFound() throws {
    // Steps of 8 at 10⁸, beside a spread of 3.
    let far = (0..<50).map { Float(1e8) + Float($0 % 7) }
    let found = try #require(NumberResolution.coarse(far.flatMap { [$0 - 1e8, $0] }, dimension: 2))
    #expect(found.place == 1 && found.step == 8)
    #expect(NumberResolution.coarse((0..<50).map { Float(1000 + $0 % 7) }, dimension: 1) == nil)
    // Without any spread: what was cut to this, nobody knows.
    #expect(NumberResolution.coarse([1e8, 1e8], dimension: 1)?.step == 8 && NumberResolution.coarse([1e8], dimension: 1) == nil)
    #expect(NumberResolution.coarse([1000, 1000], dimension: 1) == nil)
  }
}
