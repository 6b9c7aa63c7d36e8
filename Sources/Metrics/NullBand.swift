import Components
import Tensors

/// What a metric gives for two draws from one distribution: the floor, or ceiling, that no generator can beat.
public struct NullBand: Codable, Sendable, Equatable {
  public var mean: Double
  /// The lower end of the band that holds 95 % of the null values.
  public var lower: Double
  public var upper: Double
  /// How many samples stood on the generated and the real side.
  public var sampleCount: Int
  public var referenceCount: Int
  /// The repeats that the band was made from; `nil` where it follows from a formula.
  public var repeats: Int?
  /// The metric's own value at the band's sample sizes, where those are not the sizes that the value was computed at: compare this one with
  /// the band.
  public var comparable: Double?

  public init(mean: Double, lower: Double, upper: Double, sampleCount: Int, referenceCount: Int, repeats: Int? = nil) {
    self.mean = mean
    self.lower = lower
    self.upper = upper
    self.sampleCount = sampleCount
    self.referenceCount = referenceCount
    self.repeats = repeats
  }

  /// A band from null values: their mean ± t·s·√(1 + 1/R), which holds one further null value in 95 % of cases where they are normal.
  public init(values: [Double], sampleCount: Int, referenceCount: Int) {
    let mean = Statistics.mean(values)
    let spread = Statistics.standardDeviation(values)
    let count = Double(values.count)
    let half = values.count > 1 ? StudentT(degreesOfFreedom: count - 1).quantile(0.975) * spread * (1 + 1 / count).squareRoot() : .infinity
    self.init(
      mean: mean, lower: mean - half, upper: mean + half, sampleCount: sampleCount, referenceCount: referenceCount, repeats: values.count)
  }
}
