import Components
import Foundation
import LinearAlgebra
import MetricParts
import Metrics
import Networks
import Tensors
import Testing

@Suite struct KernelDiscrepancyTests {
  @Test func threeEstimators() throws {
    let x = try SampleSet([0, 1, 2], dimension: 1)
    let y = try SampleSet([1, 3, -1], dimension: 1)
    let kernel = SimilarityKernel.cubic(dimension: 1)
    #expect(agree(try KernelDiscrepancy.squared(x, y, kernel: kernel).value, -211.0 / 3, 1e-9))
    #expect(agree(try KernelDiscrepancy.squared(x, y, kernel: kernel, estimator: .biased).value, 48, 1e-9))
    #expect(agree(try KernelDiscrepancy.squared(x, y, kernel: kernel, estimator: .paired).value, -295.0 / 3, 1e-9))
  }

  /// E k over independent normal numbers, by Gauss and Hermite's rule: the eigenvalues of a tridiagonal matrix are its places.
  private func expectation(_ kernel: SimilarityKernel, _ first: (mean: Double, deviation: Double), _ second: (Double, Double)) throws
    -> Double
  {
    let count = 60
    var matrix = Matrix(rows: count, columns: count)
    for index in 1..<count {
      matrix[index, index - 1] = Double(index).squareRoot()
      matrix[index - 1, index] = Double(index).squareRoot()
    }
    let (places, vectors) = try matrix.symmetricEigen()
    let weights = (0..<count).map { vectors[$0, 0] * vectors[$0, 0] }
    var sum = 0.0
    for i in 0..<count {
      for j in 0..<count {
        let (x, y) = (first.mean + first.deviation * places[i], second.0 + second.1 * places[j])
        sum += weights[i] * weights[j] * kernel.value([x], [y])
      }
    }
    return sum
  }

  @Test func populationValues() throws {
    func discrepancy(_ kernel: SimilarityKernel, _ p: (Double, Double), _ q: (Double, Double)) throws -> Double {
      try expectation(kernel, p, p) + expectation(kernel, q, q) - 2 * expectation(kernel, p, q)
    }
    #expect(agree(try discrepancy(.cubic(dimension: 1), (0, 1), (1, 1)), 22, 1e-9))
    let gaussian = SimilarityKernel.gaussian(bandwidths: [1])
    #expect(agree(try discrepancy(gaussian, (0, 1), (1, 1)), 2 / 3.0.squareRoot() * (1 - exp(-1.0 / 6)), 1e-9))
    #expect(agree(try discrepancy(gaussian, (0, 1), (0, 2)), 0.094_187_021_6, 1e-9))
  }

  @Test func estimatesFindThePopulationValues() throws {
    let x = try DistanceSamples.normal(2_500, dimension: 1, key: Key(seed: 1))
    let y = try DistanceSamples.normal(2_000, dimension: 1, shift: 1, key: Key(seed: 2))
    let gaussian = try KernelDiscrepancy.squared(x, y, kernel: .gaussian(bandwidths: [1]))
    #expect(agree(gaussian.value, 0.177_267_634_9, 4 * gaussian.standardError) && gaussian.standardError < 0.02)
    let cubic = try KernelDiscrepancy.squared(x, y, kernel: .cubic(dimension: 1))
    #expect(agree(cubic.value, 22, 4 * cubic.standardError) && cubic.standardError < 2)
    let energy = try EnergyDistance.estimate(x, y)
    #expect(agree(energy.value, 0.541_806_579_3, 4 * energy.standardError) && energy.standardError < 0.04)
  }

  @Test func standardErrorsAreThoseOfRepeatedDraws() throws {
    var values: [Double] = []
    var errors: [Double] = []
    for repetition in 0..<150 {
      let key = Key(seed: 3).derived(repetition)
      let x = try DistanceSamples.normal(100, dimension: 2, key: key.derived("x"))
      let y = try DistanceSamples.normal(80, dimension: 2, shift: 0.7, key: key.derived("y"))
      let estimate = try KernelDiscrepancy.squared(x, y, kernel: .gaussian(bandwidths: [1]))
      values.append(estimate.value)
      errors.append(estimate.standardError)
    }
    // The deviation of 150 draws is known to about 6 %.
    let ratio = Statistics.mean(errors) / Statistics.standardDeviation(values)
    #expect((0.8...1.25).contains(ratio), "\(ratio)")
  }

  @Test func blocksDoNotChangeTheSums() throws {
    // More than one block on each side, in the dimensions of both ways to distances; sums by hand.
    for dimension in [2, 7] {
      let x = try DistanceSamples.normal(1_100, dimension: dimension, shift: 50, key: Key(seed: 4))
      let y = try DistanceSamples.normal(1_030, dimension: dimension, shift: 50.5, key: Key(seed: 5))
      let (a, b) = (rows(x), rows(y))
      func mean(_ a: [[Double]], _ b: [[Double]], count: Int) -> Double {
        var sum = 0.0
        for p in a { for q in b { sum += zip(p, q).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot() } }
        return sum / Double(count)
      }
      let (n, m) = (x.count, y.count)
      let expected = 2 * mean(a, b, count: n * m) - mean(a, a, count: n * (n - 1)) - mean(b, b, count: m * (m - 1))
      #expect(agree(try EnergyDistance.estimate(x, y).value, expected, 1e-10))
    }
  }

  @Test func closeSamplesKeepTheirDistance() throws {
    // Far from the origin and 10⁻³ apart: a difference of squares alone would have lost it.
    var far = [Float](repeating: 0, count: 8)
    far[0] = 4096
    var near = far
    near[1] = 0x1p-10
    let x = try SampleSet(far + far, dimension: 8)
    let y = try SampleSet(near + near, dimension: 8)
    #expect(agree(try EnergyDistance.estimate(x, y).value, 2 * 0x1p-10, 1e-15))
    #expect(try EnergyDistance.estimate(x, x, estimator: .biased).value == 0)
  }

  private func rows(_ set: SampleSet) -> [[Double]] {
    (0..<set.count).map { row in (0..<set.dimension).map { Double(set.values[row * set.dimension + $0]) } }
  }

  @Test func energyDistances() throws {
    let x = try SampleSet([0, 1, 3], dimension: 1)
    let y = try SampleSet([5, 6, 8], dimension: 1)
    let square = try EnergyDistance.estimate(x, y, estimator: .biased).value
    #expect(agree(square, 22.0 / 3, 1e-12) && agree(square.squareRoot(), 2.708_012_8, 5e-8))
    // Quantiles of N(0, 1), and the same moved by μ: 2 E|N(μ, 2)| − 4/√π.
    let quantiles = DistanceSamples.normalQuantiles(2_000)
    let first = try SampleSet(quantiles.map { Float($0) }, dimension: 1)
    for (shift, expected) in [(1.0, 0.541_806_579_3), (2.0, 1.944_259_832_5)] {
      let second = try SampleSet(quantiles.map { Float($0 + shift) }, dimension: 1)
      #expect(agree(try EnergyDistance.estimate(first, second, estimator: .biased).value, expected, 1e-3))
    }
  }

  /// The default is neither biased nor a root: of equal distributions it is below 0 as often as above, and 0 on average.
  @Test("Estimates of equal distributions scatter about 0", arguments: ["kernel-distance", "maximum-mean-discrepancy", "energy-distance"])
  func nullIsCentred(_ name: String) throws {
    let metric = try #require(BuiltInDistances.metrics.first { $0.name == name }).init()
    let values = try (0..<60).map { repetition in
      let key = Key(seed: 11).derived(repetition)
      let x = try DistanceSamples.normal(100, dimension: 3, key: key.derived("x"))
      let y = try DistanceSamples.normal(100, dimension: 3, key: key.derived("y"))
      return try metric.measure(x, against: y, key: key)[0].value
    }
    #expect(agree(Statistics.mean(values), 0, 4 * Statistics.standardError(values)))
    #expect((15...50).contains(values.count { $0 < 0 }), "\(values.count { $0 < 0 }) of 60 below 0")
  }

  @Test func bandwidths() throws {
    let set = try SampleSet([0, 0, 3, 4, 6, 8], dimension: 2)
    // Distances 5, 5 and 10.
    #expect(try SimilarityKernel.medianDistance(of: set) == 5)
    #expect(try MaximumMeanDiscrepancy().bandwidths(for: set) == [1.25, 2.5, 5, 10, 20])
    // The short way to halved bandwidths gives what each gives alone.
    let all = SimilarityKernel.gaussian(bandwidths: [4, 0.7, 2, 1]).value([0.3, 1], [2, -1])
    let each = [4, 0.7, 2, 1].map { SimilarityKernel.gaussian(bandwidths: [$0]).value([0.3, 1], [2, -1]) }
    #expect(agree(all, Statistics.mean(each), 1e-15))
    let equal = try SampleSet([1, 1, 1, 1], dimension: 1)
    #expect(throws: MetricError.self) { try SimilarityKernel.medianDistance(of: equal) }
  }

  @Test func subsets() throws {
    let x = try DistanceSamples.normal(300, dimension: 4, key: Key(seed: 6))
    let y = try DistanceSamples.normal(200, dimension: 4, shift: 0.3, key: Key(seed: 7))
    let kernel = SimilarityKernel.cubic(dimension: 4)
    let whole = try KernelDiscrepancy.squared(x, y, kernel: kernel).value
    let parts = try KernelDistance.overSubsets(x, y, kernel: kernel, subsets: 200, size: 50, key: Key(seed: 8))
    #expect(agree(parts.value, whole, 4 * parts.standardError) && parts.standardError > 0)
    // One subset of everything is the estimate itself.
    let once = try KernelDistance.overSubsets(y, y, kernel: kernel, subsets: 1, size: 200, key: Key(seed: 9)).value
    #expect(agree(once, try KernelDiscrepancy.squared(y, y, kernel: kernel).value, 1e-12))
    // The component takes all samples unless it is told to take subsets.
    var metric = KernelDistance()
    #expect(try metric.measure(x, against: y, key: Key(seed: 8))[0].value == whole)
    (metric.subsets, metric.subsetSize) = (200, 50)
    let measured = try metric.measure(x, against: y, key: Key(seed: 8))[0]
    #expect(measured.value == parts.value && measured.standardError == parts.standardError)
    #expect(throws: MetricError.self) { try KernelDistance.overSubsets(x, y, kernel: kernel, size: 250, key: Key(seed: 9)) }
    #expect(throws: MetricError.self) { try KernelDiscrepancy.squared(x, y, kernel: kernel, estimator: .paired) }
  }
}
