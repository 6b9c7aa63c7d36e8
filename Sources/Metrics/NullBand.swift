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

  /// How many null values make a band that assumes no distribution.
  public static let usualRepeats = 39

  /// A band that holds one further null value in 95 % of cases, and misses it on either side in 2.5 %.
  ///
  /// From 39 values on the k-th smallest and the k-th largest are its ends, with k = ⌊(R + 1)/40⌋: a further value is as likely to have any rank
  /// among them, whatever the distribution. Of fewer it is their mean ± t·s·√(1 + 1/R), which is right where they are normal.
  public init(values: [Double], sampleCount: Int, referenceCount: Int) {
    let mean = Statistics.mean(values)
    let ends: (Double, Double)
    if values.count >= Self.usualRepeats {
      let sorted = values.sorted()
      let place = (values.count + 1) / 40 - 1
      ends = (sorted[place], sorted[sorted.count - 1 - place])
    } else {
      let count = Double(values.count)
      let half =
        count > 1
        ? StudentT(degreesOfFreedom: count - 1).quantile(0.975) * Statistics.standardDeviation(values) * (1 + 1 / count).squareRoot()
        : .infinity
      ends = (mean - half, mean + half)
    }
    self.init(
      mean: mean, lower: ends.0, upper: ends.1, sampleCount: sampleCount, referenceCount: referenceCount, repeats: values.count)
  }
}
