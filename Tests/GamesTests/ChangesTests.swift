import Rival
import RivalCommand
import Testing

/// A problem may be any game, and its variants are made of it as those of a GAN are.
@Suite("Changes of a game")
struct ChangesTests {
  private let problem = Problem(
    name: "dual", summary: "Two discriminators on a ring.", batchSize: 16, data: { RingOfGaussians(modes: 4) },
    composition: { DualDiscriminatorObjective.composition })

  private func changed(_ changes: CompositionChange...) throws -> NetworkGame {
    try #require(try problem.composition().changed(by: changes) as? NetworkGame)
  }

  @Test("Parts replace what there is one of, and heuristics are added")
  func parts() throws {
    let judge = Player("first-judge")
    let game = try changed(
      .part(SimultaneousUpdates()), .part(Adam(learningRate: 0.002)), .optimizer(SGD(learningRate: 0.1), of: judge),
      .part(GradientClipping(maximumNorm: 1)), .part(ExponentialMovingAverage(decay: 0.9)), .latentSize(7))
    #expect(game.updateRule?.name == "simultaneous" && game.latent?.size == 7)
    #expect(game.heuristics.map(\.name) == ["gradient-clipping", "exponential-moving-average"])
    for side in game.sides {
      #expect(side.player == judge ? (side.optimizer as? SGD)?.learningRate == 0.1 : (side.optimizer as? Adam)?.learningRate == 0.002)
    }
    let trainer = try Trainer(game, data: problem.data(folder: nil), batchSize: problem.batchSize)
    #expect(try trainer.run(until: 3) == .completed)
    let autoencoder = try AutoencodingObjective.composition.changed(by: [.part(LayerNorm())])
    let layers = try #require(autoencoder.networks.first { $0.name == "discriminator" }).layers.layers.map(\.layer.name)
    #expect(layers.suffix(2).first == "layer-norm")
  }

  @Test("What does not belong is refused with the reason")
  func refusals() {
    func message(_ changes: CompositionChange...) -> String {
      do {
        _ = try problem.composition().changed(by: changes)
        return ""
      } catch { return "\(error)" }
    }
    let begin = "the composition does not fit together: "
    #expect(message(.part(HingeLoss())).hasPrefix(begin + "'hinge' is no part of this game"))
    #expect(message(.part(Dense(3))) == begin + "'dense' is a layer, but the game has no network called 'discriminator' to put it into")
    #expect(
      message(.optimizer(Adam(), of: .discriminator)) == begin
        + "the game has no player 'discriminator'; it has generator, first-judge, second-judge")
    #expect(message(.part(Adam()), .part(SGD())) == begin + "'sgd' is a second optimizer; a composition has one")
  }

  @Test("A record of any game knows its parts and what its judges say")
  func record() throws {
    let trainer = try Trainer(DualDiscriminatorObjective.composition, data: RingOfGaussians(modes: 4), batchSize: 8)
    let record = RunRecord(trainer)
    #expect(record.parts.isSuperset(of: ["dual-discriminator", "alternating", "dense", "leaky-relu", "adam", "rmsprop"]))
    #expect(record.lossKind == nil)
    let conditional = try Trainer(ConditionalGAN.composition, data: RingOfGaussians(modes: 4), batchSize: 8)
    #expect(RunRecord(conditional).lossKind == .classifier)
  }

  @Test("A conditional discriminator is asked about samples with their own labels")
  func labelsReachTheJudge() throws {
    let diagnostic = DiscriminatorOutputs(every: 100, samples: 128)
    let trainer = try Trainer(ConditionalGAN.composition, data: RingOfGaussians(modes: 4), batchSize: 64, seed: 2)
    trainer.diagnostics = [diagnostic]
    try trainer.run(until: 400)
    #expect(trainer.observations["discriminator-outputs"]?.steps == [100, 200, 300, 400])
    let run = Observation(trainer)
    let real = try run.realBatch(128)
    let right = try run.logitsOfRealSamples(128)
    #expect(right == (try run.discriminatorLogits(of: real.copiedNumbers(0), given: Batch(Array(real.batch.entries.dropFirst())))))
    // The same points under the labels of their neighbours are far from the data.
    let label = try #require(real.batch["label"])
    let others = Tensor(int32: real.copiedClasses(1).map { ($0 + 1) % 4 })
    let wrong = try run.discriminatorLogits(of: real.copiedNumbers(0), given: [Batch.Entry(label.field, others)])
    #expect(zip(right, wrong).count { $0 > $1 } > 115)
    #expect(try run.logitsOfGeneratedSamples(128).count == 128)
  }
}
