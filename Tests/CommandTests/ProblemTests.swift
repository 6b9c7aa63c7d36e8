import Rival
import RivalCommand
import Testing

/// Problems and what is plugged into them.
@Suite struct ProblemTests {
  private func layers(_ network: Sequential) -> [String] { network.layers.map(\.layer.name) }

  @Test func aLayerGoesInFrontOfTheDiscriminatorsLast() throws {
    let gan = try Problem.ring.gan(applying: [MinibatchDiscrimination(kernels: 3)])
    #expect(layers(gan.discriminator) == ["dense", "relu", "dense", "relu", "minibatch-discrimination", "dense"])
    #expect(layers(gan.generator) == layers(Problem.ring.gan().generator))
  }

  @Test func partsReplaceAndHeuristicsAreAdded() throws {
    let gan = try Problem.ring.gan(applying: [
      LabelSmoothing(), HingeLoss(), SGD(learningRate: 0.5), SimultaneousUpdates(), R1Penalty(gamma: 2),
    ])
    #expect(gan.loss?.name == "hinge")
    #expect(gan.updateRule?.name == "simultaneous")
    #expect(gan.heuristics.map(\.name) == ["label-smoothing", "r1-penalty"])
    #expect(gan.optimizers.map(\.player) == [.generator, .discriminator])
    #expect(gan.optimizers.allSatisfy { ($0.optimizer as? SGD)?.learningRate == 0.5 })
  }

  @Test func whatDoesNotBelongIsRefused() throws {
    #expect(throws: CommandFailure("'minimax' is a second loss; a composition has one")) {
      try Problem.ring.gan(applying: [HingeLoss(), MinimaxLoss()])
    }
    #expect(throws: CommandFailure("'ring' is a data source, which is no part of a composition")) {
      try Problem.ring.gan(applying: [RingOfGaussians()])
    }
    #expect(throws: CommandFailure.self) { try Problem.mnist.data(folder: nil) }
    #expect(throws: CommandFailure.self) { try Problem.ring.data(folder: "x") }
  }

  @Test func everyBaselineFitsTogether() throws {
    for problem in Problem.builtIn { #expect(try problem.gan().validated().isEmpty, "\(problem.name)") }
    #expect(Problem.builtIn.map(\.name) == ["ring", "grid", "swiss-roll", "mnist", "dirac"])
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
