import Rival
import Testing

/// Networks of a thousand layers are compiled in seconds.
@Suite("Deep networks")
struct DeepNetworksTests {
  private func gan(depth: Int) -> GAN {
    GAN(latent: .normal(4)) {
      Generator {
        for _ in 0..<depth { Dense(4) }
        Dense(2)
      }
      Discriminator {
        for _ in 0..<depth {
          Dense(4)
          LeakyReLU(0.2)
        }
        Dense(1)
      }
      NonSaturatingLoss()
      Adam(learningRate: 1e-4)
      AlternatingUpdates()
    }
  }

  @Test("A thousand dense layers in each network", .timeLimit(.minutes(3)))
  func thousand() throws {
    let trainer = try Trainer(gan(depth: 1_000), data: RingOfGaussians(modes: 8), batchSize: 4, threadCount: 1)
    #expect(trainer.game.networks.map { $0.layers.layers.count } == [1_001, 2_001])
    #expect(try trainer.run(until: 2) == .completed)
  }
}
