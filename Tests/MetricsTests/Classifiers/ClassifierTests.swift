import Foundation
import Tensors
import Testing

@testable import MetricParts
@testable import Metrics

@Suite struct ClassifierTests {
  @Test func binomialTails() {
    #expect(agree(BinomialTest.normalScore(successes: 550, trials: 1000), 3.1622777, 5e-8))
    #expect(agree(BinomialTest.normalUpperTail(3.1622776601683795), 7.827e-4, 5e-8))
    #expect(agree(BinomialTest.upperTail(successes: 550, trials: 1000), 8.653e-4, 5e-8))
    #expect(BinomialTest.upperTail(successes: 0, trials: 10) == 1)
    #expect(agree(BinomialTest.upperTail(successes: 10, trials: 10), 0x1p-10, 1e-15))
    #expect(agree(BinomialTest.upperTail(successes: 6, trials: 10), 386.0 / 1024, 1e-14))
  }

  @Test func twoProportions() {
    let first = BinomialTest.twoProportions(50, of: 100, 40, of: 100)
    #expect(agree(first.standardError, 0.0703562, 5e-8) && agree(first.score, 1.4213381, 5e-8) && agree(first.pValue, 0.1552185, 5e-8))
    let second = BinomialTest.twoProportions(100, of: 1000, 50, of: 1000)
    #expect(agree(second.score, 4.2447636, 5e-8) && agree(second.pValue, 2.188e-5, 5e-9))
    #expect(BinomialTest.twoProportions(0, of: 10, 0, of: 20) == (0, 0, 1))
  }

  /// Normal draws moved by μ: the best accuracy is Φ(μ/2).
  @Test(arguments: [(0.5, 0.5987063), (1, 0.6914625), (2, 0.8413447)]) func comesNearTheBestAccuracy(shift: Double, best: Double) throws {
    var accuracy = 0.0
    for repetition in 0..<4 {
      let key = Key(seed: UInt64(repetition))
      let result = try ClassifierTwoSampleTest().result(
        normal(2000, 2, key.derived("y"), shift: shift), against: normal(2000, 2, key.derived("x")), key: key)
      accuracy += result.accuracy / 4
      #expect(result.testCount == 2000 && result.pValue < 1e-6 && result.score > 4)
      #expect(agree(result.accuracy, (result.realAccuracy + result.generatedAccuracy) / 2, 1e-12))
      #expect(agree(result.score, (result.accuracy - 0.5) * 2 * 2000.0.squareRoot(), 1e-9))
    }
    // Four standard errors of 8000 answers above, and as much again for what is not learned below.
    let error = (best * (1 - best) / 8000).squareRoot()
    #expect(accuracy < best + 4 * error && accuracy > best - 8 * error)
  }

  /// Another library's network of the same size on the same samples: within four standard errors of 1,500 answers here and 3,000 there.
  @Test(arguments: ClassifierReference.all) func agreesWithAnotherClassifier(_ reference: ClassifierReference) throws {
    var data = ReferenceData(seed: reference.seed)
    let real = try set(data.samples(reference.count, reference.dimension), reference.dimension)
    let generated = try set(
      data.samples(reference.count, reference.dimension, shift: reference.shift, scale: reference.scale), reference.dimension)
    let result = try ClassifierTwoSampleTest().result(generated, against: real, key: Key(seed: reference.seed))
    #expect(result.testCount == reference.count)
    let variance = reference.accuracy * (1 - reference.accuracy)
    #expect(agree(result.accuracy, reference.accuracy, 4 * (variance / 1500 + variance / 3000).squareRoot()), "\(result.accuracy)")
  }

  @Test func isAtChanceOnEqualDistributions() throws {
    var (small, right) = (0, 0.0)
    for repetition in 0..<20 {
      let key = Key(seed: UInt64(1000 + repetition))
      let result = try ClassifierTwoSampleTest().result(
        normal(400, 2, key.derived("y")), against: normal(500, 2, key.derived("x")), key: key)
      if result.pValue < 0.05 { small += 1 }
      right += result.accuracy / 20
      #expect(result.testCount == 400)
    }
    #expect(small <= 4)
    #expect(agree(right, 0.5, 4 * 0.5 / 8000.0.squareRoot()))
  }

  /// Modes and holes that no line separates: a ring with 8 modes against one with 4.
  @Test func findsMissingModes() throws {
    func ring(_ modes: Int, _ seed: UInt64) throws -> SampleSet {
      let noise = RandomOrder.normal(count: 4000, key: Key(seed: seed))
      return try set(
        (0..<2000).flatMap { index in
          let angle = 2 * Double.pi * Double(index % modes) / Double(modes)
          return [Float(2 * cos(angle) + 0.05 * noise[2 * index]), Float(2 * sin(angle) + 0.05 * noise[2 * index + 1])]
        }, 2)
    }
    let result = try ClassifierTwoSampleTest().result(ring(4, 1), against: ring(8, 2), key: Key(seed: 3))
    // The best: all of the 4 missing modes, and the others for generated: ½ (½ + 1).
    #expect(agree(result.accuracy, 0.75, 0.03) && result.generatedAccuracy > 0.95)
  }

  @Test func oneKeyGivesOneResult() throws {
    let (x, y) = (try normal(100, 3, Key(seed: 1)), try normal(100, 3, Key(seed: 2)))
    let test = ClassifierTwoSampleTest()
    let first = try test.result(y, against: x, key: Key(seed: 3))
    #expect(try test.result(y, against: x, key: Key(seed: 3)) == first)
    let value = try test.measure(y, against: x, key: Key(seed: 3))[0]
    #expect(value.value == first.accuracy && value.null?.mean == 0.5)
    #expect(agree(try #require(value.null).upper, 0.5 + 1.959963985 * 0.5 / 10, 1e-9))
  }

  @Test func hardNumbersDoNotBreakIt() throws {
    // A constant axis, huge numbers and far outliers.
    let x = try set((0..<64).flatMap { [Float($0 % 7), 5, $0 == 3 ? 1e37 : 0] }, 3)
    let y = try set((0..<64).flatMap { [Float($0 % 7) + 100, 5, 0] }, 3)
    let result = try ClassifierTwoSampleTest().result(y, against: x, key: Key(seed: 1))
    #expect(result.accuracy > 0.9)
    #expect(throws: MetricError("the classifier test needs 16 samples of each; there are 4 and 64")) {
      try ClassifierTwoSampleTest().result(y.prefix(4), against: x, key: Key(seed: 1))
    }
    var component = ClassifierTwoSampleTest()
    component.testFraction = 1
    #expect(throws: (any Error).self) { try component.validateFields() }
  }

  /// The sign of a product, which no line separates, is learned almost without error.
  @Test func trainingLowersTheLoss() throws {
    let rows = try normal(256, 2, Key(seed: 1)).values
    let labels = stride(from: 0, to: rows.count, by: 2).map { Float(rows[$0] * rows[$0 + 1] > 0 ? 1 : 0) }
    var network = SmallClassifier(inputs: 2, hidden: 16, key: Key(seed: 2))
    let before = try network.loss(rows, labels)
    let training = SmallClassifier.Training(maximumEpochs: 200, batchSize: 32, learningRate: 0.01, weightDecay: 0, patience: 50)
    let epochs = try network.train(rows, labels, validation: (rows, labels), training, key: Key(seed: 3))
    #expect(epochs > 20 && agree(before, log(2), 0.1))
    #expect(try network.loss(rows, labels) < 0.1)
  }

  @Test func classProbabilities() throws {
    let two = try ClassProbabilityScore().score(probabilities: [0.9, 0.1, 0.1, 0.9], classes: 2)
    #expect(agree(two.mean, 1.4449348, 5e-8) && two.deviation == nil)
    let oneHot = (0..<12).flatMap { sample in (0..<4).map { $0 == sample % 4 ? 1.0 : 0.0 } }
    #expect(agree(try ClassProbabilityScore().score(probabilities: oneHot, classes: 4).mean, 4, 1e-12))
    let constant = Array(repeating: [0.2, 0.3, 0.5], count: 5).flatMap { $0 }
    #expect(agree(try ClassProbabilityScore().score(probabilities: constant, classes: 3).mean, 1, 1e-12))
    #expect(throws: MetricError.self) { try ClassProbabilityScore().score(probabilities: [0.9, 0.2], classes: 2) }
    #expect(throws: MetricError.self) { try ClassProbabilityScore(splits: 3).score(probabilities: [0.9, 0.1], classes: 2) }
  }

  /// Samples sorted by class, sure of it: parts in the file's order would be of one class each, and score 1 for 4.
  @Test func partsOfSortedSamplesAreRandom() throws {
    let (count, classes, splits) = (4_000, 4, 4)
    let sorted = (0..<count).flatMap { sample in (0..<classes).map { $0 == sample * classes / count ? 1.0 : 0.0 } }
    let score = try ClassProbabilityScore(splits: splits).score(probabilities: sorted, classes: classes)
    // The score of a part is the exponential of the entropy of its shares; so of the parts of the stated order.
    let order = RandomOrder.permutation(of: count, key: Key(seed: 0).derived("splits"))
    let expected = (0..<splits).map { part in
      let labels = order[part * count / splits..<(part + 1) * count / splits].map { $0 * classes / count }
      let shares = (0..<classes).map { label in Double(labels.count { $0 == label }) / Double(labels.count) }
      return exp(-shares.reduce(0) { $0 + $1 * log($1) })
    }
    #expect(agree(score.mean, Statistics.mean(expected), 1e-12))
    // 1,000 of 4,000: by the second order of the entropy 4 · (1 − 3 / 2,000 · 3/4), give or take.
    #expect(score.mean > 3.98 && score.mean < 4)
    let other = try ClassProbabilityScore(splits: splits).score(probabilities: sorted, classes: classes, key: Key(seed: 9)).mean
    #expect(other != score.mean && other > 3.98)
  }
}
