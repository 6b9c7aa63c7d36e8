import Foundation

/// Whether a series oscillates, how fast, and whether the oscillation grows, lasts or dies out: the trace of a rotation around an equilibrium.
///
/// Give it a projection of the parameters (``RandomProjection``) for the rotation itself. Losses depend on products of both players'
/// parameters, so that they oscillate at twice the rotation's frequency: a period read from a loss is half the rotation's.
///
/// An oscillation is found where a frequency stands out from white noise by Fisher's test and from slow noise by the red-noise test, and the
/// pole of the series is complex. Its fate follows from the pole: what one turn does to the radius.
public struct Oscillation: Sendable, Equatable {
  /// What becomes of an oscillation.
  public enum Fate: String, Sendable, Codable {
    /// No oscillation that the tests can tell from noise.
    case none
    /// The radius shrinks.
    case damped
    /// The radius stays: a cycle.
    case sustained
    /// The radius grows.
    case growing
  }

  /// The verdict.
  public let fate: Fate
  /// How sure the verdict is, in 0…1: of an oscillation, one minus the tests' p-value times the probability of its fate under a normal error
  /// of ln |z|; of none, the p-value itself.
  public let confidence: Double
  /// The pole of the series; `nil` where none fits.
  public let pole: RotationPole?
  /// The period in samples: the pole's, or the periodogram's where there is no complex pole.
  public let period: Double
  /// What a turn does to the radius, |z|^period; 1 where there is no pole.
  public let growthPerTurn: Double
  /// The highest autocorrelation after the first zero crossing, of the series without its straight line; `nil` where there is none.
  public let correlationPeak: Autocorrelation.Peak?
  /// The band that 95 % of the autocorrelations of white noise stay in.
  public let correlationBand: Double
  /// The largest share of one frequency in the power.
  public let fisherG: Double
  /// The probability of such a share in white noise.
  public let fisherPValue: Double
  /// The probability that slow noise stands out as much at one frequency.
  public let redNoisePValue: Double

  /// Whether only the second half of the series oscillates, so that all of the above describes it.
  public let isRecent: Bool

  /// A radius that changes by less than this factor in a turn stays.
  static let tolerancePerTurn = 0.03

  /// Looks for an oscillation in equally spaced `values`.
  ///
  /// A straight line is taken out first. The series should hold at least three periods, of more than two samples each; slower ones are not
  /// called oscillations. Where the whole series has none, its second half is looked at, at half the level each.
  ///
  /// - Parameter level: the p-value that both tests must stay below; 0.01 by default.
  /// - Throws: ``DiagnosticsError`` where there are fewer than 24 values or one is not finite.
  public init(_ values: [Double], level: Double = 0.01) throws {
    try SeriesCheck.require(values, atLeast: 24, for: "the oscillation detector")
    let whole = try Spectrum(values)
    var found = whole
    var window = values
    if !whole.isSignificant(level / 2), values.count >= 48 {
      let recent = Array(values.suffix(values.count / 2))
      let spectrum = try Spectrum(recent)
      if spectrum.isSignificant(level / 2) { (found, window) = (spectrum, recent) }
    }
    isRecent = window.count < values.count
    correlationPeak = found.correlation.peak
    correlationBand = found.correlation.whiteBand
    fisherG = found.periodogram.fisherG
    fisherPValue = found.periodogram.fisherPValue
    redNoisePValue = found.redNoisePValue

    // The part of the series where the oscillation is strong gives the pole.
    let guess = found.period
    let strong = Self.strongPart(window, period: guess)
    let pole = fisherG > 0 ? Self.pole(Array(window[strong]), guess: guess) : nil
    let turn = pole?.period ?? guess
    self.pole = pole
    period = turn
    growthPerTurn = pole.map { pow($0.magnitude, turn) } ?? 1
    let pValue = min(1, 2 * found.pValue)
    guard found.isSignificant(level / 2), turn > guess / 2, turn < guess * 2, let pole, pole.period != nil else {
      fate = .none
      confidence = pValue < level ? 0.5 : pValue
      return
    }
    // The logarithm of what a turn does.
    let change = log(pole.magnitude) * turn
    let error = pole.logStandardError.isFinite ? pole.logStandardError * turn : abs(change)
    let trust = Self.fate(
      change: change, error: error, isStrongEarly: strong.upperBound < window.count, isStrongLate: strong.lowerBound > 0)
    fate = trust.fate
    confidence = (1 - pValue) * trust.probability
  }

  /// The fate, and its probability under a normal error of `change`.
  ///
  /// A clear change is a change; one that may be none is held for none, unless the oscillation is far stronger at one end.
  private static func fate(change: Double, error: Double, isStrongEarly: Bool, isStrongLate: Bool) -> (fate: Fate, probability: Double) {
    func below(_ bound: Double) -> Double {
      error > 0 ? erfc((change - bound) / (error * 2.0.squareRoot())) / 2 : change < bound ? 1 : 0
    }
    let margin = log1p(tolerancePerTurn)
    let isClear = abs(change) > max(margin, 1.96 * error)
    if change > 0, isClear || isStrongLate { return (.growing, 1 - below(0)) }
    if change < 0, isClear || isStrongEarly { return (.damped, below(0)) }
    return (.sustained, error > margin ? 0.5 : below(margin) - below(-margin))
  }

  /// The series' frequencies, tested.
  private struct Spectrum {
    let correlation: Autocorrelation
    let periodogram: Periodogram
    let redNoisePValue: Double
    /// The frequency that stands out most, in periods in the series.
    let peak: Int

    init(_ values: [Double]) throws {
      let series = Oscillation.withoutLine(values)
      correlation = try Autocorrelation(series)
      periodogram = try Periodogram(series)
      let red = periodogram.redNoise(rho: correlation.values.count > 1 ? correlation.values[1] : 0)
      redNoisePValue = red.pValue
      peak = red.peak
    }

    var pValue: Double { max(periodogram.fisherPValue, redNoisePValue) }
    var period: Double { Double(periodogram.count) / Double(peak) }
    func isSignificant(_ level: Double) -> Bool { pValue < level && peak >= 3 }
  }

  /// The half, quarter, … whose amplitude is more than 2.5 times that of the rest, down to four periods.
  private static func strongPart(_ values: [Double], period: Double) -> Range<Int> {
    var range = 0..<values.count
    while Double(range.count / 2) >= max(24, 4 * period) {
      let middle = (range.lowerBound + range.upperBound) / 2
      let (early, late) = (range.lowerBound..<middle, middle..<range.upperBound)
      let (first, second) = (amplitude(values[early], period: period), amplitude(values[late], period: period))
      if first > 2.5 * second {
        range = early
      } else if second > 2.5 * first {
        range = late
      } else {
        break
      }
    }
    return range
  }

  /// The amplitude of a period in a part of a series.
  private static func amplitude(_ values: ArraySlice<Double>, period: Double) -> Double {
    let series = withoutLine(Array(values))
    var (real, imaginary) = (0.0, 0.0)
    for (t, value) in series.enumerated() {
      let angle = 2 * Double.pi * Double(t) / period
      real += value * cos(angle)
      imaginary += value * sin(angle)
    }
    return 2 * (real * real + imaginary * imaginary).squareRoot() / Double(series.count)
  }

  /// The pole at a stride of a sixth of the period, by instruments where the series is long enough for them.
  private static func pole(_ values: [Double], guess: Double) -> RotationPole? {
    let stride = max(1, Int((guess / 6).rounded()))
    for method in [RotationPole.Method.instrumental, .leastSquares] {
      if let pole = try? RotationPole(values, stride: stride, method: method, removesTrend: true), pole.period != nil { return pole }
    }
    return nil
  }

  /// What the least-squares line leaves.
  fileprivate static func withoutLine(_ values: [Double]) -> [Double] {
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    let middle = (n - 1) / 2
    let product = values.enumerated().reduce(0.0) { $0 + (Double($1.offset) - middle) * ($1.element - mean) }
    let slope = product / (n * (n * n - 1) / 12)
    let rest = values.enumerated().map { $1 - mean - slope * (Double($0) - middle) }
    // What rounding leaves of a straight line is nothing.
    let scale = values.reduce(0) { max($0, abs($1)) }
    return rest.contains { abs($0) > scale * 1e-13 } ? rest : Array(repeating: 0, count: values.count)
  }
}
