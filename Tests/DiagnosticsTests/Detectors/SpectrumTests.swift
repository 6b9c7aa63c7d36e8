import Foundation
import Rival
import Testing

@Suite struct SpectrumTests {
  @Test func autocorrelationOfATone() throws {
    let correlation = try Autocorrelation((0..<200).map { sin(2 * Double.pi * Double($0) / 20) })
    #expect(abs(correlation.values[10] + 0.95) < 1e-12 && abs(correlation.values[20] - 0.90) < 1e-12)
    #expect(abs(correlation.whiteBand - 0.1385929) < 1e-7)
    #expect(correlation.values[0] == 1 && correlation.peak?.lag == 20)
    let constant = try Autocorrelation([0.1, 0.1, 0.1, 0.1])
    #expect(constant.values == [1, 0, 0] && constant.peak == nil)
  }

  @Test(arguments: [1, 2, 3, 5, 8, 12, 17, 64, 97, 100, 255]) func transformIsTheSum(length: Int) {
    let real = Series.noise(length, seed: length)
    let imaginary = Series.noise(length, seed: 1000 + length)
    let fast = FourierTransform.forward(real: real, imaginary: imaginary)
    for k in 0..<length {
      var (re, im) = (0.0, 0.0)
      for t in 0..<length {
        let angle = -2 * Double.pi * Double(k * t % length) / Double(length)
        re += real[t] * cos(angle) - imaginary[t] * sin(angle)
        im += real[t] * sin(angle) + imaginary[t] * cos(angle)
      }
      #expect(abs(fast.real[k] - re) < 1e-11 && abs(fast.imaginary[k] - im) < 1e-11)
    }
  }

  @Test func toneOnAFrequencyHasAllThePower() throws {
    let spectrum = try Periodogram((0..<200).map { sin(2 * Double.pi * Double($0) / 20) })
    #expect(spectrum.peak == 10 && spectrum.period == 20 && spectrum.power.count == 99)
    #expect(abs(spectrum.fisherG - 1) < 1e-12 && spectrum.fisherPValue < 1e-100)
    // Half the sum of squares, 100/2, over… the whole power is Σx²/2 = 50.
    #expect(abs(spectrum.power[9] - 50) < 1e-10)
  }

  @Test func fisherProbability() {
    #expect(abs(Periodogram.fisherPValue(g: 0.1, frequencies: 99) - 0.00324484926) < 1e-10)
    // Two frequencies: g is uniform on ½…1, so that P(g > x) = 2(1 − x).
    for x in [0.5, 0.6, 0.75, 0.99] { #expect(abs(Periodogram.fisherPValue(g: x, frequencies: 2) - 2 * (1 - x)) < 1e-12) }
    #expect(Periodogram.fisherPValue(g: 0.005, frequencies: 200) == 1)
    #expect(Periodogram.fisherPValue(g: 1, frequencies: 9) == 0)
    var last = 1.0
    for index in 1...400 {
      let p = Periodogram.fisherPValue(g: Double(index) / 2000, frequencies: 500)
      #expect(p >= 0 && p <= last + 1e-7)
      last = p
    }
  }

  @Test func noiseIsSignificantAsOftenAsTheLevelSays() throws {
    var fisher = 0
    var red = 0
    var fisherOfRed = 0
    for seed in 0..<400 {
      let white = try Periodogram(Series.noise(150, seed: seed))
      fisher += white.fisherPValue < 0.05 ? 1 : 0
      let series = Series.redNoise(150, rho: 0.9, seed: seed)
      let spectrum = try Periodogram(series)
      red += spectrum.redNoise(rho: try Autocorrelation(series, maximumLag: 1).values[1]).pValue < 0.05 ? 1 : 0
      fisherOfRed += spectrum.fisherPValue < 0.05 ? 1 : 0
    }
    // 20 of 400 within four standard errors; Fisher's test alone takes slow noise for a period.
    #expect((3...37).contains(fisher), "\(fisher)")
    #expect(red <= 37, "\(red)")
    #expect(fisherOfRed > 350, "\(fisherOfRed)")
  }

  @Test func constantSeriesHasNoPower() throws {
    let spectrum = try Periodogram(Array(repeating: 0.1, count: 33))
    #expect(spectrum.fisherG == 0 && spectrum.fisherPValue == 1 && spectrum.redNoise(rho: 0).pValue == 1)
  }
}
