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

  /// A radius that changes by less than this factor in a turn stays.
  static let tolerancePerTurn = 0.03

  /// Looks for an oscillation in equally spaced `values`.
  ///
  /// A straight line is taken out first. The series should hold at least three periods; slower ones are not called oscillations.
  ///
  /// - Parameter level: the p-value that both tests must stay below; 0.01 by default.
  /// - Throws: ``DiagnosticsError`` where there are fewer than 24 values or one is not finite.
  public init(_ values: [Double], level: Double = 0.01) throws {
    try SeriesCheck.require(values, atLeast: 24, for: "the oscillation detector")
    let series = Self.withoutLine(values)
    let correlation = try Autocorrelation(series)
    let spectrum = try Periodogram(series)
    let red = spectrum.redNoise(rho: correlation.values.count > 1 ? correlation.values[1] : 0)
    correlationPeak = correlation.peak
    correlationBand = correlation.whiteBand
    fisherG = spectrum.fisherG
    fisherPValue = spectrum.fisherPValue
    redNoisePValue = red.pValue
    let guess = Double(values.count) / Double(red.peak)
    let found = spectrum.fisherG > 0 ? Self.pole(values, guess: guess) : nil
    let turn = found?.period ?? guess
    pole = found
    period = turn
    growthPerTurn = found.map { pow($0.magnitude, turn) } ?? 1

    let pValue = max(spectrum.fisherPValue, red.pValue)
    let isPeriod = red.peak >= 3 && turn > guess / 2 && turn < guess * 2
    guard pValue < level, isPeriod, let found, found.period != nil else {
      fate = .none
      confidence = pValue < level ? 0.5 : pValue
      return
    }
    // The logarithm of what a turn does, against a margin on both sides of 0.
    let change = log(found.magnitude) * turn
    let error = (found.logStandardError.isFinite ? found.logStandardError : abs(change) / turn) * turn
    let margin = log1p(Self.tolerancePerTurn)
    func below(_ bound: Double) -> Double { error > 0 ? erfc((change - bound) / (error * 2.0.squareRoot())) / 2 : change < bound ? 1 : 0 }
    // A clear change on one side is a change; what may be none is held for none.
    if abs(change) <= max(margin, 1.96 * error) {
      fate = .sustained
      confidence = (1 - pValue) * max(0, error > margin ? 0.5 : below(margin) - below(-margin))
    } else {
      fate = change > 0 ? .growing : .damped
      confidence = (1 - pValue) * (change > 0 ? 1 - below(0) : below(0))
    }
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
  private static func withoutLine(_ values: [Double]) -> [Double] {
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
