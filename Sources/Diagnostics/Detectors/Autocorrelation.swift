/// The autocorrelation of a series, with the band that white noise stays in.
public struct Autocorrelation: Sendable, Equatable {
  /// r₀ = 1, r₁, r₂, …: Σ (xₜ − x̄)(xₜ₊ₖ − x̄) / Σ (xₜ − x̄)², the biased estimator, which shrinks by 1 − k/n and never leaves −1…1.
  public let values: [Double]
  /// 1.96/√n: 95 % of the coefficients of white noise lie within it.
  public let whiteBand: Double

  /// A maximum of the autocorrelation: a period.
  public struct Peak: Sendable, Equatable {
    /// The lag in samples.
    public let lag: Int
    /// The coefficient there.
    public let value: Double
  }

  /// Computes the coefficients up to `maximumLag`, or to half the length, in time n × lags.
  ///
  /// Of a constant series all but r₀ are 0.
  ///
  /// - Throws: ``DiagnosticsError`` where there are fewer than 2 values or one is not finite.
  public init(_ series: [Double], maximumLag: Int? = nil) throws {
    try SeriesCheck.require(series, atLeast: 2, for: "the autocorrelation")
    let n = series.count
    let lags = min(max(0, maximumLag ?? n / 2), n - 1)
    let mean = series.reduce(0, +) / Double(n)
    let centred = series.map { $0 - mean }
    let power = centred.reduce(0) { $0 + $1 * $1 }
    whiteBand = 1.96 / Double(n).squareRoot()
    // What rounding leaves of a constant is no signal.
    let scale = series.reduce(0) { max($0, abs($1)) }
    guard power > Double(n) * scale * scale * 1e-28 else {
      values = [1] + Array(repeating: 0, count: lags)
      return
    }
    values = centred.withUnsafeBufferPointer { x in
      (0...lags).map { lag in
        var sum = 0.0
        for t in 0..<(n - lag) { sum += x[t] * x[t + lag] }
        return sum / power
      }
    }
  }

  /// The highest coefficient after the first that is not above 0; `nil` where none turns or none of those after it is above 0.
  public var peak: Peak? {
    guard let turn = values.firstIndex(where: { $0 <= 0 }) else { return nil }
    var best = turn
    for lag in turn..<values.count where values[lag] > values[best] { best = lag }
    return values[best] > 0 ? Peak(lag: best, value: values[best]) : nil
  }
}
