import Foundation
import Rival
import Testing

/// One test for each method of the builder of a GAN: it asserts which parts come out, not how many.
@Suite("GAN builder and coding")
struct CompositionTests {
  private func lines(_ gan: GAN) -> [String] {
    var lines =
      gan.generator.layers.map { "G " + $0.layer.summaryLine }
      + gan.discriminator.layers.map { "D " + $0.layer.summaryLine }
    if let loss = gan.loss { lines.append(ComponentFields.summary(of: loss)) }
    lines += gan.optimizers.map { "\($0.player) " + ComponentFields.summary(of: $0.optimizer) }
    if let rule = gan.updateRule { lines.append(ComponentFields.summary(of: rule)) }
    return lines + gan.heuristics.map { ComponentFields.summary(of: $0) }
  }

  @Test func expressionsOfEveryKind() {
    let gan = GAN(latent: .uniform(5)) {
      Generator { Dense(3) }
      Discriminator {
        Dense(1)
        Tanh()
      }
      HingeLoss()
      Adam(learningRate: 0.5).for(.discriminator)
      SGD(learningRate: 0.25).for(.generator)
      AlternatingUpdates(discriminatorSteps: 5)
      R1Penalty(gamma: 2)
      WeightClipping(limit: 0.5)
    }
    #expect(gan.latent == Latent(.uniform, size: 5))
    #expect(
      lines(gan) == [
        "G dense(units: 3)", "D dense", "D tanh", "hinge", "generator sgd(learningRate: 0.25)",
        "discriminator adam(learningRate: 0.5)", "alternating(discriminatorSteps: 5)", "r1-penalty(gamma: 2)",
        "weight-clipping(limit: 0.5)",
      ])
  }

  @Test func oneOptimizerForBoth() {
    let gan = GAN(latent: .normal(1)) { RMSProp(learningRate: 0.5) }
    #expect(lines(gan) == ["generator rmsprop(learningRate: 0.5)", "discriminator rmsprop(learningRate: 0.5)"])
  }

  @Test func emptyBlock() { #expect(lines(GAN(latent: .normal(1)) {}) == []) }

  @Test func arraysAndOptionals() {
    let several: [any Heuristic] = [LabelSmoothing(real: 0.75), R1Penalty()]
    let one: (any Heuristic)? = WeightClipping()
    let none: (any Heuristic)? = nil
    let gan = GAN(latent: .normal(1)) {
      several
      none
      one
    }
    #expect(lines(gan) == ["label-smoothing(real: 0.75)", "r1-penalty", "weight-clipping"])
  }

  @Test(arguments: [true, false])
  func conditions(condition: Bool) {
    let gan = GAN(latent: .normal(1)) {
      if condition { GradientClipping() }
      if condition {
        HingeLoss()
        SpectralNormalization()
      } else {
        WassersteinLoss()
        GradientPenalty()
      }
    }
    #expect(
      lines(gan)
        == (condition
          ? ["hinge", "gradient-clipping", "spectral-normalization"] : ["wasserstein", "gradient-penalty"]))
  }

  @Test func loop() {
    let gan = GAN(latent: .normal(1)) {
      for deviation in [0.5, 0.25] {
        InstanceNoise(standardDeviation: deviation)
      }
    }
    #expect(lines(gan) == ["instance-noise(standardDeviation: 0.5)", "instance-noise(standardDeviation: 0.25)"])
  }

  @Test func limitedAvailability() {
    let gan = GAN(latent: .normal(1)) {
      if #available(macOS 99, *) { SimultaneousUpdates() }
    }
    #expect(lines(gan) == ["simultaneous"])
  }

  @Test func adding() {
    let gan = GAN(latent: .normal(1)) { R1Penalty() }
    #expect(
      lines(gan.adding([WeightClipping(), LabelSmoothing()])) == ["r1-penalty", "weight-clipping", "label-smoothing"])
    #expect(lines(gan) == ["r1-penalty"])
  }

  @Test("A composition comes back from its coding", arguments: [0, 1])
  func coding(index: Int) throws {
    let gan =
      index == 0
      ? imageGAN([SpectralNormalization(iterations: 3), InstanceNoise(standardDeviation: 0.1, decaySteps: 7)])
      : ringGAN(
        [FeatureMatching(weight: 0.1, tap: "01_leaky_relu"), LabelSmoothing(real: 0.3)], loss: LeastSquaresLoss())
    let text = try JSONValue(encoding: gan).text()
    let again = try Registry.builtIn().decode(GAN.self, from: Data(text.utf8))
    #expect(try JSONValue(encoding: again).text() == text)
    #expect(lines(again) == lines(gan))
    #expect(again.latent == gan.latent)
  }

  @Test func decodingNamesWhatIsWrong() throws {
    let text = try JSONValue(encoding: ringGAN([R1Penalty()])).text()
    func failure(_ find: String, _ replacement: String) throws -> String {
      let changed = text.replacingOccurrences(of: find, with: replacement)
      #expect(changed != text)
      return failureText { _ = try Registry.builtIn().decode(GAN.self, from: Data(changed.utf8)) }
    }
    #expect(
      try failure("\"r1-penalty\"", "\"r1-penalt\"").hasPrefix(
        "there is no component 'r1-penalt'; did you mean 'r1-penalty'?"))
    #expect(
      try failure("\"name\":\"non-saturating\"", "\"name\":\"alternating\"")
        == "'alternating' stands where a loss belongs, but is none")
    #expect(
      failureText { _ = try JSONDecoder().decode(GAN.self, from: Data(text.utf8)) }
        .contains("cannot be read without a registry of components"))
  }

  @Test("Layers nest as deep as checkpoints hold; deeper ones are refused when the trainer is made, not at the first save")
  func nesting() throws {
    func trainer(_ depth: Int) throws -> Trainer {
      let nested = (0..<depth).reduce(Sequential { Dense(1) }) { inner, _ in Sequential { inner } }
      let gan = GAN(latent: .normal(2)) {
        Generator { Dense(2) }
        Discriminator { nested }
        NonSaturatingLoss()
        Adam()
        AlternatingUpdates()
        Rollback()
      }
      return try Trainer(gan, data: RingOfGaussians(), batchSize: 4)
    }
    let contents = try trainer(8).checkpoint()
    #expect(contents.tensors.contains { $0.path.split(separator: "/").count == 16 })
    #expect(try CheckpointFile.image(of: contents).count > 512)
    #expect(failureText { _ = try trainer(9) }.contains("lies more than 14 names deep"))
  }
}
