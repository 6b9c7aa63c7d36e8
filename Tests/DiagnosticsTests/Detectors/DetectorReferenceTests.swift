import Foundation
import Rival
import Testing

extension DetectorReference: CustomTestStringConvertible {
  var testDescription: String { "seed \(seed)" }

  /// The series that the reference script made: exact multiples of 2⁻¹⁶.
  var series: [Double] {
    var state = seed
    func next() -> Int {
      state = (state * 1_103_515_245 + 12_345) % 0x8000_0000
      return Int(state >> 15)
    }
    return (0..<count).map { t in
      let sum = next() + next() + next() + next()
      let wave = Double(t / halfPeriod % 2 == 0 ? amplitude : -amplitude) / 256
      let value = Double(sum - 131_072) / 65_536 + Double(slope * t) / 1024 + wave
      return isRounded ? (value * 4).rounded(.down) / 4 : value
    }
  }

  /// The reference number called `name`.
  func value(_ name: String) throws -> Double { try #require(values[name]) }
}

/// Detectors against SciPy, statsmodels and pymannkendall.
@Suite struct DetectorReferenceTests {
  @Test(arguments: DetectorReference.all) func trends(_ reference: DetectorReference) throws {
    let series = reference.series
    #expect(series.reduce(0, +) == (try reference.value("sum")), "the same series")
    let test = try MannKendall(series)
    #expect(Double(test.score) == (try reference.value("score")))
    #expect(agree(test.variance, try reference.value("variance"), 1e-9))
    #expect(agree(test.z, try reference.value("z"), 1e-12))
    #expect(agree(test.pValue, try reference.value("trendP"), 1e-12))
    let line = try TheilSen(series)
    #expect(agree(line.slope, try reference.value("slope"), 1e-14))
    #expect(agree(line.intercept, try reference.value("intercept"), 1e-14))
    // SciPy rounds the ranks of the bounds, and corrects them for ties; here they go outwards: its interval lies in this one.
    let (low, high) = (try reference.value("slopeLow"), try reference.value("slopeHigh"))
    #expect(line.interval.lower <= low && high <= line.interval.upper)
    #expect(line.interval.upper - line.interval.lower < 1.1 * (high - low), "\(line.interval) for \(low)…\(high)")
  }

  @Test(arguments: DetectorReference.all) func periods(_ reference: DetectorReference) throws {
    let series = reference.series
    let correlation = try Autocorrelation(series)
    for lag in [1, 2, 7] { #expect(agree(correlation.values[lag], try reference.value("autocorrelation\(lag)"), 1e-13)) }
    let spectrum = try Periodogram(series)
    #expect(Double(spectrum.peak) == (try reference.value("peak")))
    #expect(agree(spectrum.power.max() ?? 0, try reference.value("peakPower"), 1e-12))
    #expect(agree(spectrum.fisherG, try reference.value("fisherG"), 1e-13))
    #expect(agree(spectrum.fisherPValue, try reference.value("fisherP"), 1e-10))
    let pole = try RotationPole(series)
    #expect(agree(pole.value.real, try reference.value("poleReal"), 1e-11))
    #expect(agree(pole.value.imaginary, try reference.value("poleImaginary"), 1e-11))
  }
}
