import Foundation
import Rival
import Testing

/// Latent vectors of one's own, and the way between two.
@Suite struct LatentTests {
  @Test func samplesAreAFunctionOfTheirVectors() throws {
    let gan = GAN(latent: .normal(3)) {
      Generator {
        Dense(4)
        Tanh()
        Dense(2)
      }
      Discriminator { Dense(1) }
      NonSaturatingLoss()
      Adam()
      AlternatingUpdates()
    }
    let trainer = try Trainer(gan, data: RingOfGaussians(), batchSize: 8, seed: 5)
    // More than are computed at a time.
    let vectors = try trainer.latents(300, seed: 9)
    let samples = try trainer.sample(300, seed: 9).scalars()
    #expect(try trainer.generate(latents: vectors).scalars() == samples)
    let some = try Tensor(Array(vectors.scalars()[(7 * 3)..<(9 * 3)]), shape: [2, 3])
    #expect(try trainer.generate(latents: some).scalars() == Array(samples[14..<18]))
    #expect(throws: NetworkError.self) { try trainer.generate(latents: Tensor([1, 2], shape: [1, 2])) }
    #expect(throws: NetworkError.self) { try trainer.latents(0) }
  }

  @Test func normalVectorsAreJoinedByAnArc() {
    let quarter = Latent.normal(2).interpolated(from: [2, 0], to: [0, 2], steps: 3)
    #expect(quarter[0] == [2, 0] && quarter[2] == [0, 2])
    // Half of a right angle, on the same circle.
    for value in quarter[1] { #expect(abs(value - Float(2.0.squareRoot())) < 1e-6) }
    #expect(Latent.uniform(2).interpolated(from: [1, 0], to: [0, 1], steps: 3)[1] == [0.5, 0.5])
    // Where there is no arc, or not one alone, the line.
    #expect(Latent.normal(2).interpolated(from: [1, 1], to: [3, 3], steps: 3)[1] == [2, 2])
    #expect(Latent.normal(1).interpolated(from: [1], to: [-1], steps: 3)[1] == [0])
  }
}
