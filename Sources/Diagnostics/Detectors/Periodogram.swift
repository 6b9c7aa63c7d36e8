import Foundation

/// The power of a series at its Fourier frequencies, and whether one of them stands out.
public struct Periodogram: Sendable, Equatable {
  /// The length of the series.
  public let count: Int
  /// |Xₖ|²/n for k = 1…⌊(n − 1)/2⌋: the frequencies k/n between 0 and one half, both left out.
  public let power: [Double]
  /// The frequency with the most power, k from 1: it has k periods in the series.
  public let peak: Int
  /// Fisher's g: the share of the largest power in the sum; 0 where there is no power.
  public let fisherG: Double
  /// The probability of such a share, or a larger one, in white noise (Fisher 1929); exact.
  public let fisherPValue: Double

  /// The period of the peak, in samples.
  public var period: Double { Double(count) / Double(peak) }

  /// Transforms `values`, in time n log n; their mean is of no consequence.
  ///
  /// - Throws: ``DiagnosticsError`` where there are fewer than 5 values or one is not finite.
  public init(_ values: [Double]) throws {
    try SeriesCheck.require(values, atLeast: 5, for: "the periodogram")
    count = values.count
    let mean = values.reduce(0, +) / Double(count)
    let transform = FourierTransform.forward(values.map { $0 - mean })
    let n = Double(values.count)
    let power = (1...(values.count - 1) / 2).map { k in
      (transform.real[k] * transform.real[k] + transform.imaginary[k] * transform.imaginary[k]) / n
    }
    self.power = power
    let total = power.reduce(0, +)
    let scale = values.reduce(0) { max($0, abs($1)) }
    let best = power.indices.reduce(0) { power[$1] > power[$0] ? $1 : $0 }
    peak = best + 1
    // What rounding leaves of a constant is no power.
    fisherG = total > n * scale * scale * 1e-28 ? power[best] / total : 0
    fisherPValue = Self.fisherPValue(g: fisherG, frequencies: power.count)
  }

  /// P(g > x) for m frequencies: Σⱼ (−1)^{j−1} C(m, j) (1 − jx)^{m−1} over 1 ≤ j ≤ 1/x.
  ///
  /// Where more than 16 frequencies are expected above x, the alternating sum would lose its digits, and 1 − exp(−expected) takes its place:
  /// the probability is then above 1 − 2·10⁻⁷.
  ///
  /// - Parameters:
  ///   - g: the share x, in 0…1.
  ///   - frequencies: m, at least 1.
  public static func fisherPValue(g: Double, frequencies: Int) -> Double {
    precondition(frequencies >= 1, "Fisher's test needs a frequency")
    let m = Double(frequencies)
    guard g > 1 / m else { return 1 }
    guard frequencies > 1, g < 1 else { return frequencies == 1 ? 1 : 0 }
    let expected = m * pow(1 - g, m - 1)
    guard expected <= 16 else { return 1 - exp(-expected) }
    var sum = 0.0
    var logarithm = 0.0  // of C(m, j)
    for j in 1...min(frequencies, Int(1 / g)) {
      let index = Double(j)
      logarithm += log((m - index + 1) / index)
      let rest = 1 - index * g
      guard rest > 0 else { break }
      let term = exp(logarithm + (m - 1) * log(rest))
      sum += j.isMultiple(of: 2) ? -term : term
      if term < 1e-18 * abs(sum) { break }
    }
    return min(1, max(0, sum))
  }

  /// The probability that noise with the autocorrelation ρ, ρ², … reaches the most prominent frequency's height above that noise's own
  /// spectrum (Torrence and Compo 1998, equation 16, for the best of all frequencies).
  ///
  /// Slow noise has its power at low frequencies, where Fisher's test takes it for an oscillation; this one does not.
  ///
  /// - Parameter rho: the first autocorrelation of the series, below 1.
  /// - Returns: the frequency that stands out most, k from 1, and its p-value.
  public func redNoise(rho: Double) -> (peak: Int, pValue: Double) {
    let rho = min(max(rho, 0), 0.999)
    let background = (1...power.count).map { k in
      (1 - rho * rho) / (1 + rho * rho - 2 * rho * cos(2 * Double.pi * Double(k) / Double(count)))
    }
    let level = power.reduce(0, +) / background.reduce(0, +)
    guard level > 0, fisherG > 0 else { return (peak, 1) }
    var best = 0
    for k in power.indices where power[k] / background[k] > power[best] / background[best] { best = k }
    let height = power[best] / (background[best] * level)
    // 1 − (1 − e^{−height})^m, with the digits of small results.
    return (best + 1, -expm1(Double(power.count) * log1p(-exp(-height))))
  }
}
