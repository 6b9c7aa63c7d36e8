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
  /// The standard error of ln |z|, from the equations' residuals and their autocorrelation over two strides and a half (Newey and West
  /// 1987); NaN where the pole is real.
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
    let solution = try equations.solution()
    guard let solution, let root = Self.root(solution.coefficients, stride) else {
      throw DiagnosticsError("no rotation fits the series: it is constant, a straight line, or nothing in it repeats")
    }
    value = root
    // |z|²ˢ is minus the second coefficient.
    let power = abs(solution.coefficients.1)
    let error = equations.secondStandardError(solution, lags: (5 * stride + 1) / 2 + 1)
    logStandardError = root.imaginary > 0 && power > 0 ? error / (power * 2 * Double(stride)) : .nan
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
  private static func root(_ coefficients: (Double, Double), _ stride: Int) -> ComplexNumber? {
    let (a, b) = coefficients
    guard a.isFinite, b.isFinite else { return nil }
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

/// A target, two regressors and instruments, as columns.
private struct Equations {
  let target: [Double]
  let regressors: [[Double]]
  let instruments: [[Double]]

  /// The coefficients, and the regressors as the instruments see them.
  struct Solution {
    var coefficients: (Double, Double)
    /// The projected regressors.
    var projected: [[Double]]
    /// Their products: first with first, first with second, second with second.
    var products: (Double, Double, Double)
    var determinant: Double { products.0 * products.2 - products.1 * products.1 }
  }

  /// Two-stage least squares, or least squares where there are no instruments; `nil` where the coefficients are not determined.
  func solution() throws -> Solution? {
    let projected = instruments.isEmpty ? regressors : try projections()
    let products = (
      Self.dot(projected[0], projected[0]), Self.dot(projected[0], projected[1]), Self.dot(projected[1], projected[1])
    )
    let right = (Self.dot(projected[0], target), Self.dot(projected[1], target))
    var solution = Solution(coefficients: (0, 0), projected: projected, products: products)
    let determinant = solution.determinant
    guard products.0 > 0, products.2 > 0, determinant > 1e-13 * products.0 * products.2 else { return nil }
    solution.coefficients = (
      (right.0 * products.2 - right.1 * products.1) / determinant, (right.1 * products.0 - right.0 * products.1) / determinant
    )
    return solution
  }

  /// The regressors projected on the span of the instruments; directions that hold only rounding are left out.
  private func projections() throws -> [[Double]] {
    let count = instruments.count
    var inner = Matrix(rows: count, columns: count)
    for i in 0..<count { for j in 0..<count { inner[i, j] = Self.dot(instruments[i], instruments[j]) } }
    let (powers, vectors) = try inner.symmetricEigen()
    var result = regressors.map { [Double](repeating: 0, count: $0.count) }
    for index in powers.indices where powers[index] > 1e-12 * (powers.last ?? 0) {
      var direction = [Double](repeating: 0, count: target.count)
      for (i, column) in instruments.enumerated() {
        for t in direction.indices { direction[t] += vectors[index, i] * column[t] }
      }
      for (place, regressor) in regressors.enumerated() {
        let share = Self.dot(direction, regressor) / powers[index]
        for t in direction.indices { result[place][t] += share * direction[t] }
      }
    }
    return result
  }

  /// The standard error of the second coefficient, right for residuals of unequal size that hang together over `lags` equations.
  func secondStandardError(_ solution: Solution, lags: Int) -> Double {
    // The second row of the inverse times each equation's regressors, times its residual.
    let determinant = solution.determinant
    let influence = target.indices.map { t in
      let residual = target[t] - solution.coefficients.0 * regressors[0][t] - solution.coefficients.1 * regressors[1][t]
      let row = solution.products.0 * solution.projected[1][t] - solution.products.1 * solution.projected[0][t]
      return residual * row / determinant
    }
    var variance = Self.dot(influence, influence)
    for lag in 1...max(1, min(lags, influence.count - 1)) {
      var sum = 0.0
      for t in lag..<influence.count { sum += influence[t] * influence[t - lag] }
      variance += 2 * (1 - Double(lag) / Double(lags + 1)) * sum
    }
    return max(0, variance).squareRoot()
  }

  private static func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for index in a.indices { sum += a[index] * b[index] }
    return sum
  }
}
