import Foundation
import Rival
import TemplatePlugin
import Testing

@Suite struct ResumeTests {
  @Test func addsItsComponentsByName() throws {
    var registry = try Registry.builtIn()
    let before = registry.names
    try TemplatePlugin.register(in: &registry)
    #expect(registry.names == before + ["past-averaging", "channel-norm", "paired", "sample-spread", "mean-offset"])
    let component = try registry.component(parsing: "past-averaging:weight=0.25")
    #expect((component as? PastAveraging)?.weight == 0.25)
  }

  @Test func goesOnWithEqualBytes() throws {
    let gan = GAN(latent: .normal(4)) {
      Generator {
        Dense(16)
        ReLU()
        ChannelNorm()
        Dense(2)
      }
      Discriminator {
        Dense(16)
        LeakyReLU(0.2)
        ChannelNorm()
        Dense(1)
      }
      PairedLoss()
      Adam(learningRate: 1e-3)
      AlternatingUpdates(discriminatorSteps: 2)
      PastAveraging(weight: 0.1)
    }
    func trainer() throws -> Trainer { try Trainer(gan, data: RingOfGaussians(), batchSize: 32, seed: 5) }
    let whole = try trainer()
    try whole.run(until: 20)

    let stopped = try trainer()
    try stopped.run(until: 8)
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("template-\(UUID().uuidString).h5").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try stopped.save(to: path)

    var registry = try Registry.builtIn()
    try TemplatePlugin.register(in: &registry)
    let resumed = try Trainer(resuming: path, registry: registry)
    #expect(resumed.step == 8)
    try resumed.run(until: 20)
    let (expected, found) = try (whole.checkpoint(), resumed.checkpoint())
    #expect(expected.tensors.contains { $0.path.hasPrefix("discriminator_past_average/params/") })
    #expect(found == expected)
    #expect(found != (try stopped.checkpoint()))
  }

  @Test func refusesToResumeWithoutThePlugin() throws {
    let gan = GAN(latent: .normal(2)) {
      Generator { Dense(2) }
      Discriminator { Dense(1) }
      PairedLoss()
      SGD()
      AlternatingUpdates()
    }
    let contents = try Trainer(gan, data: RingOfGaussians(), batchSize: 4, seed: 1).checkpoint()
    let error = #expect(throws: ComponentError.self) {
      try Trainer(contents: contents, registry: .builtIn())
    }
    #expect(error?.description.contains("paired") == true)
  }
}
