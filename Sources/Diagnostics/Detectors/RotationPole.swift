import Foundation
import LinearAlgebra

/// The complex pole z of a rotating series: xₜ follows Re(c zᵗ), so that |z| is the growth of its radius and arg z its angle, each step.
///
/// The model is the recurrence xₜ = 2Re(zˢ) xₜ₋ₛ − |z|²ˢ xₜ₋₂ₛ with a stride s, an autoregression of order two (Prony 1795) about a straight
/// line. Its least-squares fit is exact without noise, but noise in the regressors draws |z| towards 0. The other fit therefore takes
/// older values, from xₜ₋₂ₛ₋₁ on, as instruments in two-stage least squares: they share no noise with the equation, whether the noise was
/// measured or drives the rotation, as in the modified Yule–Walker equations (Söderström and Stoica 1983), and unlike those it tells
/// growth from decay. A stride near a sixth of the period makes the fit well conditioned.
public struct RotationPole: Sendable, Equatable {
  /// How the recurrence is fitted.
  public enum Method: String, Sendable, Codable {
    /// Best without noise, biased with it.
    case leastSquares
    /// Two-stage least squares with older values as instruments: unbiased in long series, whatever the noise.
    case instrumental
  }

  /// The pole of one sample's step, with an angle of 0 or more.
  public let value: ComplexNumber
  /// The standard error of ln |z|, from leaving out each of eight blocks of equations in turn; NaN where a fit without one of them fails.
  public let logStandardError: Double
  /// The stride s of the recurrence.
  public let stride: Int
  /// How it was fitted.
  public let method: Method

  /// |z|: the growth of the radius in each sample's step.
  public var magnitude: Double { value.magnitude }

  /// The period in samples, 2π/arg z; `nil` where the pole is real, so that nothing rotates.
  public var period: Double? {
    value.imaginary > 0 ? 2 * Double.pi / atan2(value.imaginary, value.real) : nil
  }

  /// Fits a pole to equally spaced `values`.
  ///
  /// - Parameters:
  ///   - stride: s, at least 1 and below half the period, or the angle is ambiguous; 1 by default.
  ///   - method: least squares by default.
  ///   - removesTrend: whether the recurrence runs about a straight line rather than a constant; `false` by default.
  /// - Throws: ``DiagnosticsError`` where values are too few for the stride, not finite, or hold nothing that such a recurrence describes.
  public init(_ values: [Double], stride: Int = 1, method: Method = .leastSquares, removesTrend: Bool = false) throws {
    precondition(stride >= 1, "a recurrence needs a stride of at least 1")
    let first = method == .leastSquares ? 2 * stride : 2 * stride + Self.instrumentLags(stride).reduce(0, max)
    try SeriesCheck.require(values, atLeast: first + 12, for: "the fit of a rotation with a stride of \(stride)")
    self.stride = stride
    self.method = method
    let equations = Self.equations(values, stride: stride, method: method, first: first, removesTrend: removesTrend)
    guard let root = Self.root(try equations.solution(without: nil), stride) else {
      throw DiagnosticsError("no rotation fits the series: it is constant, a straight line, or nothing in it repeats")
    }
    value = root
    let logs = try (0..<Equations.blockCount).map { block in
      Self.root(try equations.solution(without: block), stride).map { log($0.magnitude) } ?? .nan
    }
    let mean = logs.reduce(0, +) / Double(logs.count)
    let spread = logs.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    logStandardError = (spread * Double(logs.count - 1) / Double(logs.count)).squareRoot()
  }

  /// How far behind xₜ₋₂ₛ the instruments lie: five of them over about half a period.
  private static func instrumentLags(_ stride: Int) -> [Int] {
    let pace = max(1, (stride + 1) / 2)
    return (0..<5).map { 1 + $0 * pace }
  }

  private static func equations(_ values: [Double], stride: Int, method: Method, first: Int, removesTrend: Bool) -> Equations {
    var lags = [0, stride, 2 * stride]
    if method == .instrumental { lags += instrumentLags(stride).map { 2 * stride + $0 } }
    var columns = lags.map { lag in Array(values[first - lag..<values.count - lag]) }
    for index in columns.indices { columns[index] = remainder(columns[index], removesTrend: removesTrend) }
    return Equations(target: columns[0], regressors: Array(columns[1...2]), instruments: Array(columns.dropFirst(3)))
  }

  /// What a constant, or a straight line, leaves of a column.
  private static func remainder(_ column: [Double], removesTrend: Bool) -> [Double] {
    let n = Double(column.count)
    let mean = column.reduce(0, +) / n
    guard removesTrend else { return column.map { $0 - mean } }
    let middle = (n - 1) / 2
    var product = 0.0
    for (t, value) in column.enumerated() { product += (Double(t) - middle) * (value - mean) }
    let slope = product / (n * (n * n - 1) / 12)
    return column.enumerated().map { $1 - mean - slope * (Double($0) - middle) }
  }

  /// The s-th root of the recurrence's dominant root.
  private static func root(_ coefficients: (Double, Double)?, _ stride: Int) -> ComplexNumber? {
    guard let (a, b) = coefficients, a.isFinite, b.isFinite else { return nil }
    let discriminant = a * a / 4 + b
    let power = 1 / Double(stride)
    guard discriminant < 0 else {
      // Two real roots: the larger is the series' growth.
      let larger = abs(a) / 2 + discriminant.squareRoot()
      guard larger > 0 else { return nil }
      return a < 0 && stride == 1 ? ComplexNumber(-larger) : ComplexNumber(pow(larger, power))
    }
    let radius = pow(-b, power / 2)
    let angle = atan2((-discriminant).squareRoot(), a / 2) * power
    return ComplexNumber(radius * cos(angle), radius * sin(angle))
  }
}

/// The products that a two-regressor fit needs, block by block, so that blocks can be left out.
private struct Equations {
  static let blockCount = 8
  private let blocks: [Matrix]
  private let instrumentCount: Int

  init(target: [Double], regressors: [[Double]], instruments: [[Double]]) {
    let columns = [target] + regressors + instruments
    let count = target.count
    instrumentCount = instruments.count
    blocks = (0..<Self.blockCount).map { block in
      let rows = block * count / Self.blockCount..<(block + 1) * count / Self.blockCount
      let part = Matrix(rows: columns.count, columns: rows.count, values: columns.flatMap { $0[rows] })
      return part * part.transposed
    }
  }

  /// The coefficients without one of the blocks; `nil` where they are not determined.
  func solution(without block: Int?) throws -> (Double, Double)? {
    let size = 3 + instrumentCount
    let products = blocks.indices.reduce(Matrix(rows: size, columns: size)) { $1 == block ? $0 : $0 + blocks[$1] }
    var normal = [products[1, 1], products[1, 2], products[2, 2]]
    var right = [products[1, 0], products[2, 0]]
    if instrumentCount > 0 {
      // Projected on the span of the instruments; directions that hold only rounding are left out.
      var inner = Matrix(rows: instrumentCount, columns: instrumentCount)
      for i in 0..<instrumentCount { for j in 0..<instrumentCount { inner[i, j] = products[3 + i, 3 + j] } }
      let (powers, vectors) = try inner.symmetricEigen()
      normal = [0, 0, 0]
      right = [0, 0]
      for index in powers.indices where powers[index] > 1e-12 * (powers.last ?? 0) {
        let along = (0..<3).map { column in
          (0..<instrumentCount).reduce(0.0) { $0 + vectors[index, $1] * products[3 + $1, column] }
        }
        normal[0] += along[1] * along[1] / powers[index]
        normal[1] += along[1] * along[2] / powers[index]
        normal[2] += along[2] * along[2] / powers[index]
        right[0] += along[1] * along[0] / powers[index]
        right[1] += along[2] * along[0] / powers[index]
      }
    }
    let determinant = normal[0] * normal[2] - normal[1] * normal[1]
    guard normal[0] > 0, normal[2] > 0, determinant > 1e-13 * normal[0] * normal[2] else { return nil }
    return (
      (right[0] * normal[2] - right[1] * normal[1]) / determinant, (right[1] * normal[0] - right[0] * normal[1]) / determinant
    )
  }
}
