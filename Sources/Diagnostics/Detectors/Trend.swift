import Metrics

/// Whether a series of a run rises or falls, with a p-value that its autocorrelation does not spoil.
///
/// Successive values of a run hang together, and a trend test that takes them for independent finds trends in noise. The series is therefore
/// averaged over blocks until what remains around the Theil–Sen line is white; where too few blocks would be left, the values are instead
/// pre-whitened with the slope kept, wₜ = (yₜ − ρ yₜ₋₁)/(1 − ρ) (Wang and Swail 2001), ρ corrected for the bias that detrending gives it.
/// Then follow the Mann–Kendall test and the Theil–Sen slope.
public struct Trend: Sendable, Equatable {
  /// Which way a series goes.
  public enum Direction: String, Sendable, Codable {
    case rising
    case falling
    /// No trend that the test can tell from chance.
    case none
  }

  /// The test on the prepared series.
  public let test: MannKendall
  /// The Theil–Sen slope of the prepared series in units of the values for each step, with its interval.
  public let slope: ConfidenceInterval
  /// How many values stand in one block; 1 where none were averaged.
  public let blockSize: Int
  /// Whether the blocks were pre-whitened.
  public let isPrewhitened: Bool
  /// The correlation of neighbouring residuals of the blocks, as it was before pre-whitening.
  public let lagOneCorrelation: Double
  /// The level of the test.
  public let level: Double

  /// The two-sided p-value.
  public var pValue: Double { test.pValue }

  /// Where the series goes, at the level of the test.
  public var direction: Direction {
    guard test.pValue < level else { return .none }
    return test.score > 0 ? .rising : .falling
  }

  /// The fewest blocks that averaging leaves.
  static let minimumBlocks = 20
  /// The most blocks: pairs of them are visited.
  static let maximumBlocks = 400

  /// Looks for a trend in `values`, recorded at `steps`, or at 0, 1, 2, … where there are none.
  ///
  /// - Parameter level: the p-value below which there is a trend, in 0…1; 0.05 by default.
  /// - Throws: ``DiagnosticsError`` where there are fewer than 4 values, one is not finite, or steps do not ascend.
  public init(_ values: [Double], steps: [Int]? = nil, level: Double = 0.05) throws {
    let positions = steps?.map(Double.init) ?? values.indices.map(Double.init)
    try SeriesCheck.require(values, atLeast: 4, for: "the trend test")
    try SeriesCheck.requireAscending(positions, count: values.count, for: "the trend test")
    var size = max(1, (values.count + Trend.maximumBlocks - 1) / Trend.maximumBlocks)
    while true {
      let blocks = Self.averaged(values, size)
      let places = Self.averaged(positions, size)
      let line = try TheilSen(blocks, at: places)
      let correlation = Self.lagOne(zip(blocks, places).map { $0 - line.intercept - line.slope * $1 })
      let isWhite = correlation <= 1.645 / Double(blocks.count).squareRoot()
      if !isWhite, blocks.count / 2 >= Trend.minimumBlocks {
        size *= 2
        continue
      }
      self.level = level
      blockSize = size
      lagOneCorrelation = correlation
      isPrewhitened = !isWhite && blocks.count >= 8
      guard isPrewhitened else {
        test = try MannKendall(blocks)
        slope = line.interval
        return
      }
      let n = Double(blocks.count)
      let rho = min(0.95, (n * correlation + 2) / (n - 4))
      let white = (1..<blocks.count).map { (blocks[$0] - rho * blocks[$0 - 1]) / (1 - rho) }
      test = try MannKendall(white)
      slope = try TheilSen(white, at: Array(places.dropFirst())).interval
      return
    }
  }

  /// The means of whole blocks; values at the start that fill no block are left out, since the end of a run matters more.
  private static func averaged(_ values: [Double], _ size: Int) -> [Double] {
    guard size > 1 else { return values }
    return stride(from: values.count % size, to: values.count, by: size).map { start in
      values[start..<start + size].reduce(0, +) / Double(size)
    }
  }

  /// The first autocorrelation about the mean; 0 of what is constant up to rounding.
  private static func lagOne(_ residuals: [Double]) -> Double {
    (try? Autocorrelation(residuals, maximumLag: 1))?.values.last ?? 0
  }
}
