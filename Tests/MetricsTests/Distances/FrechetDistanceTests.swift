import LinearAlgebra
import MetricParts
import Metrics
import Tensors
import Testing

@Suite struct FrechetDistanceTests {
  private func moments(_ mean: [Double], _ covariance: [Double]) throws -> GaussianMoments {
    try GaussianMoments(mean: mean, covariance: Matrix(rows: mean.count, columns: mean.count, values: covariance))
  }

  @Test func knownGaussians() throws {
    let identity = [1.0, 0, 0, 0, 1, 0, 0, 0, 1]
    let unit = try moments([0, 0, 0], identity)
    #expect(agree(try FrechetDistance.squared(unit, moments([1, 2, 2], identity.map { 4 * $0 })), 12, 1e-12))
    #expect(agree(try FrechetDistance.squared(moments([0, 0], [1, 0, 0, 4]), moments([0, 0], [9, 0, 0, 16])), 8, 1e-12))
    let correlated = try moments([1, -1], [2, 1, 1, 2])
    #expect(agree(try FrechetDistance.squared(correlated, moments([0, 0], [1, 0, 0, 4])), 2.771_220_447_6, 1e-9))
    // Ranks of 1 in three dimensions, at right angles.
    let (first, second) = ([1.0, 0, 0, 0, 0, 0, 0, 0, 0], [0.0, 0, 0, 0, 1, 0, 0, 0, 0])
    #expect(agree(try FrechetDistance.squared(moments([0, 0, 0], first), moments([0, 0, 0], second)), 2, 1e-12))
  }

  @Test func samplesOfTwoPointsEach() throws {
    let half = [Int](0..<50)
    let real = try SampleSet(half.map { _ in [2, 1] } + half.map { _ in [1, 1] })
    let generated = try SampleSet(half.map { _ in [9, 9] } + half.map { _ in [2, 9] })
    #expect(agree(try FrechetDistance.squared(generated, real), 980.0 / 11, 1e-9))
  }

  @Test func aSetIsAtZeroFromItself() throws {
    for (count, dimension) in [(200, 10), (30, 100)] {
      let set = try DistanceSamples.normal(count, dimension: dimension, shift: 3, key: Key(seed: 1))
      #expect(abs(try FrechetDistance.squared(set, set)) < 1e-8)
    }
  }

  @Test func bothPathsAgree() throws {
    // As many samples as dimensions and one more take different paths; so do moments of the same samples.
    for (count, other) in [(20, 20), (20, 60), (60, 20), (21, 20)] {
      let x = try DistanceSamples.normal(count, dimension: 20, key: Key(seed: 2))
      let y = try DistanceSamples.normal(other, dimension: 20, shift: 0.3, deviation: 1.5, key: Key(seed: 3))
      let direct = try FrechetDistance.squared(x, y)
      let throughMoments = try FrechetDistance.squared(GaussianMoments(of: x), GaussianMoments(of: y))
      #expect(agree(direct, throughMoments, 1e-8), "\(count) and \(other)")
    }
  }

  @Test("The bias under the null, to first order", arguments: [1, 5, 20])
  func nullBias(_ dimension: Int) throws {
    let count = 1_000
    let repeats = dimension == 20 ? 60 : 150
    let values = try (0..<repeats).map { repetition in
      let key = Key(seed: 4).derived(dimension).derived(repetition)
      let x = try DistanceSamples.normal(count, dimension: dimension, key: key.derived("x"))
      let y = try DistanceSamples.normal(count, dimension: dimension, key: key.derived("y"))
      return try FrechetDistance.squared(x, y)
    }
    let d = Double(dimension)
    let expected = (2 * d + d * (d + 1) / 2) / Double(count)
    #expect(agree(FrechetDistance.nullBias(dimension: dimension, count: count, referenceCount: count), expected, 1e-15))
    #expect(agree(Statistics.mean(values), expected, 4 * Statistics.standardError(values) + 0.01 * expected))
  }

  @Test func theBiasOfAGeneralGaussian() throws {
    let identity = Matrix(diagonal: [1, 1, 1, 1])
    let known = FrechetDistance.nullBias(dimension: 4, count: 50)
    #expect(agree(try FrechetDistance.nullBias(covariance: identity, count: 50), known, 1e-15))
    // One side alone: (d + d(d + 1)/4)/n.
    #expect(agree(known, 9.0 / 50, 1e-15))
    // diag(1, 9): the mean gives 10, the variances ¼ · 2 · (1 + 9), the covariance 9/10.
    #expect(agree(try FrechetDistance.nullBias(covariance: Matrix(diagonal: [1, 9]), count: 1), 15.9, 1e-12))
    let values = try (0..<200).map { repetition in
      let numbers = RandomOrder.normal(count: 2_000, key: Key(seed: 5).derived(repetition))
      let set = try SampleSet(numbers.enumerated().map { Float($0.offset % 2 == 0 ? $0.element : 3 * $0.element) }, dimension: 2)
      return try FrechetDistance.squared(GaussianMoments(of: set), moments([0, 0], [1, 0, 0, 9]))
    }
    #expect(agree(Statistics.mean(values), 0.0159, 4 * Statistics.standardError(values)))
  }

  @Test func extrapolationRemovesTheBias() throws {
    var metric = FrechetDistanceInfinity()
    metric.shrinksReference = true
    let repeats = 12
    var extrapolated: [Double] = []
    var raw: [Double] = []
    for repetition in 0..<repeats {
      let key = Key(seed: 6).derived(repetition)
      let x = try DistanceSamples.normal(2_000, dimension: 10, shift: 0.025.squareRoot(), key: key.derived("x"))
      let y = try DistanceSamples.normal(2_000, dimension: 10, key: key.derived("y"))
      extrapolated.append(try metric.measure(x, against: y, key: key)[0].value)
      raw.append(try FrechetDistance.squared(x, y))
    }
    #expect(agree(Statistics.mean(extrapolated), 0.25, 4 * Statistics.standardError(extrapolated)))
    // The bias of the distance itself: (10 + 110/4) · 2/2000.
    #expect(agree(Statistics.mean(raw), 0.25 + 0.0375, 4 * Statistics.standardError(raw)))
  }

  /// Ten dimensions, 5,000 samples, the truth .25: raw .2589 ± .0124 and extrapolated .2548 ± .0182, the scatter of single values. On
  /// average the raw one is (10 + 110/4)/5000 too large against the distribution itself; a subset's distances are not independent, so that
  /// their line scatters more.
  @Test func extrapolationOfFiveThousandSamples() throws {
    let exact = try moments(Array(repeating: 0, count: 10), Matrix(diagonal: Array(repeating: 1, count: 10)).values)
    let counts = (0..<15).map { 500 + 4_500 * $0 / 14 }
    var (raw, extrapolated): ([Double], [Double]) = ([], [])
    for repetition in 0..<30 {
      let key = Key(seed: 7).derived(repetition)
      let x = try DistanceSamples.normal(5_000, dimension: 10, shift: 0.025.squareRoot(), key: key)
      let distances = try counts.enumerated().map { index, count -> Double in
        let chosen = RandomOrder.permutation(of: 5_000, key: key.derived(index)).prefix(count)
        return try FrechetDistance.squared(GaussianMoments(of: x.selecting(Array(chosen))), exact)
      }
      raw.append(distances[14])
      extrapolated.append(FrechetDistanceInfinity.line(through: distances, over: counts.map { 1 / Double($0) }).intercept)
    }
    #expect(agree(Statistics.mean(raw), 0.25 + 0.0075, 4 * Statistics.standardError(raw)))
    #expect(agree(Statistics.mean(extrapolated), 0.25, 4 * Statistics.standardError(extrapolated)))
    #expect(agree(Statistics.mean(raw), 0.2589, 4 * 0.0124 / 30.0.squareRoot()), "\(Statistics.mean(raw))")
    #expect(agree(Statistics.mean(extrapolated), 0.2548, 4 * 0.0182 / 30.0.squareRoot()), "\(Statistics.mean(extrapolated))")
    #expect(agree(Statistics.standardDeviation(raw), 0.0124, 0.006), "\(Statistics.standardDeviation(raw))")
    #expect(agree(Statistics.standardDeviation(extrapolated), 0.0182, 0.009), "\(Statistics.standardDeviation(extrapolated))")
  }

  @Test func aLineIsFitted() {
    let line = FrechetDistanceInfinity.line(through: [1, 3, 5, 7], over: [0, 1, 2, 3])
    #expect(agree(line.intercept, 1, 1e-12) && agree(line.slope, 2, 1e-12) && agree(line.standardError, 0, 1e-12))
    // Residuals of (0, 1, 0) from 1/3: σ² = 2/3, and the intercept's variance is σ² (1/3 + 1/2).
    let noisy = FrechetDistanceInfinity.line(through: [0, 1, 0], over: [0, 1, 2])
    #expect(agree(noisy.intercept, 1.0 / 3, 1e-12) && agree(noisy.standardError, (5.0 / 9).squareRoot(), 1e-12))
  }

  @Test func whatMakesNoSenseIsRefused() throws {
    let one = try SampleSet([1, 2], dimension: 2)
    let two = try SampleSet([1, 2, 3, 4], dimension: 2)
    #expect(throws: MetricError.self) { try FrechetDistance.squared(one, two) }
    #expect(throws: MetricError.self) { try FrechetDistance.squared(two, SampleSet([1, 2, 3], dimension: 3)) }
    #expect(throws: MetricError.self) { try moments([0, 0], [1, 2, 3, 4]) }
    #expect(throws: MetricError.self) { try FrechetDistance.squared(moments([0, 0], [1, 2, 2, 1]), moments([0, 0], [1, 0, 0, 1])) }
  }
}
