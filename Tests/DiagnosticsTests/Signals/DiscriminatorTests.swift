import Foundation
import Rival
import Testing

@Suite struct DiscriminatorTests {
  private static func normal(_ mean: Double) -> (Double) -> Double {
    { exp(-($0 - mean) * ($0 - mean) / 2) / (2 * Double.pi).squareRoot() }
  }

  /// Of N(0, 1) against N(μ, 1): μ, divergence, value, accuracy, mean output on real and on generated samples.
  private static let table: [[Double]] = [
    [0, 0, -1.386294361, 0.5, 0.5, 0.5],
    [0.5, 0.030311301, -1.325671760, 0.598706326, 0.529472988, 0.470527012],
    [1, 0.111421482, -1.163451397, 0.691462461, 0.602027133, 0.397972867],
    [2, 0.336830820, -0.712632720, 0.841344746, 0.775200245, 0.224799755],
    [3, 0.526777307, -0.332739748, 0.933192799, 0.901378749, 0.098621251],
  ]

  @Test(arguments: table) func optimumOfTwoNormals(row: [Double]) throws {
    let best = try OptimalDiscriminator(real: Self.normal(0), fake: Self.normal(row[0]), over: -10...13)
    #expect(abs(best.jensenShannon - row[1]) < 1e-7)
    #expect(abs(best.value - row[2]) < 1e-7 && abs(best.binaryCrossEntropy + row[2]) < 1e-7)
    #expect(abs(best.accuracy - row[3]) < 1e-7, "\(best.accuracy)")
    #expect(abs(best.meanReal - row[4]) < 1e-7 && abs(best.meanFake - row[5]) < 1e-7)
    #expect(abs(best.meanReal + best.meanFake - 1) < 1e-12)
    #expect(best.jensenShannon >= 0 && best.jensenShannon <= log(2) * best.totalVariation + 1e-12)
  }

  @Test(arguments: table) func samplesAgreeWithTheIntegrals(row: [Double]) throws {
    let count = 20_000
    let key = Key(seed: 21).derived(Int(row[0] * 2))
    // l = ln p/q = μ²/2 − μx.
    func logits(_ name: String, _ mean: Double) -> [Double] {
      RandomOrder.normal(count: count, key: key.derived(name)).map { row[0] * row[0] / 2 - row[0] * ($0 + mean) }
    }
    let (real, fake) = (logits("real", 0), logits("fake", row[0]))
    let signals = try DiscriminatorSignals(real: real, fake: fake)
    let error = signals.binaryCrossEntropyStandardError
    #expect(abs(signals.binaryCrossEntropy + row[2]) <= 4 * error + 1e-9)
    #expect(abs(signals.jensenShannonBound - row[1]) <= 2 * error + 1e-9)
    #expect(abs(signals.accuracy - row[3]) <= 4 * 0.5 / Double(2 * count).squareRoot())
    #expect(abs(signals.totalVariationBound - (2 * row[3] - 1)) <= 4 / Double(2 * count).squareRoot())
    #expect(abs(signals.meanReal - row[4]) <= 4 * Statistics.standardError(real.map(Logistic.sigmoid)) + 1e-12)
    #expect(abs(signals.meanFake - row[5]) <= 4 * Statistics.standardError(fake.map(Logistic.sigmoid)) + 1e-12)
  }

  @Test func optimumOfFiniteSets() throws {
    let best = try OptimalDiscriminator(real: [0.5, 0.5], fake: [0.9, 0.1])
    #expect(abs(best.jensenShannon - 0.101749225) < 1e-9 && abs(best.value + 1.182795911) < 1e-9)
    #expect(abs(best.totalVariation - 0.4) < 1e-12)
    #expect(abs(best.meanReal - (0.357142857142857 + 0.833333333333333) / 2) < 1e-12)
    #expect(abs(best.meanFake - (0.9 * 0.357142857142857 + 0.1 * 0.833333333333333)) < 1e-12)
    #expect(abs(2 * best.jensenShannon - 0.2034985) < 1e-7)
    let disjoint = try OptimalDiscriminator(real: [1, 0], fake: [0, 1])
    #expect(abs(disjoint.jensenShannon - log(2)) < 1e-15 && abs(disjoint.value) < 1e-15 && disjoint.accuracy == 1)
    #expect(throws: DiagnosticsError.self) { try OptimalDiscriminator(real: [0.5, 0.4], fake: [1, 0]) }
    #expect(throws: DiagnosticsError.self) { try OptimalDiscriminator(real: [1], fake: [0.5, 0.5]) }
    #expect(throws: DiagnosticsError.self) { try OptimalDiscriminator(real: Self.normal(0), fake: Self.normal(9), over: -3...3) }
  }

  @Test func boundsHoldForAnyDiscriminator() throws {
    // Exact expectations on a finite set, by repeating outcomes ten times p and q.
    let best = try OptimalDiscriminator(real: [0.5, 0.5], fake: [0.9, 0.1])
    for seed in 0..<200 {
      let logits = RandomOrder.normal(count: 2, key: Key(seed: 4).derived(seed)).map { 2 * $0 }
      let signals = try DiscriminatorSignals(
        real: Array(repeating: logits[0], count: 5) + Array(repeating: logits[1], count: 5),
        fake: Array(repeating: logits[0], count: 9) + [logits[1]])
      #expect(signals.jensenShannonBound <= best.jensenShannon + 1e-12)
      #expect(signals.totalVariationBound <= best.totalVariation + 1e-12)
    }
    let exact = try DiscriminatorSignals(
      real: Array(repeating: log(5.0 / 9), count: 5) + Array(repeating: log(5), count: 5),
      fake: Array(repeating: log(5.0 / 9), count: 9) + [log(5)])
    #expect(abs(exact.jensenShannonBound - best.jensenShannon) < 1e-12 && abs(exact.totalVariationBound - 0.4) < 1e-12)
    #expect(abs(exact.balance) < 1e-12)
  }

  @Test func constantDiscriminatorIsDeadOnlyToAnAdversary() throws {
    let signals = try DiscriminatorSignals(real: [Float](repeating: 0, count: 8), fake: [Float](repeating: 0, count: 8))
    #expect(signals.balance == 0 && signals.accuracy == 0.5 && signals.spread == 0)
    #expect(abs(signals.binaryCrossEntropy - 1.3862944) < 1e-7 && abs(signals.jensenShannonBound) < 1e-12)
    #expect(signals.isConstant && signals.isDead(adversaryPValue: 1e-6) && !signals.isDead(adversaryPValue: 0.4))
    // A spread below 10⁻³, a mean within 0.01 of ½, an adversary's p-value below 0.01: all three.
    func outputs(mean: Double, spread: Double) throws -> DiscriminatorSignals {
      let logits = [mean - spread, mean + spread]
      return try DiscriminatorSignals(real: logits, fake: logits)
    }
    let still = try outputs(mean: 0.03, spread: 0.8e-3)
    #expect(still.isDead(adversaryPValue: 0.009) && !still.isDead(adversaryPValue: 0.011))
    #expect(try !outputs(mean: 0.03, spread: 1.2e-3).isDead(adversaryPValue: 0.009))
    #expect(try !outputs(mean: 0.05, spread: 0.8e-3).isDead(adversaryPValue: 0.009))
    let alive = try DiscriminatorSignals(real: [2.0, -1], fake: [-2.0, 1])
    #expect(!alive.isConstant && !alive.isDead(adversaryPValue: 1e-6))
    #expect(alive.accuracyReal == 0.5 && alive.accuracyFake == 0.5)
    #expect(throws: DiagnosticsError.self) { try DiscriminatorSignals(real: [1.0], fake: [Double.nan]) }
    #expect(throws: DiagnosticsError.self) { try DiscriminatorSignals(real: [Double](), fake: [1.0]) }
  }

  @Test func criticsHaveGapsAndSigns() throws {
    let signals = try CriticSignals(real: [3, 1, -1, 1], fake: [-2, 0])
    #expect(signals.gap == 2 && signals.accuracyReal == 0.75 && signals.accuracyFake == 0.75)
    #expect(signals.wassersteinBound(lipschitzBound: 4) == 0.5)
    #expect(try CriticSignals(real: [5, 5], fake: [5, 5]).relativisticMean == 0.5)
    #expect(try CriticSignals(real: [0.75], fake: [0.25], threshold: 0.5).accuracy == 1)
    // D(x) = w·x with w = (3, 4): a gradient norm of 5 everywhere.
    #expect(abs(CriticSignals.gradientPenalty(gradientNorms: [5, 5, 5]) - 16) < 1e-12)
    #expect(abs(CriticSignals.r1Penalty(gradientNorms: [5, 5], gamma: 10) - 125) < 1e-12)
  }

  @Test func saturationAtMinusFive() throws {
    let signals = try Saturation(fakeLogits: [-5, -5])
    #expect(abs(signals.saturatingMultiplier - 0.0066928509) < 1e-9 && abs(signals.nonSaturatingMultiplier - 0.9933071491) < 1e-9)
    #expect(abs(signals.nonSaturatingMultiplier / signals.saturatingMultiplier - exp(5)) < 1e-9 && abs(exp(5) - 148.4131591) < 1e-7)
    #expect(signals.fraction == 0)
    #expect(abs(Logistic.softplus(-5) - 0.0067153485) < 1e-9 && abs(Logistic.softplus(5) - 5.0067153485) < 1e-9)
    // Tensors of float32, as the players compute them.
    let logits = Tensor([-5, 5])
    for (tensor, expected) in [(sigmoid(logits), [0.0066928509, 0.9933071491]), (softplus(logits), [0.0067153485, 5.0067153485])] {
      for (value, known) in zip(try tensor.scalars(), expected) { #expect(abs(Double(value) - known) < 1e-6) }
    }
    let wide = Tensor([-100, 100])
    let ends = try softplus(wide).scalars() + sigmoid(wide).scalars()
    #expect(ends.allSatisfy { $0.isFinite })
    let extreme = try Saturation(fakeLogits: [-100, 100, 1000, 0])
    #expect(extreme.fraction == 0.75 && abs(extreme.saturatingMultiplier - 0.625) < 1e-12)
    #expect(Logistic.sigmoid(-100) > 0 && Logistic.softplus(-100) > 0 && Logistic.softplus(1000) == 1000)
  }

  @Test func overfittingRatios() throws {
    #expect(Overfitting.trainSignMean([1, -1, 2, 3]) == 0.5)
    let half = try Overfitting(train: [1.9, 2.1], validation: [1, 1], fake: [-0.1, 0.1])
    #expect(abs((half.validationRatio ?? .nan) - 0.5) < 1e-12 && half.trainSignMean == 1 && half.accuracyGap == 0)
    #expect(try Overfitting(train: [1.9, 2.1], validation: [2, 2], fake: [0, 0]).validationRatio == 0)
    #expect(abs((try Overfitting(train: [1.9, 2.1], validation: [0, 0], fake: [-0.1, 0.1]).validationRatio ?? .nan) - 1) < 1e-12)
    // A difference of 0.1 within two standard errors, √(1/2 + 1/2) each: undefined.
    #expect(try Overfitting(train: [-1, 1.2], validation: [0, 0], fake: [-1, 1]).validationRatio == nil)
    #expect(try Overfitting(train: [1], validation: [0], fake: [-1]).validationRatio == nil)
    #expect(try Overfitting(train: [0, 0], validation: [0, 0], fake: [0, 0]).validationRatio == nil)
  }

  @Test func augmentationFollowsTheSigns() {
    let rule = AugmentationRule()
    #expect(abs(rule.change(trainSignMean: 0.5, batchSize: 64) + 0.000512) < 1e-15)
    #expect(rule.updated(0, trainSignMean: 0.5, batchSize: 64) == 0)
    #expect(abs(rule.updated(0.1, trainSignMean: 0.7, batchSize: 64) - 0.100512) < 1e-12)
    #expect(rule.updated(0.9999, trainSignMean: 0.7, batchSize: 64) == 1)
    #expect(rule.updated(0.3, trainSignMean: 0.6, batchSize: 64) == 0.3)
  }
}
