import Foundation
import Rival
import Testing

/// The example that introduces the framework, as it is written there.
@Suite("The introductory example")
struct DocumentationTests {
  @Test func composeTrainSaveResumeSample() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("example-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("ring.h5").path

    let gan = GAN(latent: .normal(16)) {
      Generator {
        Dense(128)
        ReLU()
        Dense(128)
        ReLU()
        Dense(2)
      }
      Discriminator {
        Dense(128)
        LeakyReLU(0.2)
        MinibatchDiscrimination(kernels: 16, dimensions: 8)
        Dense(1)
      }
      NonSaturatingLoss()
      Adam(learningRate: 2e-4, beta1: 0.5)  // or one for each player: .for(.generator), .for(.discriminator)
      AlternatingUpdates(discriminatorSteps: 1)
      LabelSmoothing(real: 0.9)
      FeatureMatching(weight: 1)
      R1Penalty(gamma: 1)
    }
    let trainer = try Trainer(gan, data: RingOfGaussians(modes: 8), batchSize: 256, seed: 1)
    try trainer.run(until: 3)
    try trainer.save(to: path)

    let resumed = try Trainer(resuming: path)
    try resumed.run(until: 6)
    let samples = try resumed.sample(1_000)
    #expect(samples.shape == [1_000, 2])

    try trainer.run(until: 6)
    #expect(try trainer.sample(1_000).scalars() == samples.scalars())
    #expect(resumed.history == trainer.history)
  }
}
