import Foundation
import Rival
import Testing

/// What latent vectors the methods choose, where the answer is known.
@Suite("Sampling methods")
struct SamplingMethodTests {
  /// G(z) = z, D(x) = slope x + offset.
  private func trainer(_ latent: Latent = .normal(1), slope: Double = 0, offset: Double = 0) throws -> Trainer {
    let gan = GAN(latent: latent) {
      Generator { Dense(1, usesBias: false, initializer: .ones) }
      Discriminator { Dense(1) }
      NonSaturatingLoss()
      SGD(learningRate: 0.1)
      AlternatingUpdates()
    }
    let trainer = try Trainer(gan, data: PointMass(), batchSize: 4, seed: 3)
    let values = ["discriminator/params/00_dense/weight": slope, "discriminator/params/00_dense/bias": offset]
    let state = trainer.state.mapped { path, tensor in values[path].map { Tensor([Float($0)], shape: tensor.shape) } ?? tensor }
    try trainer.restore(state: state, step: 0, history: History())
    return trainer
  }

  private func moments(_ values: [Float]) -> (mean: Double, variance: Double) {
    let numbers = values.map(Double.init)
    let mean = numbers.reduce(0, +) / Double(numbers.count)
    return (mean, numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(numbers.count))
  }

  @Test("Truncated numbers have the distribution of normal ones inside the threshold", arguments: [0.3, 1, 2.5, 8])
  func truncation(threshold: Double) throws {
    let vectors = try trainer(.normal(4)).latents(1_000, by: TruncatedSampling(threshold: threshold)).scalars().sorted()
    #expect(vectors.allSatisfy { abs(Double($0)) <= threshold })
    // Kolmogorov and Smirnov: 1.95 / sqrt(n) is exceeded once in a thousand times.
    let mass = erf(threshold / 2.0.squareRoot())
    var distance = 0.0
    for (place, value) in vectors.enumerated() {
      let expected = (erf(Double(value) / 2.0.squareRoot()) / mass + 1) / 2
      distance = max(distance, abs(expected - (Double(place) + 0.5) / 4_000))
    }
    #expect(distance < 1.95 / 4_000.0.squareRoot())
    let narrow = try trainer(.uniform(2)).latents(100, by: TruncatedSampling(threshold: threshold)).scalars()
    #expect(narrow.allSatisfy { abs(Double($0)) <= min(threshold, 1) })
  }

  @Test("A walk in N(0, 1) with D(x) = 0.8 x ends at N(0.8, 1)")
  func langevin() throws {
    let trainer = try trainer(slope: 0.8)
    let vectors = try trainer.latents(2_000, by: LangevinSampling(steps: 300, stepSize: 0.05)).scalars()
    let (mean, variance) = moments(vectors)
    // Of 2,000 vectors, 0.022 is the standard error of the mean and 0.032 that of the variance, which the step makes 1 / (1 - 0.05 / 4).
    #expect(abs(mean - 0.8) < 0.08 && abs(variance - 1.013) < 0.12, "\(mean), \(variance)")
    let samples = try trainer.sample(2_000, by: LangevinSampling(steps: 300, stepSize: 0.05)).scalars()
    #expect(samples == vectors)
    let start = try trainer.latents(2_000, by: LangevinSampling(steps: 1, stepSize: 1e-9)).scalars()
    #expect(abs(moments(start).mean) < 0.08)
  }

  @Test("With the logarithm of the densities' ratio for D, what is accepted has the data's distribution")
  func rejection() throws {
    let trainer = try trainer(slope: 0.7, offset: -0.245)
    let vectors = try trainer.latents(2_000, by: RejectionSampling(percentile: 0, burnIn: 2_000)).scalars()
    let (mean, variance) = moments(vectors)
    #expect(abs(mean - 0.7) < 0.08 && abs(variance - 1) < 0.12, "\(mean), \(variance)")
    // A percentile of F in the place of 0 accepts more.
    let lenient = moments(try trainer.latents(2_000, by: RejectionSampling(percentile: 20, burnIn: 2_000)).scalars())
    #expect(lenient.mean > 0 && lenient.mean < mean)
  }

  @Test("The same draw twice, another one for another seed, and classes as they are asked for")
  func repetition() throws {
    for method: any SamplingMethod in [TruncatedSampling(), RejectionSampling(percentile: 50, burnIn: 50), LangevinSampling(steps: 3)] {
      let trainer = try trainer(slope: 1)
      let state = trainer.state
      let first = try trainer.sample(300, by: method, seed: 7).scalars()
      #expect(try trainer.sample(300, by: method, seed: 7).scalars() == first)
      #expect(try trainer.sample(300, by: method, seed: 8).scalars() != first)
      #expect(try trainer.state.tensors.map { try $0.scalars() } == state.tensors.map { try $0.scalars() })
    }
    let conditional = GAN(latent: .normal(2)) {
      Generator {
        ConcatenatedCondition("label")
        Dense(2)
      }
      Discriminator {
        Dense(4)
        ProjectionHead("label")
      }
      HingeLoss()
      Adam()
      AlternatingUpdates()
    }
    let trainer = try Trainer(conditional, data: RingOfGaussians(modes: 8), batchSize: 8, seed: 3)
    let vectors = try trainer.latents(5, by: LangevinSampling(steps: 4), given: ["label": 3])
    let made = try trainer.generate(latents: vectors, given: ["label": 3]).scalars()
    #expect(try trainer.sample(5, by: LangevinSampling(steps: 4), given: ["label": 3]).scalars() == made)
  }

  @Test func wrongFields() throws {
    #expect(throws: ComponentError.self) { try trainer().sample(3, by: TruncatedSampling(threshold: 0)) }
    #expect(throws: ComponentError.self) { try trainer().sample(3, by: RejectionSampling(percentile: 101)) }
    #expect(throws: NetworkError.self) { try trainer().sample(0, by: LangevinSampling(steps: 1)) }
  }
}
