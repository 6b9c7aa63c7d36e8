import Rival
import Testing

@testable import RivalCommand

/// Problems and what is plugged into them.
@Suite struct ProblemTests {
  private func changed(_ problem: Problem, _ parts: [any Component]) throws -> GAN {
    try #require(try problem.composition().changed(by: parts.map { .part($0) }) as? GAN)
  }

  private func layers(_ network: Sequential) -> [String] { network.layers.map(\.layer.name) }

  @Test func aLayerGoesInFrontOfTheDiscriminatorsLast() throws {
    let gan = try changed(.ring, [MinibatchDiscrimination(kernels: 3)])
    #expect(layers(gan.discriminator) == ["dense", "relu", "dense", "relu", "minibatch-discrimination", "dense"])
    let baseline = try changed(.ring, [])
    #expect(layers(gan.generator) == layers(baseline.generator))
  }

  @Test func partsReplaceAndHeuristicsAreAdded() throws {
    let gan = try changed(
      .ring,
      [
        LabelSmoothing(), HingeLoss(), SGD(learningRate: 0.5), SimultaneousUpdates(), R1Penalty(gamma: 2),
      ])
    #expect(gan.loss?.name == "hinge")
    #expect(gan.updateRule?.name == "simultaneous")
    #expect(gan.heuristics.map(\.name) == ["label-smoothing", "r1-penalty"])
    #expect(gan.optimizers.map(\.player) == [.generator, .discriminator])
    #expect(gan.optimizers.allSatisfy { ($0.optimizer as? SGD)?.learningRate == 0.5 })
  }

  @Test func whatDoesNotBelongIsRefused() throws {
    let second = #expect(throws: CompositionError.self) { try changed(.ring, [HingeLoss(), MinimaxLoss()]) }
    #expect(second?.description == "the composition does not fit together: 'minimax' is a second loss; a composition has one")
    let foreign = #expect(throws: CompositionError.self) { try changed(.ring, [RingOfGaussians()]) }
    #expect(foreign?.description.contains("'ring' is no part of a GAN") == true)
    #expect(throws: CommandFailure.self) { try Problem.mnist.data(folder: nil) }
    #expect(throws: CommandFailure.self) { try Problem.ring.data(folder: "x") }
  }

  @Test func everyBaselineFitsTogether() throws {
    for problem in Problem.builtIn where problem.name != "images" {
      #expect(try problem.composition().validated().isEmpty, "\(problem.name)")
    }
    #expect(Problem.builtIn.map(\.name) == ["ring", "grid", "swiss-roll", "mnist", "conditional-mnist", "images", "dirac"])
  }

  @Test func imagesHaveACompositionAsDeepAsTheirSizeAsksFor() throws {
    func stages(_ size: Int) -> [Int]? { ConvolutionalComposition.stages(size: size).map { [$0.base] + $0.channels } }
    #expect(stages(8) == [4, 64] && stages(16) == [4, 128, 64] && stages(32) == [4, 256, 128, 64])
    #expect(stages(64) == [4, 256, 256, 128, 64] && stages(28) == [7, 128, 64] && stages(56) == [7, 256, 128, 64])
    for size in [0, 1, 4, 7, 12, 14, 27, 48] { #expect(stages(size) == nil, "\(size)") }
    for (size, channels) in [(8, 3), (28, 1), (32, 3)] {
      let found = try #require(ConvolutionalComposition.stages(size: size))
      let gan = ConvolutionalComposition.gan(base: found.base, stages: found.channels, channels: channels)
      let game = try AdversarialGame(gan, fields: [Field("image", shape: (Shape([size, size, channels])).dimensions)], seed: 1)
      #expect(game.generator.outputShape == Shape([size, size, channels]))
      // Whatever is compared on images by default fits.
      #expect(try gan.validated().isEmpty)
    }
    for text in Problem.imageVariants.split(separator: ",") where text != "baseline" {
      let component = try Registry.builtIn().component(parsing: String(text))
      #expect(throws: Never.self) { try Problem.mnist.composition().changed(by: [.part(component)]).validated() }
    }
  }

  @Test func problemsSayWhatTheyMeasure() throws {
    let mixture = EvaluationPlan.standard(for: try RingOfGaussians().opened())
    #expect(mixture.metrics.map(\.name) == ["mode-coverage", "energy-distance"] && mixture.primary == ["quality", "reverse-kl"])
    let points = EvaluationPlan.standard(for: try SwissRoll().opened())
    #expect(points.metrics.map(\.name) == ["energy-distance", "sliced-wasserstein"] && points.features == nil)
    let grey = ArraySamples([Float](repeating: 0, count: 40 * 64), sampleShape: [8, 8, 1])
    let images = EvaluationPlan.standard(for: try grey.opened())
    #expect(images.metrics.map(\.name) == ["frechet-distance", "kernel-distance", "precision-recall", "density-coverage"])
    #expect(images.features?.name == "principal-components" && images.sampleCount == 40 && images.evaluationCount == 5)
    var own = Problem.ring
    own.plan = EvaluationPlan([VendiScore()], sampleCount: 10)
    #expect(own.plan(for: try RingOfGaussians().opened()).metrics.map(\.name) == ["vendi-score"])
    #expect(Problem.ring.plan(for: try RingOfGaussians().opened()).sampleCount == 2500)
  }

  @Test func pluginsJoinTheBuiltInComponents() throws {
    struct Wobble: Layer {
      static let name = "wobble"
      static let summary = "Returns its input."
      func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor { x }
    }
    struct FalseAdam: Layer {
      static let name = "adam"
      static let summary = "Takes a name that is taken."
      func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor { x }
    }
    let registry = try Registry.builtIn(adding: [Wobble.self])
    #expect(try registry.component(parsing: "wobble") is Wobble)
    #expect(registry.names.last == "wobble")
    #expect(throws: ComponentError.self) { try Registry.builtIn(adding: [FalseAdam.self]) }
  }
}
