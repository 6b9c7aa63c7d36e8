import Adversarial
import Components
import Foundation
import LinearAlgebra
import Networks
import Tensors
import Testing

@testable import MetricParts
@testable import Metrics

@Suite struct CoverageTests {
  @Test func clustersAreFound() throws {
    let centers: [(Float, Float)] = [(0, 0), (10, 0), (0, 10), (10, 10)]
    let noise = RandomOrder.normal(count: 800, key: Key(seed: 1))
    let samples = try set(
      (0..<400).flatMap { index in
        let center = centers[index % 4]
        return [center.0 + Float(noise[2 * index]) * 0.1, center.1 + Float(noise[2 * index + 1]) * 0.1]
      }, 2)
    let clusters = try KMeans(samples, count: 4, key: Key(seed: 2))
    #expect(try clusters.counts(samples) == [100, 100, 100, 100])
    let labels = try clusters.labels(samples)
    for index in 4..<400 where labels[index] != labels[index % 4] { Issue.record("sample \(index) is in another cluster") }
    #expect(try KMeans(samples, count: 4, key: Key(seed: 2)) == clusters)
    // As many clusters as different points; then more clusters than those.
    let few = try set([1, 1, 2, 2, 5])
    #expect(try KMeans(few, count: 3, key: Key(seed: 3)).counts(few).sorted() == [1, 2, 2])
    #expect(try KMeans(few, count: 5, key: Key(seed: 3)).counts(few).reduce(0, +) == 5)
    #expect(throws: MetricError.self) { try KMeans(few, count: 6, key: Key(seed: 3)) }
  }

  @Test func differentBinsOfCounts() throws {
    let result = try DifferentBins().result(generatedCounts: [50, 50], realCounts: [40, 60])
    #expect(agree(result.scores[0], 1.4213381, 5e-8) && result.differentCount == 0 && result.differentShare == 0)
    let other = try DifferentBins().result(generatedCounts: [100, 900], realCounts: [50, 950])
    #expect(agree(other.pValues[0], 2.188e-5, 5e-9) && other.differentCount == 2)
    #expect(agree(other.jensenShannon, Divergence.jensenShannon([0.1, 0.9], [0.05, 0.95]), 1e-15))
    #expect(throws: MetricError.self) { try DifferentBins().result(generatedCounts: [0, 0], realCounts: [1, 1]) }
  }

  /// About the share α of the bins differs between draws; where half of the space is missed, about all do.
  @Test func differentBinsOfDraws() throws {
    var share = 0.0
    for repetition in 0..<10 {
      let key = Key(seed: UInt64(repetition))
      let values = try DifferentBins(bins: 20).measure(
        normal(1000, 2, key.derived("y")), against: normal(2000, 2, key.derived("x")), key: key)
      share += values[0].value / 10
    }
    // 200 tests: .05 ± 4 standard errors.
    #expect(agree(share, 0.05, 4 * (0.05 * 0.95 / 200).squareRoot()))
    let half = try set(normal(1000, 2, Key(seed: 1)).values.enumerated().map { $0 % 2 == 0 ? abs($1) : $1 }, 2)
    #expect(try DifferentBins(bins: 20).measure(half, against: normal(2000, 2, Key(seed: 2)), key: Key(seed: 3))[0].value > 0.7)
  }

  @Test func curves() throws {
    let metric = PrecisionRecallCurve()
    let middle = metric.angles / 2
    let disjoint = try metric.curve(generatedShares: [1, 0], realShares: [0, 1])
    #expect(disjoint.precision.allSatisfy { $0 == 0 } && disjoint.recall.allSatisfy { $0 == 0 })
    #expect(disjoint.largestScore(beta: 8) == 0)
    let equal = try metric.curve(generatedShares: [0.5, 0.25, 0.25], realShares: [2, 1, 1])
    #expect(equal.precision[middle] == 1 && equal.recall[middle] == 1)
    #expect(agree(equal.largestScore(beta: 8), 1, 1e-12) && agree(equal.largestScore(beta: 0.125), 1, 1e-12))
    let twice = try metric.curve(generatedShares: [0.5, 0.5], realShares: [1, 0])
    #expect(twice.precision[middle] == 0.5 && twice.recall[middle] == 0.5)
    // Half of the generated mass is real; all of the real mass is generated, at half the density.
    #expect(agree(twice.precision.max() ?? 0, 0.5, 1e-9) && agree(twice.recall.max() ?? 0, 1, 1e-9))
    #expect(throws: MetricError.self) { try metric.curve(generatedShares: [0], realShares: [1]) }
  }

  @Test func scores() {
    let known: [(precision: Double, recall: Double, beta: Double, score: Double)] = [
      (1, 1, 1, 1), (0, 0, 1, 0), (0, 1, 8, 0), (0.5, 0.5, 8, 0.5), (0.5, 1, 1, 2.0 / 3), (1, 0.5, 8, 32.5 / 64.5),
    ]
    for (precision, recall, beta, score) in known {
      #expect(agree(PrecisionRecallCurve.Curve.score(precision: precision, recall: recall, beta: beta), score, 1e-12))
    }
  }

  @Test func curvesOfSamples() throws {
    var metric = PrecisionRecallCurve()
    metric.repeats = 3
    let real = try normal(1000, 2, Key(seed: 1))
    let fresh = try metric.measure(normal(1000, 2, Key(seed: 2)), against: real, key: Key(seed: 3))
    #expect(fresh.allSatisfy { $0.value > 0.9 })
    // A narrow generator is precise and recalls little.
    let narrow = try normal(1000, 2, Key(seed: 2), scale: 0.2)
    let values = try metric.measure(narrow, against: real, key: Key(seed: 3))
    #expect(values[0].value < 0.6 && values[1].value > 0.7)
  }

  @Test func vendiOfMatrices() throws {
    func score(_ rows: [[Double]]) throws -> Double {
      try VendiScore.score(similarity: Matrix(rows: rows.count, columns: rows[0].count, values: rows.flatMap { $0 }))
    }
    #expect(agree(try score((0..<4).map { row in (0..<4).map { $0 == row ? 1 : 0 } }), 4, 1e-12))
    #expect(agree(try score(Array(repeating: Array(repeating: 1, count: 4), count: 4)), 1, 1e-12))
    #expect(agree(try score((0..<4).map { row in (0..<4).map { $0 / 2 == row / 2 ? 1 : 0 } }), 2, 1e-12))
    #expect(throws: MetricError.self) { try VendiScore.score(similarity: Matrix(rows: 1, columns: 2)) }
  }

  @Test(arguments: NeighborReference.all) func vendiAgreesWithOtherImplementations(_ reference: NeighborReference) throws {
    let (_, generated, _) = try reference.samples()
    #expect(agree(try VendiScore().score(generated, bandwidth: 1), try reference.value("vendiGaussian"), 1e-9))
    #expect(agree(try VendiScore(kernel: .cosine).score(generated, bandwidth: 0), try reference.value("vendiCosine"), 1e-9))
    // Fewer samples than axes: the other Gram matrix.
    let few = try set([1, 0, 0, 0, 0, 1, 0, 0], 4)
    #expect(agree(try VendiScore(kernel: .cosine).score(few, bandwidth: 0), 2, 1e-12))
  }

  @Test func vendiFallsWithCollapse() throws {
    let real = try normal(200, 2, Key(seed: 1))
    let values = try VendiScore().measure(normal(200, 2, Key(seed: 2), scale: 0.1), against: real, key: Key(seed: 3))
    #expect(values[0].value < 1.2 && values[1].value < 0.6)
    let fresh = try VendiScore().measure(normal(200, 2, Key(seed: 4)), against: real, key: Key(seed: 3))
    #expect(agree(fresh[1].value, 1, 0.2))
    // Distances 1, 2, 3, 4, 6, 7: the bandwidth is the mean of the two in the middle, not the root of their squares' mean.
    let four = try set([0, 1, 3, 7])
    let own = try VendiScore().measure(four, against: four, key: Key(seed: 1))[0].value
    #expect(agree(own, try VendiScore().score(four, bandwidth: 3.5), 1e-12))
    // Equal real samples have no scale; the bandwidth is 1.
    let equal = try VendiScore().measure(four, against: set([1, 1, 1, 1]), key: Key(seed: 1))[0].value
    #expect(agree(equal, try VendiScore().score(four, bandwidth: 1), 1e-12))
    #expect(throws: MetricError.self) { try VendiScore(kernel: .cosine).score(set([0, 0, 1, 0], 2), bandwidth: 0) }
  }

  @Test func modeShares() throws {
    #expect(ModeShares.shares([0, 0]) == nil)
    #expect(ModeShares.shares([1, 3]) == [0.25, 0.75])
    #expect(agree(ModeShares.entropy(Array(repeating: 0.125, count: 8)), log(8), 1e-12))
    #expect(agree(ModeShares.effectiveModes([0.25, 0.25, 0.25, 0.25, 0]), 4, 1e-12) && ModeShares.entropy([1, 0]) == 0)
    #expect(ModeShares.totalVariation([1, 0], [0, 1]) == 1 && agree(ModeShares.totalVariation([0.5, 0.5], [0.9, 0.1]), 0.4, 1e-15))
    let coverage = ModeCoverage(samples: [0, 0, 1, 1, 9], centers: [[0], [1], [2], [3]], standardDeviation: 0.1)
    #expect(try agree(#require(coverage.entropy()), log(2), 1e-12) && agree(#require(coverage.effectiveModes()), 2, 1e-12))
    #expect(agree(try #require(coverage.totalVariation()), 0.5, 1e-12))
    // For equal weights the reverse KL is what the entropy lacks to log K.
    #expect(agree(try #require(coverage.reverseKL()), log(4) - log(2), 1e-12))
  }

  @Test func modeCoverageKnownAnswers() throws {
    #expect(agree(ModeCoverage.highQualityCeiling(dimension: 1), 0.9973002, 5e-8))
    #expect(agree(ModeCoverage.highQualityCeiling(dimension: 2), 0.9888910, 5e-8))
    #expect(agree(ModeCoverage.highQualityCeiling(dimension: 3), 0.9707091, 5e-8))
    #expect(agree(ModeCoverage.expectedModes(modes: 1000, samples: 1000), 632.3046, 5e-5))
    #expect(agree(ModeCoverage.reverseKLBias(modes: 25, samples: 2500), 0.0048, 1e-15))
    #expect(agree(ModeCoverage.reverseKLBias(modes: 8, samples: 2500), 0.0014, 1e-15))
    let centers: [[Float]] = (0..<25).map { [Float($0)] }
    let five = ModeCoverage(samples: [0, 1, 2, 3, 4], centers: centers, standardDeviation: 0.1)
    #expect(agree(try #require(five.reverseKL()), 1.6094379124341003, 1e-12))
    let four = ModeCoverage(samples: [0, 1, 2, 3], centers: Array(centers.prefix(8)), standardDeviation: 0.1)
    #expect(agree(try #require(four.reverseKL()), log(2), 1e-12))
  }

  /// Divergences are in nats, of the frequencies as they are: nothing is smoothed, and without high-quality samples there is no number.
  @Test func divergencesAreNeitherSmoothedNorInBits() throws {
    #expect(agree(Divergence.jensenShannon([1, 0], [0, 1]), 0.693_147_180_559_945_3, 1e-15))
    #expect(agree(Divergence.kullbackLeibler([0.5, 0.5, 0], [0.25, 0.25, 0.5]), log(2), 1e-15))
    #expect(Divergence.kullbackLeibler([0.5, 0.5], [1, 0]) == .infinity)
    let astray = ModeCoverage(samples: [50, 60], centers: [[0], [1]], standardDeviation: 0.1)
    #expect(astray.reverseKL() == nil && astray.jensenShannon() == nil && astray.entropy() == nil)
    #expect(astray.highQualityFraction == 0 && astray.coveredModes() == 0)
  }

  /// The published biases, by simulation: a perfect model's reverse KL and number of hit modes.
  @Test func modeCoverageOfPerfectModels() throws {
    let centers: [[Float]] = (0..<25).map { [Float($0)] }
    var divergence = 0.0
    for repetition in 0..<40 {
      let draws = RandomOrder.uniform(count: 2500, key: Key(seed: UInt64(repetition))).map { Float(Int($0 * 25)) }
      divergence += try #require(ModeCoverage(samples: draws, centers: centers, standardDeviation: 0.1).reverseKL()) / 40
    }
    // 2N · KL is χ² with 24 degrees of freedom: its mean over 40 has the standard error √(48/40)/5000.
    #expect(agree(divergence, 0.0048, 4 * (48.0 / 40).squareRoot() / 5000))
  }

  /// Modes at 0 and 10: three samples in one, one in the other, one between, one not finite.
  @Test func knownModesAreAMetric() throws {
    let modes = ModeDescription(centers: [[0], [10]], standardDeviation: 0.1)
    let reference = try SampleSet([0, 10], shape: [1], modes: modes)
    let samples = try SampleSet(discardingNonFinite: [0, 0.1, -0.2, 10, 5, .nan], shape: [1], modes: modes)
    #expect(samples.count == 5 && samples.discarded == 1)
    let values = try KnownModeCoverage().measure(samples, against: reference, key: Key(seed: 1))
    #expect(values.map(\.name) == ["covered-modes", "modes-by-share", "modes-by-rate", "quality", "reverse-kl"])
    #expect(values[0].value == 2 && values[1].value == 2 && values[2].value == 2 && agree(values[3].value, 4.0 / 6, 1e-15))
    // Shares 3/4 and 1/4 against halves.
    #expect(agree(values[4].value, 0.75 * log(1.5) + 0.25 * log(0.5), 1e-15))
    #expect(values[0].display.best == 2 && values.map(\.display.unit) == [.count, .count, .count, .percent, .plain])
    var strict = KnownModeCoverage()
    strict.threshold = 1.5
    strict.minimumShare = 1
    let fewer = try strict.measure(samples, against: reference, key: Key(seed: 1)).map(\.value)
    #expect(fewer[0] == 2 && fewer[1] == 0 && agree(fewer[3], 0.5, 1e-15))
    strict.minimumRate = 0.4
    #expect(try strict.measure(samples, against: reference, key: Key(seed: 1))[2].value == 0)
    let astray = try KnownModeCoverage().measure(SampleSet([5], dimension: 1), against: reference, key: Key(seed: 1))
    #expect(astray[0].value == 0 && astray[4].value.isNaN)
    #expect(throws: MetricError.self) { try KnownModeCoverage().measure(samples, against: SampleSet([0], dimension: 1), key: Key(seed: 1)) }
    // Others cannot count what was left out.
    #expect(throws: MetricError("1 of 6 samples have a number that is not finite")) {
      try EnergyDistance().measured(samples, against: SampleSet([0, 1], dimension: 1), key: Key(seed: 1))
    }
  }

  /// A rare mode is reached where it has a fifth of what is due to it, not of what an even spread would give.
  @Test func sharesAreOfTrueWeights() throws {
    let modes = ModeDescription(centers: [[0], [10], [20], [30]], standardDeviation: 0.1, weights: [0.9, 0.04, 0.04, 0.02])
    let reference = try SampleSet([0, 10, 20, 30], shape: [1], modes: modes)
    let real = try SampleSet([Float](repeating: 0, count: 90) + [10, 10, 10, 10, 20, 20, 20, 20, 30, 30], shape: [1], modes: modes)
    let values = try KnownModeCoverage().measure(real, against: reference, key: Key(seed: 1))
    #expect(values.map(\.value) == [4, 4, 4, 1, 0])
    let coverage = ModeCoverage(samples: [0, 0, 0.4, 10.2, 20.25, 30], centers: [[0], [10], [20], [30]], standardDeviation: 0.1)
    #expect(coverage.coveredModeIndices(.rate(minimum: 0.3)) == [0] && coverage.coveredModeIndices(.atLeast(1)) == [0, 1, 2, 3])
  }

  /// 0.25 away along both axes: inside a box of 0.3, outside a ball of 0.3.
  @Test func theNeighborhoodIsAField() throws {
    let modes = ModeDescription(centers: [[0, 0]], standardDeviation: 0.1)
    let reference = try SampleSet([0, 0], shape: [2], modes: modes)
    let samples = try SampleSet([0.25, 0.25], shape: [2], modes: modes)
    let metric = try #require(
      try Registry(BuiltInNeighborMetrics.types).component(parsing: "mode-coverage:neighborhood=box") as? KnownModeCoverage)
    #expect(try metric.measure(samples, against: reference, key: Key(seed: 1))[0].value == 1)
    #expect(try KnownModeCoverage().measure(samples, against: reference, key: Key(seed: 1))[0].value == 0)
  }

  @Test func componentsAreRegisteredAndCoded() throws {
    let registry = try Registry(BuiltInNeighborMetrics.types)
    #expect(
      registry.names == [
        "precision-recall", "density-coverage", "clipped-density-coverage", "classifier-two-sample", "nearest-neighbor-two-sample",
        "different-bins", "intrinsic-dimension", "vendi-score", "precision-recall-curve", "mode-coverage",
      ])
    let parsed = try #require(try registry.component(parsing: "precision-recall:neighbors=7,ball=closed") as? PrecisionRecall)
    #expect(parsed.neighbors == 7 && parsed.ball == .closed)
    #expect(throws: (any Error).self) { try registry.component(parsing: "precision-recall:neighbors=0") }
    // Every metric is a pure function of samples and key, and gives finite values with distinct names.
    let modes = ModeDescription(centers: [[0, 0]], standardDeviation: 1)
    let x = try SampleSet(normal(120, 2, Key(seed: 1)).values, shape: [2], modes: modes)
    let y = try normal(100, 2, Key(seed: 2), shift: 0.5)
    var names: [String] = []
    for type in BuiltInNeighborMetrics.types {
      let metric = try #require(type.init() as? any Metric)
      try metric.validateFields()
      let values = try metric.measure(y, against: x, key: Key(seed: 3))
      #expect(try metric.measure(y, against: x, key: Key(seed: 3)) == values)
      #expect(values.allSatisfy { $0.value.isFinite } && !type.summary.isEmpty && !type.equation.isEmpty && !type.reference.isEmpty)
      names += values.map(\.name)
    }
    #expect(Set(names).count == names.count)
  }
}

/// Counts and shares against the reference script's.
@Suite struct CoverageReferenceTests {
  /// Counts of the first axis in 8 bins of width one half, as the reference script makes them.
  private func bins(_ samples: SampleSet) -> [Int] {
    var counts = [Int](repeating: 0, count: 8)
    for row in 0..<samples.count { counts[min(7, max(0, Int(((samples.values[row * samples.dimension] + 2) * 2).rounded(.down))))] += 1 }
    return counts
  }

  @Test(arguments: NeighborReference.all) func agreesWithOtherImplementations(_ reference: NeighborReference) throws {
    let (real, generated, _) = try reference.samples()
    let (a, b) = (bins(generated), bins(real))
    let different = try DifferentBins().result(generatedCounts: a, realCounts: b)
    #expect(Double(different.differentCount) == (try reference.value("differentBins")))
    #expect(agree(try #require(different.pValues.min()), try reference.value("smallestBinP"), 1e-12))
    #expect(agree(different.jensenShannon, try reference.value("binsJensenShannon"), 1e-12))
    let curve = try PrecisionRecallCurve().curve(generatedShares: different.generatedShares, realShares: different.realShares)
    #expect(agree(curve.largestScore(beta: 8), try reference.value("recallScore"), 1e-12))
    #expect(agree(curve.largestScore(beta: 0.125), try reference.value("precisionScore"), 1e-12))
    #expect(agree(curve.precision[250], try reference.value("precisionAtQuarter"), 1e-12))
    #expect(agree(curve.recall[250], try reference.value("recallAtQuarter"), 1e-12))
    #expect(agree(ModeShares.entropy(different.generatedShares), try reference.value("shareEntropy"), 1e-12))
    // The same bins as modes of known weights: the nearest centre is the bin.
    let first = (0..<generated.count).map { generated.values[$0 * generated.dimension] }
    let modes = ModeCoverage(
      samples: first, centers: (0..<8).map { [Float($0) / 2 - 1.75] }, standardDeviation: 10, weights: b.map { Double($0 + 1) })
    #expect(modes.counts == a)
    #expect(agree(try #require(modes.reverseKL()), try reference.value("reverseKL"), 1e-12))
    #expect(agree(try #require(modes.jensenShannon()), try reference.value("modesJensenShannon"), 1e-12))
  }

  @Test(arguments: NeighborReference.all) func classScoresAndTails(_ reference: NeighborReference) throws {
    let (_, generated, _) = try reference.samples()
    let dimension = generated.dimension
    var probabilities = generated.values.map { abs(Double($0)) + 0.125 }
    for row in 0..<generated.count {
      let range = row * dimension..<(row + 1) * dimension
      let total = probabilities[range].reduce(0, +)
      for index in range { probabilities[index] /= total }
    }
    let score = try ClassProbabilityScore().score(probabilities: probabilities, classes: dimension).mean
    #expect(agree(score, try reference.value("classScore"), 1e-12))
    let trials = reference.real + reference.generated
    let successes = Int((try reference.value("neighborAccuracy") * Double(trials)).rounded())
    #expect(agree(BinomialTest.upperTail(successes: successes, trials: trials), try reference.value("binomialTail"), 1e-12))
  }
}
