import Foundation
import Rival
import Testing

/// The losses at logits for which the formulas can be worked out by hand.
@Suite("Losses")
struct LossTests {
  let real = [0.0, 2.0]
  let fake = [-1.0, 3.0]

  private func softplus(_ x: Double) -> Double { Foundation.log1p(Foundation.exp(-Swift.abs(x))) + max(x, 0) }
  private func sigmoid(_ x: Double) -> Double { 1 / (1 + Foundation.exp(-x)) }
  private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

  /// Values, and derivatives by each logit (times two, the batch's size), as the papers' formulas give them.
  private func expected(_ name: String) throws -> (
    d: Double, g: Double, dReal: [Double], dFake: [Double], gFake: [Double]
  ) {
    let probability = (real.map(sigmoid), fake.map(sigmoid))
    switch name {
    case "minimax", "non-saturating":
      let d = -mean(probability.0.map { log($0) }) - mean(probability.1.map { log(1 - $0) })
      let isMinimax = name == "minimax"
      let g = isMinimax ? mean(probability.1.map { log(1 - $0) }) : -mean(probability.1.map { log($0) })
      return (
        d, g, probability.0.map { $0 - 1 }, probability.1, probability.1.map { isMinimax ? -$0 : $0 - 1 }
      )
    case "least-squares":
      // ½ · mean(1, 1) + ½ · mean(1, 9), ½ · mean(4, 4)
      return (0.5 + 2.5, 2, [-1, 1], [-1, 3], [-2, 2])
    case "wasserstein": return (1 - 1, -1, [-1, -1], [1, 1], [-1, -1])
    case "hinge": return (0.5 + 2, -1, [-1, 0], [0, 1], [-1, -1])
    default: throw ComponentError("'\(name)' has no known value here")
    }
  }

  @Test("Known values and gradients", arguments: ["minimax", "non-saturating", "least-squares", "wasserstein", "hinge"])
  func knownValues(name: String) throws {
    let loss = try #require(try Registry.builtIn().component(parsing: name) as? any Loss)
    let known = try expected(name)
    let x = Tensor(float64: real, shape: [2, 1])
    let y = Tensor(float64: fake, shape: [2, 1])
    let targets = Targets(real: .ones([2, 1], dtype: .float64), fake: .zeros([2, 1], dtype: .float64))
    let d = loss.discriminatorLoss(real: Logits(x), fake: Logits(y), targets: targets)
    let g = loss.generatorLoss(real: Logits(x), fake: Logits(y))
    #expect(abs(try d.item() - known.d) < 1e-12)
    #expect(abs(try g.item() - known.g) < 1e-12)
    let slopes = try gradient(of: d, at: [x, y]).map { try $0.doubles() }
    let other = try gradient(of: g, at: y).doubles()
    for (values, references) in [(slopes[0], known.dReal), (slopes[1], known.dFake), (other, known.gFake)] {
      for (value, reference) in zip(values, references) { #expect(abs(value - reference / 2) < 1e-12) }
    }
  }

  @Test("At ±10⁴ the losses are what their asymptotes say, in float32")
  func asymptotes() throws {
    let big = Tensor([1e4, 1e4], shape: [2, 1])
    let targets = Targets(real: .ones([2, 1]), fake: .zeros([2, 1]))
    func d(_ real: Tensor, _ fake: Tensor) throws -> Double {
      try NonSaturatingLoss().discriminatorLoss(real: Logits(real), fake: Logits(fake), targets: targets).item()
    }
    #expect(try d(big, -big) == 0)
    #expect(try d(-big, big) == 2e4)
    #expect(try NonSaturatingLoss().generatorLoss(real: Logits(big), fake: Logits(-big)).item() == 1e4)
    #expect(try MinimaxLoss().generatorLoss(real: Logits(big), fake: Logits(big)).item() == -1e4)
    #expect(try HingeLoss().discriminatorLoss(real: Logits(big), fake: Logits(-big), targets: targets).item() == 0)
  }

  /// A discriminator that returns its input, so that logits are the samples: real 2, generated ½.
  private func identity(_ loss: any Loss, _ heuristics: [any Heuristic]) throws -> Trainer {
    let gan = GAN(latent: .normal(1)) {
      Generator { Position(1, initial: 0.5) }
      Discriminator { Dense(1, usesBias: false, initializer: .ones) }
      loss
      SGD(learningRate: 0.1)
      SimultaneousUpdates()
      heuristics
    }
    let trainer = try Trainer(gan, data: PointMass(location: [2]), batchSize: 4)
    try trainer.advance()
    return trainer
  }

  @Test("Label smoothing: −0.9·log σ(2) − 0.1·log(1 − σ(2)) − log(1 − σ(½))")
  func labelSmoothing() throws {
    func loss(_ trainer: Trainer) throws -> Double { try #require(trainer.history["discriminator.loss"]?.first) }
    let plain = try identity(NonSaturatingLoss(), [])
    let unsmoothed: Double = softplus(-2) + softplus(0.5)
    #expect(abs(try loss(plain) - unsmoothed) < 1e-6)
    let smooth = try identity(NonSaturatingLoss(), [LabelSmoothing(real: 0.9)])
    let real: Double = -0.9 * log(sigmoid(2)) - 0.1 * log(1 - sigmoid(2))
    let generated: Double = -log(1 - sigmoid(0.5))
    #expect(abs(try loss(smooth) - (real + generated)) < 1e-6)
    let both = try identity(LeastSquaresLoss(), [LabelSmoothing(real: 0.9, fake: 0.2)])
    // ½ (2 − 0.9)² + ½ (½ − 0.2)²
    #expect(abs(try loss(both) - 0.65) < 1e-6)
    // The generator is told nothing of targets.
    #expect(smooth.history["generator.loss"] == plain.history["generator.loss"])
  }
}
