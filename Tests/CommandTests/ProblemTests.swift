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
    func stages(_ height: Int, _ width: Int? = nil) -> ConvolutionalComposition? {
      ConvolutionalComposition(height: height, width: width ?? height)
    }
    for (size, base) in [(8, 4), (10, 5), (12, 6), (15, 7), (16, 4), (27, 6), (28, 7), (32, 4), (48, 6), (56, 7), (64, 4)] {
      #expect(stages(size)?.base == [base, base], "\(size)")
    }
    #expect(stages(28)?.isOdd == [false, false] && stages(27)?.isOdd == [true, true] && stages(17)?.isOdd == [false, true])
    #expect(stages(8, 20)?.base == [4, 10] && stages(8, 9) == nil && stages(20, 26) == nil)
    for size in [0, 1, 4, 7] { #expect(stages(size) == nil, "\(size)") }
    for (height, width, channels) in [(8, 8, 3), (9, 9, 1), (28, 28, 1), (27, 31, 2), (32, 32, 3), (16, 24, 1)] {
      let gan = try #require(stages(height, width)).gan(channels: channels)
      let game = try AdversarialGame(gan, fields: [Field("image", shape: [height, width, channels])], seed: 1)
      #expect(game.generator.outputShape == Shape([height, width, channels]))
      // Whatever is compared on images by default fits.
      #expect(try gan.validated().isEmpty)
    }
    for text in Problem.imageVariants.split(separator: ",") where text != "baseline" {
      let component = try Registry.builtIn().component(parsing: String(text))
      #expect(throws: Never.self) { try Problem.mnist.composition().changed(by: [.part(component)]).validated() }
    }
  }

  @Test func dataOfOnesOwnIsAProblem() throws {
    let folder = try TemporaryFolder()
    let context = CommandContext(registry: try .builtIn())
    let rows = (0..<20).map { "\($0),\(20 - $0),\($0 % 3)" }.joined(separator: "\n")
    try folder.write(Array("width,height,kind\n\(rows)\n".utf8), "points.csv")
    let path = folder.path("points.csv")
    let plain = try context.problem(named: path)
    // A fifth is kept back, and the name reads as the same problem again.
    #expect(plain.name == "table-file:heldOutFraction=0.2,path=\(path)")
    #expect(try context.problem(named: plain.name).name == plain.name)
    let samples = try plain.data(folder: nil).opened()
    #expect(samples.sampleShape == [3] && samples.count == 16 && samples.heldOut?.count == 4)
    let labelled = try context.problem(named: "table-file:path=\(path),samples=[width height],label=kind,heldOutFraction=0")
    let fields = try labelled.data(folder: nil).opened().fields
    #expect(fields.map(\.shape) == [[2], []] && fields.map(\.classCount) == [nil, 3])
    let game = try labelled.composition().game(fields: fields, seed: 1)
    #expect(try game.network("generator").outputShape == [2] && game.network("discriminator").inputShape == [2])
    let refused = #expect(throws: CommandFailure.self) { try context.problem(named: "rings") }
    #expect(refused?.description.contains("there is no problem 'rings', nor a data source, file or folder") == true)
    try folder.write([0], "notes.md")
    let unknown = #expect(throws: CommandFailure.self) { try context.problem(named: folder.path("notes.md")) }
    #expect(unknown?.description.contains("files of this kind are not read; .csv, .h5") == true)
    #expect(throws: ComponentError.self) { try context.problem(named: "table-file:pth=\(path)") }
  }

  @Test func networksAreWrittenAsTheBuilderTakesThem() throws {
    let registry = try Registry.builtIn()
    func lines(_ text: String) throws -> [String] {
      try LayerText.layers(text, "--generator", registry).layers.map { ComponentFields.specification(of: $0.layer) }
    }
    #expect(
      try lines("Dense(128, usesBias: false) LeakyReLU(0.1), dropout:rate=0.25 Reshape([4, 4, 8]) MaxPool(3) MaxPool(3, stride: 1) Tanh")
        == [
          "dense:units=128,usesBias=false", "leaky-relu:slope=0.1", "dropout:rate=0.25", "reshape:shape=[4 4 8]",
          "max-pool:stride=3,window=3",
          "max-pool:stride=1,window=3", "tanh",
        ])
    #expect(
      try lines("Conv2D(8, kernel: 3, padding: .valid, initializer: .heNormal) ConcatenatedCondition(\"kind\")")
        == ["conv2d:filters=8,initializer=he-normal,kernel=3,padding=valid", "concatenated-condition:condition=kind"])
    func refusal(_ text: String) -> String {
      do {
        return try lines(text).joined()
      } catch {
        return "\(error)"
      }
    }
    #expect(refusal("Dens(128)").contains("dense"))
    #expect(refusal("Dense(128, false)").contains("'false' in 'Dense(128, false)' needs a name in front of it"))
    #expect(refusal("Dense(128").contains("a bracket or quote is not closed"))
    #expect(refusal("Dense 128)").contains("a closing bracket too many"))
    #expect(refusal("Adam").contains("'adam' is an optimizer, not a layer"))
    #expect(refusal(" , ").contains("--generator names no layers"))
    let changed = try Problem.ring.composition().changed(by: [
      .layers(LayerText.layers("Dense(3) Dense(2)", "--generator", registry), of: "generator")
    ])
    #expect(try changed.game(fields: [Field("samples", shape: [2])], seed: 1).network("generator").layers.layers.count == 2)
    #expect(throws: CompositionError.self) { try Problem.ring.composition().changed(by: [.layers(Sequential {}, of: "encoder")]) }
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
