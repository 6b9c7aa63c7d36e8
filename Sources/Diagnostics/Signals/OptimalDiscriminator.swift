import Foundation

/// What the best discriminator of two known distributions does, D* = p/(p + q) (Goodfellow et al. 2014, proposition 1): the floor that a
/// trained one is compared with.
public struct OptimalDiscriminator: Sendable, Equatable {
  /// The Jensen–Shannon divergence in nats, in 0…ln 2.
  public let jensenShannon: Double
  /// The total variation distance, ½∫|p − q|, in 0…1.
  public let totalVariation: Double
  /// The mean of D* on real samples.
  public let meanReal: Double
  /// The mean of D* on generated samples.
  public let meanFake: Double

  /// The game's value, E ln D* + E ln(1 − D*) = 2 JSD − 2 ln 2.
  public var value: Double { 2 * jensenShannon - 2 * log(2) }
  /// The loss of D*, summed over both classes: 2 ln 2 − 2 JSD.
  public var binaryCrossEntropy: Double { -value }
  /// The accuracy of D*: (1 + total variation)/2.
  public var accuracy: Double { (1 + totalVariation) / 2 }

  /// For probabilities on a finite set.
  ///
  /// - Throws: ``DiagnosticsError`` where the lists differ in length, or are no probabilities to a sum of 1 within 1e-9.
  public init(real: [Double], fake: [Double]) throws {
    for (list, name) in [(real, "real"), (fake, "generated")] {
      guard list.allSatisfy({ $0 >= 0 && $0.isFinite }), abs(list.reduce(0, +) - 1) <= 1e-9 else {
        throw DiagnosticsError("the \(name) probabilities must be at least 0 and sum to 1; they sum to \(list.reduce(0, +))")
      }
    }
    guard real.count == fake.count else {
      throw DiagnosticsError("there are \(real.count) real and \(fake.count) generated probabilities; both lists must cover one set")
    }
    let points = zip(real, fake).map(Point.init)
    jensenShannon = points.reduce(0) { $0 + $1.divergence }
    totalVariation = points.reduce(0) { $0 + abs($1.real - $1.fake) } / 2
    meanReal = points.reduce(0) { $0 + $1.real * $1.output }
    meanFake = points.reduce(0) { $0 + $1.fake * $1.output }
  }

  /// For densities on a line, by the trapezoidal rule: to about 12 digits for smooth densities that vanish at both ends.
  ///
  /// - Parameters:
  ///   - real: the density of real samples.
  ///   - fake: the density of generated samples.
  ///   - range: outside of it both must be negligible.
  ///   - intervals: 20,000 by default.
  /// - Throws: ``DiagnosticsError`` where a density is negative, not finite, or does not integrate to 1 within 1e-6.
  public init(
    real: (Double) -> Double, fake: (Double) -> Double, over range: ClosedRange<Double>, intervals: Int = 20_000
  ) throws {
    precondition(intervals >= 1 && range.lowerBound < range.upperBound, "an integral needs a range and an interval")
    let width = (range.upperBound - range.lowerBound) / Double(intervals)
    var sums = [Double](repeating: 0, count: 6)
    var previous = 0.0
    for index in 0...intervals {
      let x = range.lowerBound + width * Double(index)
      let point = Point(real: real(x), fake: fake(x))
      guard point.real >= 0, point.fake >= 0, point.real.isFinite, point.fake.isFinite else {
        throw DiagnosticsError("a density is at least 0 and finite; at \(x) they are \(point.real) and \(point.fake)")
      }
      let weight = index == 0 || index == intervals ? width / 2 : width
      sums[0] += weight * point.divergence
      sums[1] += weight * point.real * point.output
      sums[2] += weight * point.fake * point.output
      sums[3] += weight * point.real
      sums[4] += weight * point.fake
      // Where the difference changes its sign, its chord's two triangles.
      let difference = point.real - point.fake
      if index > 0 {
        let (a, b) = (abs(previous), abs(difference))
        let isCrossing = previous * difference < 0
        sums[5] += isCrossing ? width * (a * a + b * b) / (2 * (a + b)) : width * (a + b) / 2
      }
      previous = difference
    }
    for (sum, name) in [(sums[3], "real"), (sums[4], "generated")] where abs(sum - 1) > 1e-6 {
      throw DiagnosticsError("the \(name) density integrates to \(sum) over \(range), not to 1; widen the range or add intervals")
    }
    jensenShannon = sums[0]
    meanReal = sums[1]
    meanFake = sums[2]
    totalVariation = sums[5] / 2
  }

  private struct Point {
    let real: Double
    let fake: Double

    /// D*; ½ where neither has mass.
    var output: Double { real + fake > 0 ? real / (real + fake) : 0.5 }

    /// ½ (p ln(2p/(p + q)) + q ln(2q/(p + q))).
    var divergence: Double {
      let sum = real + fake
      func term(_ value: Double) -> Double { value > 0 ? value * log(2 * (value / sum)) : 0 }
      return (term(real) + term(fake)) / 2
    }
  }
}
