import Rival
import Testing

@Suite("Spectra of large games")
struct LargeSpectrumTests {
  @Test("The update map of the ring GAN: 34,179 parameters and their momentum, well under a minute")
  func ring() throws {
    let gan = GAN(latent: .normal(2)) {
      Generator {
        Dense(128)
        ReLU()
        Dense(128)
        ReLU()
        Dense(2)
      }
      Discriminator {
        Dense(128)
        ReLU()
        Dense(128)
        ReLU()
        Dense(1)
      }
      NonSaturatingLoss()
      Adam(learningRate: 2e-4, beta1: 0.5, beta2: 0.999)
      AlternatingUpdates()
    }
    let trainer = try Trainer(gan, data: RingOfGaussians(), batchSize: 256, seed: 1)
    try trainer.run(until: 200)
    let clock = ContinuousClock()
    var spectrum: Spectrum?
    let time = try clock.measure {
      let map = try UpdateMap(FrozenRound(trainer))
      spectrum = try map.spectrum(count: 2)
    }
    let found = try #require(spectrum)
    #expect(time < .seconds(60), "\(time)")
    #expect(found.converged.count >= 2)
    for pair in found.converged { #expect(pair.residual < 1e-5) }
    // Early in training the players still accelerate away from their start.
    let radius = try #require(found.radius)
    #expect(radius > 1 && radius < 1.2, "\(radius)")

    // The fastest rotation, measured from the field itself.
    let field = try VectorField(FrozenRound(trainer))
    #expect(field.size == 34_179)
    let turning = try field.spectrum(count: 2, part: .largestImaginary)
    let pair = try #require(turning.converged.first)
    #expect(abs(pair.value.imaginary) > 1e-3)
    let step = 1e-6
    let up = try field.value(at: zip(field.point, pair.real).map { $0 + step * $1 })
    let down = try field.value(at: zip(field.point, pair.real).map { $0 - step * $1 })
    var error = 0.0
    for index in up.indices {
      let image = pair.value.real * pair.real[index] - pair.value.imaginary * pair.imaginary[index]
      error = max(error, abs((up[index] - down[index]) / (2 * step) - image))
    }
    #expect(error < 1e-4, "\(error)")
  }
}
