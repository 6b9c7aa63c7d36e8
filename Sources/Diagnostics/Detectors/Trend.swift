import Foundation
import Metrics

/// Whether a series of a run rises or falls, with a p-value that its autocorrelation does not spoil.
///
/// Successive values of a run hang together, and a trend test that takes them for independent finds trends in noise. The series is therefore
/// averaged over blocks until what remains around a cubic curve is white or few blocks are left. What correlation ρ remains then widens the
/// Mann–Kendall test by (1 + ρ)/(1 − ρ), the loss of effective sample size (Yue and Wang 2004).
///
/// A smooth curve without noise looks correlated around any other curve. Series that are widened are therefore tested by the signs of their
/// steps too, which are fair coins even in a random walk; the smaller p-value counts, doubled.
public struct Trend: Sendable, Equatable {
  /// Which way a series goes.
  public enum Direction: String, Sendable, Codable {
    case rising
    case falling
    /// No trend that the test can tell from chance.
    case none
  }

  /// The Mann–Kendall test on the blocks, widened by ``varianceFactor``.
  public let test: MannKendall
  /// The Theil–Sen slope of the blocks in units of the values for each step, with its interval.
  public let slope: ConfidenceInterval
  /// How many values stand in one block; 1 where none were averaged.
  public let blockSize: Int
  /// How many times larger the variance of the test's score is than for independent blocks; 1 where they are white.
  public let varianceFactor: Double
  /// The level of the test.
  public let level: Double
  /// The two-sided p-value.
  public let pValue: Double
  /// Where the series goes, at the level of the test.
  public let direction: Direction

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
    var blocks = Self.averaged(values, size)
    var factor = Self.varianceFactor(blocks)
    while factor > 1, blocks.count / 2 >= Trend.minimumBlocks {
      size *= 2
      blocks = Self.averaged(values, size)
      factor = Self.varianceFactor(blocks)
    }
    self.level = level
    blockSize = size
    varianceFactor = factor
    test = try MannKendall(blocks, varianceFactor: factor)
    slope = try TheilSen(blocks, at: Self.averaged(positions, size), varianceFactor: factor).interval
    guard factor > 1 else {
      pValue = test.pValue
      direction = pValue >= level ? .none : test.score > 0 ? .rising : .falling
      return
    }
    let steps = Self.stepTest(blocks)
    pValue = min(1, 2 * min(steps.pValue, test.pValue))
    direction = pValue >= level ? .none : (steps.pValue < test.pValue ? steps.balance > 0 : test.score > 0) ? .rising : .falling
  }

  /// (1 + ρ)/(1 − ρ) for the correlation of neighbours around a smooth curve; 1 where it may be chance.
  private static func varianceFactor(_ blocks: [Double]) -> Double {
    let n = Double(blocks.count)
    // Fewer values cannot tell a correlation from a curve.
    guard blocks.count >= 8 else { return 1 }
    let degree = blocks.count >= 16 ? 3 : 1
    let correlation = (try? Autocorrelation(remainder(blocks, degree: degree), maximumLag: 1))?.values.last ?? 0
    // A fit of degree d makes the correlation too small by about (d + 1 + (d + 3) ρ)/n.
    let rho = (n * correlation + Double(degree) + 1) / (n - Double(degree) - 3)
    guard rho > 1 / n.squareRoot() else { return 1 }
    // A standard error more than the estimate: too small a ρ finds trends that are none.
    let cautious = min(0.95, rho + max(0, 1 - rho * rho).squareRoot() / n.squareRoot())
    return (1 + cautious) / (1 - cautious)
  }

  /// What the least-squares polynomial leaves.
  private static func remainder(_ values: [Double], degree: Int) -> [Double] {
    let half = Double(values.count - 1) / 2
    let places = values.indices.map { (Double($0) - half) / max(half, 1) }
    func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    var basis: [[Double]] = []
    var rest = values
    for power in 0...degree {
      var column = places.map { pow($0, Double(power)) }
      for other in basis {
        let share = dot(column, other)
        for t in column.indices { column[t] -= share * other[t] }
      }
      let length = dot(column, column).squareRoot()
      guard length > 0 else { break }
      column = column.map { $0 / length }
      let share = dot(rest, column)
      for t in rest.indices { rest[t] -= share * column[t] }
      basis.append(column)
    }
    // What rounding leaves of a polynomial is nothing.
    let scale = values.reduce(0) { max($0, abs($1)) }
    return rest.contains { abs($0) > scale * 1e-12 } ? rest : Array(repeating: 0, count: values.count)
  }

  /// How many more steps go up than down, and the probability of as large a surplus in a random walk.
  ///
  /// Means of a random walk's blocks have steps with a correlation of ¼, their signs one of (2/π) asin ¼: the variance is 1.32 times that
  /// of coins.
  private static func stepTest(_ values: [Double]) -> (balance: Int, pValue: Double) {
    let balance = zip(values, values.dropFirst()).reduce(0) { $0 + ($1.1 > $1.0 ? 1 : $1.1 < $1.0 ? -1 : 0) }
    return (balance, erfc(Double(abs(balance)) / (1.32 * Double(values.count - 1) * 2).squareRoot()))
  }

  /// The means of whole blocks; values at the start that fill no block are left out, since the end of a run matters more.
  private static func averaged(_ values: [Double], _ size: Int) -> [Double] {
    guard size > 1 else { return values }
    return stride(from: values.count % size, to: values.count, by: size).map { start in
      values[start..<start + size].reduce(0, +) / Double(size)
    }
  }
}
