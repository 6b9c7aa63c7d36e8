import Adversarial
import Rival
import RivalTesting
import Testing

/// What each heuristic does, by numbers that are known.
@Suite("Heuristics")
struct HeuristicTests {
  let ring = RingOfGaussians(modes: 8)

  private func norm(_ parameters: Parameters) throws -> Double {
    try parameters.tensors.reduce(0) { try $0 + $1.doubles().reduce(0) { $0 + $1 * $1 } }.squareRoot()
  }

  private func round(of trainer: Trainer, step: Int32 = 0) -> Round {
    Round(
      game: trainer.game, state: trainer.state, step: Tensor(int32: [step], shape: []), batches: [], batchSize: 16,
      seed: 1, isTraining: false)
  }

  @Test("Spectral normalization finds the largest singular value, and layers see a weight of norm 1")
  func spectralNormalization() throws {
    for (gan, data): (GAN, any DataSource) in [(ringGAN(), ring), (imageGAN(), smallImages())] {
      var slow = gan.adding([SpectralNormalization(iterations: 2, includesGenerator: true)])
      slow.optimizers = [SGD(learningRate: 1e-9).for(.generator), SGD(learningRate: 1e-9).for(.discriminator)]
      let trainer = try Trainer(slow, data: data, batchSize: 8, seed: 2)
      try trainer.run(until: 400)
      let round = round(of: trainer)
      var seenWeights = 0
      for player in [Player.generator, .discriminator] {
        let seen = try round.weights(seenBy: player)
        for (path, weight) in round.parameters(of: player) {
          let normalized = try #require(seen[path])
          guard weight.rank >= 2 else {
            #expect(try normalized.scalars() == weight.scalars(), "\(path)")
            continue
          }
          seenWeights += 1
          let sigma = try largestSingularValue(weight)
          let u = try #require(trainer.state["heuristics/spectral-normalization/\(player)/\(path)"]).doubles()
          let values = try weight.doubles()
          let image = stride(from: 0, to: values.count, by: u.count).map { row in
            u.indices.reduce(0) { $0 + values[row + $1] * u[$1] }
          }
          let estimate = image.reduce(0) { $0 + $1 * $1 }.squareRoot()
          #expect(abs(estimate / sigma - 1) < 1e-4, "\(player)/\(path): \(estimate), not \(sigma)")
          #expect(abs(try largestSingularValue(normalized) - 1) < 1e-4, "\(player)/\(path)")
        }
      }
      #expect(seenWeights == 5)
    }
  }

  @Test("Without includesGenerator the generator's weights are as they are")
  func spectralNormalizationOfTheDiscriminator() throws {
    let trainer = try Trainer(ringGAN([SpectralNormalization()]), data: ring, batchSize: 8)
    let round = round(of: trainer)
    let (seen, own) = (try round.weights(seenBy: .generator), round.parameters(of: .generator))
    #expect(try seen.tensors.map { try $0.scalars() } == own.tensors.map { try $0.scalars() })
    #expect(!trainer.state.paths.contains { $0.hasPrefix("heuristics/spectral-normalization/generator") })
  }

  @Test("The moving average is that of the weights after each round", arguments: [false, true])
  func average(warmsUp: Bool) throws {
    let trainer = try Trainer(
      ringGAN([ExponentialMovingAverage(decay: 0.4, warmsUp: warmsUp)]), data: ring, batchSize: 8)
    let path = "generator/params/00_dense/weight"
    var expected = try #require(trainer.state[path]).doubles()
    #expect(try #require(trainer.state["generator_ema/params/00_dense/weight"]).doubles() == expected)
    for round in 0..<6 {
      try trainer.advance()
      let weights = try #require(trainer.state[path]).doubles()
      let decay = warmsUp ? min(0.4, Double(1 + round) / Double(10 + round)) : 0.4
      expected = zip(expected, weights).map { decay * $0 + (1 - decay) * $1 }
      let average = try #require(trainer.state["generator_ema/params/00_dense/weight"]).doubles()
      for (value, reference) in zip(average, expected) { #expect(abs(value - reference) < 1e-6) }
      #expect(average != weights)
    }
    #expect(!trainer.state.paths.contains { $0.hasPrefix("discriminator_ema") })
  }

  @Test("Samples come from the average: with decay 0 it is the weights")
  func averagedSamples() throws {
    let trainer = try Trainer(ringGAN([ExponentialMovingAverage(decay: 0, warmsUp: false)]), data: ring, batchSize: 8)
    try trainer.run(until: 3)
    let averaged = try trainer.sample(4).doubles()
    let plain = try trainer.sample(4, averaged: false).doubles()
    for (a, b) in zip(averaged, plain) { #expect(abs(a - b) < 1e-5) }
  }

  @Test func weightClipping() throws {
    let trainer = try Trainer(ringGAN([WeightClipping(limit: 0.03)], loss: WassersteinLoss()), data: ring, batchSize: 8)
    try trainer.run(until: 3)
    let weights = try trainer.state.subtree("discriminator/params/").tensors.flatMap { try $0.scalars() }
    #expect(weights.allSatisfy { abs($0) <= 0.03 })
    #expect(weights.contains(0.03) && weights.contains(-0.03))
    let generator = try trainer.state.subtree("generator/params/").tensors.flatMap { try $0.scalars() }
    #expect(generator.contains { abs($0) > 0.03 })
  }

  @Test("A clipped gradient has the norm that it is clipped to, and a small one is left alone", arguments: [0.01, 1e6])
  func gradientClipping(limit: Double) throws {
    var gan = ringGAN([GradientClipping(maximumNorm: limit)])
    gan.optimizers = [SGD(learningRate: 1).for(.generator), SGD(learningRate: 1).for(.discriminator)]
    gan.updateRule = SimultaneousUpdates()
    let trainer = try Trainer(gan, data: ring, batchSize: 8)
    let before = trainer.state
    try trainer.advance()
    for player in ["generator", "discriminator"] {
      let raw = try #require(trainer.history["\(player).gradient-norm"]?.first)
      #expect(raw > 0.01)
      let moved = try norm(trainer.state.subtree("\(player)/params/") - before.subtree("\(player)/params/"))
      #expect(abs(moved / min(limit, raw) - 1) < 1e-4, "\(player): \(moved)")
    }
  }

  @Test("Instance noise: its deviation, its decay, its independence")
  func instanceNoise() throws {
    let trainer = try Trainer(ringGAN(), data: ring, batchSize: 8)
    let zeros = Images(.zeros([20_000, 2]))
    func noise(_ heuristic: InstanceNoise, _ role: SampleRole, step: Int32) throws -> [Double] {
      try heuristic.inputs(zeros, role: role, in: round(of: trainer, step: step)).tensor.doubles()
    }
    func deviation(_ values: [Double]) -> Double {
      (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
    }
    let constant = InstanceNoise(standardDeviation: 0.5)
    let real = try noise(constant, .real, step: 0)
    // 40,000 numbers: the standard error of the deviation is 0.5 / √80,000 = 0.0018, that of the mean 0.0025.
    #expect(abs(deviation(real) - 0.5) < 0.008)
    #expect(abs(real.reduce(0, +) / 40_000) < 0.0115)
    let fake = try noise(constant, .fake, step: 0)
    let later = try noise(constant, .real, step: 1)
    for other in [fake, later] {
      let correlation = zip(real, other).reduce(0) { $0 + $1.0 * $1.1 } / 40_000 / 0.25
      #expect(abs(correlation) < 0.025)
    }
    let decaying = InstanceNoise(standardDeviation: 0.5, decaySteps: 4)
    for (step, expected) in [(Int32(0), 0.5), (1, 0.375), (3, 0.125)] {
      #expect(abs(deviation(try noise(decaying, .real, step: step)) - expected) < 0.008)
    }
    for step: Int32 in [4, 9] { #expect(try noise(decaying, .real, step: step).allSatisfy { $0 == 0 }) }
  }

  @Test(
    "Feature matching: 0 where generated samples are the real ones, 2 where two features differ by 1",
    arguments: [0.0, 1])
  func featureMatching(position: Double) throws {
    let gan = GAN(latent: .normal(1)) {
      Generator { Position(2, initial: position) }
      Discriminator {
        Dense(2, usesBias: false, initializer: .constant(0.5))
        Dense(1)
      }
      NonSaturatingLoss()
      SGD(learningRate: 0.1)
      SimultaneousUpdates()
      FeatureMatching(weight: 3, replacesLoss: true)
    }
    let trainer = try Trainer(gan, data: PointMass(location: [0, 0]), batchSize: 5)
    try trainer.advance()
    #expect(trainer.history["feature-matching.distance"] == [2 * position])
    #expect(trainer.history["generator.loss"] == [6 * position])
    // ∂/∂θᵢ 3 Σⱼ (½ (θ₁ + θ₂))² = 3 · (θ₁ + θ₂)
    let moved = try #require(trainer.state["generator/params/00_position/value"]).doubles()
    for value in moved { #expect(abs(value - (position - 0.1 * 6 * position)) < 1e-6) }
  }

  @Test func featureMatchingNamesTheTapsThatThereAre() {
    let text = failureText { _ = try Trainer(ringGAN([FeatureMatching(weight: 1, tap: "07_relu")]), data: ring) }
    #expect(
      text
        == "feature-matching: there is no tap '07_relu'; there are: 00_dense, 01_leaky_relu, 02_dense, 03_tanh, 04_dense"
    )
  }

  @Test("Coarse images: squares have their mean, levels fade, and at the end nothing is left of it")
  func progressiveResolution() throws {
    let trainer = try Trainer(imageGAN(), data: smallImages(), batchSize: 8)
    let values = (0..<16).map { Float($0) }
    let images = Images(Tensor(values, shape: [1, 4, 4, 1]))
    func seen(_ step: Int32, fade: Double = 0.5) throws -> [Float] {
      let heuristic = ProgressiveResolution(levels: 2, phase: 8, fade: fade)
      return try heuristic.inputs(images, role: .real, in: round(of: trainer, step: step)).tensor.scalars()
    }
    let mean = [Float](repeating: 7.5, count: 16)
    let squares: [Float] = [2.5, 2.5, 4.5, 4.5, 2.5, 2.5, 4.5, 4.5, 10.5, 10.5, 12.5, 12.5, 10.5, 10.5, 12.5, 12.5]
    #expect(try seen(0) == mean && seen(4) == mean)
    // Three quarters of the first phase are half of its fading.
    #expect(try seen(6) == zip(mean, squares).map { ($0 + $1) / 2 })
    #expect(try seen(8) == squares && seen(12) == squares)
    #expect(try seen(15) == zip(squares, values).map { $0 * 0.25 + $1 * 0.75 })
    #expect(try seen(16) == values && seen(1_000) == values)
    #expect(try seen(2, fade: 1) == zip(mean, squares).map { $0 * 0.75 + $1 * 0.25 })
    #expect(
      failureText { _ = try Trainer(colorGAN([ProgressiveResolution()]), data: colorImages()) }.contains(
        "images of 6 by 4 pixels cannot be made coarser by 4"))
  }
}
