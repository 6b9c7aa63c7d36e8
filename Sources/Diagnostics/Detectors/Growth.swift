import Foundation
import Metrics

/// How fast a norm grows: the slope of its logarithm, which tells an exponential divergence long before it overflows.
public struct Growth: Sendable, Equatable {
  /// What the norm does.
  public enum Shape: String, Sendable, Codable {
    /// No trend that the test can tell from chance.
    case steady
    /// It grows by about the same factor in equal times, or by more: exponential divergence.
    case exponentialGrowth
    /// It grows, by less and less: a power of time, as of a parameter that drifts.
    case slowingGrowth
    /// It shrinks by about the same factor in equal times, or by more.
    case exponentialDecay
    /// It shrinks, by less and less: a sublinear convergence.
    case slowingDecay
  }

  /// The trend of the logarithm; its slope is the rate for each step.
  public let trend: Trend
  /// The rate in the first half of the steps.
  public let earlyRate: Double
  /// The rate in the second half.
  public let lateRate: Double
  /// What the norm does.
  public let shape: Shape

  /// d ln‖x‖/dt: the Theil–Sen slope of the logarithm, for each step.
  public var rate: Double { trend.slope.estimate }
  /// e^rate: the factor of one step.
  public var factor: Double { exp(rate) }
  /// The steps in which the norm doubles, ln 2/rate; `nil` where it does not grow.
  public var doublingTime: Double? { rate > 0 ? log(2) / rate : nil }
  /// The steps in which the norm halves; `nil` where it does not shrink.
  public var halvingTime: Double? { rate < 0 ? -log(2) / rate : nil }

  /// Measures the growth of `norms`, recorded at `steps`, or at 0, 1, 2, … where there are none.
  ///
  /// A growth is slowing where the rate of the second half is below 0.7 of that of the first.
  ///
  /// - Parameter level: of the trend test; 0.01 by default.
  /// - Throws: ``DiagnosticsError`` where there are fewer than 8 norms, one is not above 0 and finite, or steps do not ascend.
  public init(_ norms: [Double], steps: [Int]? = nil, level: Double = 0.01) throws {
    try SeriesCheck.require(norms, atLeast: 8, for: "the growth of a norm")
    if let place = norms.firstIndex(where: { $0 <= 0 }) {
      throw DiagnosticsError("the growth of a norm needs norms above 0, and norm \(place) of \(norms.count) is \(norms[place])")
    }
    let steps = steps ?? Array(norms.indices)
    let logarithms = norms.map { log($0) }
    trend = try Trend(logarithms, steps: steps, level: level)
    let half = norms.count / 2
    earlyRate = try Trend(Array(logarithms[..<half]), steps: Array(steps[..<half])).slope.estimate
    lateRate = try Trend(Array(logarithms[half...]), steps: Array(steps[half...])).slope.estimate
    let isSlowing = earlyRate != 0 && lateRate / earlyRate < 0.7
    switch trend.direction {
    case .none: shape = .steady
    case .rising: shape = isSlowing ? .slowingGrowth : .exponentialGrowth
    case .falling: shape = isSlowing ? .slowingDecay : .exponentialDecay
    }
  }
}
