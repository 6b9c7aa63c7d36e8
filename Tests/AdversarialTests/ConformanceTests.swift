import Rival
import RivalTesting
import Testing

/// Every component that comes with Rival, through the kits that plugin authors use.
@Suite("Conformance of the built-in components")
struct ConformanceTests {
  @Test("Names, defaults and coding", arguments: try Registry.builtIn().names)
  func defaults(name: String) throws {
    let component = try Registry.builtIn().type(named: name).init()
    let violations = try ComponentConformance.check(component)
    #expect(violations.isEmpty, "\(violations)")
  }

  static let layers: [(any Layer, Shape)] = [
    (Dense(3), [4]), (Dense(2, usesBias: false, initializer: .normal(standardDeviation: 0.02)), [3]),
    (Conv2D(3, kernel: 3), [4, 3, 2]), (Conv2D(2, kernel: 3, stride: 2), [5, 4, 2]),
    (ConvTranspose2D(2, kernel: 4, stride: 2), [3, 2, 2]), (BatchNorm(momentum: 0.3), [3]), (BatchNorm(), [2, 3, 2]),
    (LayerNorm(), [5]), (Dropout(0.4), [6]), (Flatten(), [2, 2, 2]), (Reshape([3, 2]), [6]), (Upsample(2), [2, 2, 2]),
    (AveragePool(2), [4, 4, 2]), (MaxPool(2), [4, 4, 2]), (GlobalAveragePool(), [3, 2, 2]), (ReLU(), [5]),
    (LeakyReLU(0.1), [5]), (Tanh(), [5]), (Sigmoid(), [5]), (Softplus(), [5]), (ELU(0.7), [5]), (GELU(), [5]),
    (SiLU(), [5]), (MinibatchDiscrimination(kernels: 3, dimensions: 2), [4]), (MinibatchStandardDeviation(), [4]),
    (Position(3, initial: 0.5), [2]),
    (
      Residual {
        Conv2D(3, kernel: 3)
        Softplus()
        BatchNorm()
      } shortcut: {
        Conv2D(3, kernel: 1)
      }, [3, 2, 2]
    ),
    (
      Sequential {
        Dense(3)
        Tanh()
        Dense(2)
      }, [3]
    ),
    (
      Branches(merging: .multiply) {
        Dense(2)
      } second: {
        Dense(2)
        BatchNorm()
      }, [3]
    ),
    (
      ReconstructionScore {
        Dense(2)
      } decoder: {
        Dense(3)
      }, [3]
    ),
    (GroupedConv2D(4, groups: 2), [3, 2, 2]), (GroupedConv2D(4, groups: 0, stride: 2), [3, 2, 2]), (Maxout(2, pieces: 3), [3]),
    (SelfAttention(reduction: 2, valueReduction: 1), [2, 2, 2]), (SelfAttention(reduction: 1, pools: true), [2, 2, 2]),
    (GroupNorm(2), [4]), (GroupNorm(1), [2, 2, 2]), (InstanceNorm(), [2, 2, 2]), (InstanceNorm(isAffine: true), [2, 2, 2]),
    (PixelNorm(), [2, 2, 2]), (GaussianNoise(0.4), [6]), (BilinearUpsample(3), [2, 2, 2]),
    (GeneratorBlock(3), [2, 2, 2]), (GeneratorBlock(2, upsamples: false, normalization: .none), [2, 2, 2]),
    (DiscriminatorBlock(3), [2, 2, 2]), (DiscriminatorBlock(2, isFirst: true), [2, 2, 2]), (BottleneckBlock(groups: 2), [2, 2, 2]),
    (PReLU(initial: 0.1), [5]), (PReLU(initial: 0.3, isShared: true), [2, 2, 2]), (SELU(), [5]), (CELU(0.6), [5]), (Mish(), [5]),
    (Softsign(), [5]), (Sine(2), [5]), (HardTanh(lower: -0.8, upper: 0.6), [5]), (HardSigmoid(), [5]), (HardSwish(), [5]), (Softmax(), [5]),
    (
      StyleNetwork(mixing: 0.7) {
        Dense(3)
      } synthesis: {
        ConstantInput([2, 2, 2])
        ModulatedConv2D(2)
        NoiseInjection()
        AdaptiveInstanceNorm()
      }, [3]
    ),
    (
      StyleNetwork {
      } synthesis: {
        Dense(3)
        SelfModulatedBatchNorm("style", hidden: 2)
      }, [3]
    ),
    (
      VirtualBatch(samples: 2) {
        Conv2D(2, kernel: 1)
        VirtualBatchNorm()
      }, [2, 2, 1]
    ),
    (MappingNetwork(layers: 2, units: 3, rateFactor: 0.5), [4]),
    (MappingNetwork(layers: 1, units: 2, rateFactor: 2, normalizes: false), [3]),
    (ConstantInput([2, 2]), [3]), (NoiseInjection(), [2, 2, 2]), (Blur(), [3, 2, 2]), (FilteredUpsample([1, 2, 1]), [2, 2, 2]),
    (FilteredDownsample(), [4, 2, 2]), (PixelShuffle(2), [2, 2, 4]), (PixelUnshuffle(2), [2, 4, 2]), (BorderPadding(2), [3, 3, 1]),
    (BorderPadding(1, border: .replicate), [2, 2, 2]),
  ]

  @Test("Layers", arguments: Array(layers.indices))
  func layer(index: Int) throws {
    let (layer, shape) = Self.layers[index]
    let violations = try LayerConformance.check(layer, inputShape: shape)
    #expect(violations.isEmpty, "\(violations)")
  }

  static let conditionalLayers: [(any Layer, Shape, Field)] = [
    (ConcatenatedCondition(), [3], Field("label", classes: 4)), (ConcatenatedCondition("map"), [2, 3, 2], Field("map", shape: [2, 3, 1])),
    (ConcatenatedCondition("age"), [2], Field("age", shape: [])), (ConcatenatedCondition(), [2, 2, 1], Field("label", classes: 3)),
    (ProjectionHead(), [4], Field("label", classes: 3)), (ConditionalBatchNorm(), [3], Field("label", classes: 2)),
    (ConditionalBatchNorm("kind", momentum: 0.3), [2, 3, 2], Field("kind", classes: 3)),
    (ClassOutputs(), [4], Field("label", classes: 3)), (ClassOutputs("kind", perClass: 2, extra: 1), [2], Field("kind", classes: 2)),
    (ClassEmbedding(3), [4], Field("label", classes: 3)), (ClassEmbedding(2, isAppended: true), [3], Field("label", classes: 2)),
    (GeneratorBlock(2, normalization: .conditionalBatch), [2, 2, 2], Field("label", classes: 2)),
    (ModulatedConv2D(2), [2, 2, 2], Field("style", shape: [3])),
    (ModulatedConv2D(1, kernel: 1, demodulates: false, condition: "label"), [2, 2, 2], Field("label", classes: 2)),
    (AdaptiveInstanceNorm("label"), [2, 2, 2], Field("label", classes: 2)),
    (AdaptiveInstanceNorm(), [2, 2, 2], Field("style", shape: [3])),
    (SelfModulatedBatchNorm("style", hidden: 3), [2, 2, 2], Field("style", shape: [3])),
    (GeneratorBlock(2, normalization: .modulatedBatch, condition: "style"), [2, 2, 2], Field("style", shape: [2])),
  ]

  @Test("Layers with a condition", arguments: Array(conditionalLayers.indices))
  func conditionalLayer(index: Int) throws {
    let (layer, shape, field) = Self.conditionalLayers[index]
    let violations = try LayerConformance.check(layer, inputShape: shape, fields: [field])
    #expect(violations.isEmpty, "\(violations)")
    #expect(throws: LayerError.self) { try LayerConformance.check(layer, inputShape: shape) }
  }

  @Test("The tables above hold every layer")
  func layerTableIsComplete() {
    // What stands in another layer only is tried there.
    let known = Set(Self.layers.map { $0.0.name } + Self.conditionalLayers.map { $0.0.name } + [VirtualBatchNorm.name])
    #expect(BuiltInLayers.types.map { $0.name }.filter { !known.contains($0) } == [])
  }

  @Test(
    "Losses",
    arguments: BuiltInLosses.types.map { $0.name }.filter { $0 != "multi-hinge" }
      + FDivergenceLoss.Divergence.allCases.map { "f-divergence:divergence=\($0.rawValue)" } + [
        "f-divergence:divergence=alpha,alpha=1.5", "f-divergence:divergence=alpha,alpha=-1",
        "f-divergence:divergence=jeffreys,isSaturating=true",
        "relativistic:base=hinge,pairing=averaged", "relativistic:base=least-squares", "quadratic-potential:distance=euclidean",
      ])
  func loss(name: String) throws {
    let loss = try #require(try Registry.builtIn().component(parsing: name) as? any Loss)
    let violations = try LossConformance.check(loss)
    #expect(violations.isEmpty, "\(violations)")
  }

  @Test(
    "Optimizers",
    arguments: BuiltInOptimizers.types.map { $0.name } + BuiltInOptimizers.transformations.map { "chain:" + $0.name } + [
      "sgd:learningRate=0.1,momentum=0.9", "sgd:momentum=0.5,isNesterov=true", "sgd:learningRate=0.1:linear:0@9", "rmsprop:decay=0.5",
      "rmsprop:isCentered=true,isEpsilonInside=true", "adam:beta1=0", "adam:beta1=0.9,beta2=0.99,epsilon=0.001",
      "amsgrad:isCorrected=true", "muon:isNesterov=false,steps=3", "adafactor:smallestFactored=128",
      "chain:learningRate=0.1,clip-by-norm:maximum=0.5,trace,trace:decay=0.5,isNesterov=true,decayed-weights",
    ])
  func optimizer(specification: String) throws {
    let optimizer = try #require(try Registry.builtIn().component(parsing: specification) as? any Optimizer)
    let violations = try Number.during(Tensor(int32: [0], shape: [])) { try OptimizerConformance.check(optimizer) }
    #expect(violations.isEmpty, "\(violations)")
  }

  @Test("Optimizers resume bit for bit", arguments: BuiltInOptimizers.types.map { $0.name } + ["chain:trace,trace:decay=0.5"])
  func optimizerResumes(specification: String) throws {
    let optimizer = try Registry.builtIn().component(parsing: specification)
    let gan = try ringGAN().changed(by: [.part(optimizer)])
    let violations = try ResumeConformance.check(gan, data: RingOfGaussians(modes: 8), before: 2, after: 3)
    #expect(violations.isEmpty, "\(violations)")
  }

  static let heuristics: [any Heuristic] = [
    LabelSmoothing(real: 0.8, fake: 0.1), InstanceNoise(standardDeviation: 0.2),
    InstanceNoise(standardDeviation: 0.3, decaySteps: 4),
    FeatureMatching(weight: 0.5), FeatureMatching(weight: 1, replacesLoss: true, tap: "01_leaky_relu"),
    R1Penalty(gamma: 2),
    GradientPenalty(weight: 2), GradientPenalty(weight: 1, target: 0, isOneSided: true), SpectralNormalization(),
    SpectralNormalization(iterations: 2, includesGenerator: true), ExponentialMovingAverage(decay: 0.9),
    ExponentialMovingAverage(decay: 0.5, warmsUp: false), WeightClipping(limit: 0.05),
    GradientClipping(maximumNorm: 0.1), FrozenLayers(first: 1), Rollback(),
    R2Penalty(gamma: 2), ZeroCenteredPenalty(weight: 2), DRAGANPenalty(weight: 2), DRAGANPenalty(weight: 1, spread: 1, neighbors: .uniform),
    MaximumGradientPenalty(weight: 2), JensenShannonRegularizer(gamma: 1), LeCamRegularization(weight: 0.5, decay: 0.5),
    LeCamRegularization(weight: 0.5, isOneSided: true), ConsistencyRegularization(weight: 2, fakeWeight: 1, noise: 0.1),
    LatentConsistency(discriminatorWeight: 2), PathLengthRegularization(weight: 1, decay: 0.1),
    PathLengthRegularization(weight: 1, tap: "01_tanh"),
    OrthogonalRegularization(weight: 0.1), OrthogonalRegularization(weight: 0.1, form: .full, appliesToDiscriminator: true),
    JacobianClamping(weight: 1, largest: 1.1), ModeSeeking(weight: 0.5), BuresDiversity(weight: 2), GradientNormalization(),
    LabelFlipping(realProbability: 0.5, fakeProbability: 0.2), LabelFlipping(realProbability: 0.5, fakeProbability: 0.2, decaySteps: 3),
    NoisyLabels(), AnnealedGradientNoise(eta: 0.1), HistoricalAveraging(weight: 0.1), Lookahead(steps: 2), WeightNormalization(),
    WeightNormalization(includesGenerator: false), EqualizedLearningRate(), TopKTraining(smallest: 0.25, decay: 0.5, period: 1),
    ExperienceReplay(batches: 1), ExperienceReplay(batches: 2, probability: 1), LatentOptimization(rate: 1, penalty: 0.1),
    LatentOptimization(rate: 0.1, isNatural: false), DiscriminatorSkipping(limit: 0.5), Packing(size: 4),
    PseudoAugmentation(target: -0.9, interval: 1, rampImages: 32),
  ]

  /// Heuristics that change images, or act on what others do.
  static let placedHeuristics: [(any Heuristic, GAN, any DataSource)] = [
    (DifferentiableAugmentation(), colorGAN(), colorImages()),
    (DifferentiableAugmentation(cutout: 0), colorGAN(channels: 1), colorImages(channels: 1)),
    (AdaptiveAugmentation(target: -0.9, interval: 1, rampImages: 32), colorGAN(), colorImages()),
    (
      AdaptiveAugmentation(target: -0.9, interval: 2, rampImages: 32, geometry: false), colorGAN(channels: 1), colorImages(channels: 1)
    ),
    (ConsistencyRegularization(weight: 3, shift: 2), colorGAN(), colorImages()), (Packing(), colorGAN(), colorImages()),
    (ProgressiveResolution(levels: 1, phase: 4), colorGAN(), colorImages()),
    (LazyRegularization(interval: 2), ringGAN([R1Penalty(gamma: 1)]), RingOfGaussians()),
    (
      LazyRegularization(interval: 3, terms: ["path-length-regularization"]), ringGAN([R1Penalty(gamma: 1), PathLengthRegularization()]),
      RingOfGaussians()
    ),
  ]

  @Test("Heuristics that need a composition or images", arguments: Array(placedHeuristics.indices))
  func placedHeuristic(index: Int) throws {
    let (heuristic, gan, data) = Self.placedHeuristics[index]
    let violations = try HeuristicConformance.check(heuristic, on: gan, data: data)
    #expect(violations.isEmpty, "\(violations)")
  }

  @Test("Heuristics", arguments: Array(heuristics.indices))
  func heuristic(index: Int) throws {
    let violations = try HeuristicConformance.check(Self.heuristics[index])
    #expect(violations.isEmpty, "\(violations)")
  }

  static let terms: [any Heuristic] = [
    AuxiliaryClassifier(weight: 0.5), AuxiliaryClassifier(weight: 1, includesGenerated: false), TwinClassifier(weight: 0.5),
    AdversarialClassifier(weight: 0.5), ConditionalContrast(weight: 1, temperature: 0.5, dimensions: 4),
    DataToDataCrossEntropy(weight: 1, dimensions: 4), MutualInformation(weight: 0.5, codeSize: 1),
    MutualInformation(weight: 0.5, learnsVariance: true),
  ]

  @Test("Terms beside a loss", arguments: Array(terms.indices))
  func term(index: Int) throws {
    let violations = try HeuristicConformance.check(Self.terms[index])
    #expect(violations.isEmpty, "\(violations)")
  }

  static let imageTerms: [any Heuristic] = [SelfSupervisedRotation(), InformationMaximum(tap: "00_conv2d", dimensions: 4)]

  @Test("Terms of images", arguments: Array(imageTerms.indices))
  func imageTerm(index: Int) throws {
    let gan = GAN(latent: .normal(4)) {
      Generator {
        Dense(64)
        Tanh()
        Reshape([8, 8, 1])
      }
      Discriminator {
        Conv2D(4, kernel: 3, stride: 2)
        LeakyReLU(0.2)
        Flatten()
        Dense(6)
        Tanh()
        Dense(1)
      }
      NonSaturatingLoss()
      SGD(learningRate: 0.02)
      AlternatingUpdates()
    }
    let violations = try HeuristicConformance.check(Self.imageTerms[index], on: gan, data: smallImages())
    #expect(violations.isEmpty, "\(violations)")
  }

  @Test("Every term is tried")
  func termsAreComplete() {
    let known = Set(Self.terms.map(\.name) + Self.imageTerms.map(\.name))
    #expect(BuiltInLosses.terms.filter { $0 is any Heuristic.Type }.map { $0.name }.filter { !known.contains($0) } == [])
  }

  @Test("Losses of other discriminators")
  func fittingLosses() throws {
    func check(_ loss: any Loss, @LayerBuilder _ layers: () -> [PlacedLayer]) throws {
      var gan = HeuristicConformance.smallGAN()
      gan.discriminator = Sequential(layers())
      let violations = try LossConformance.check(loss, on: gan)
      #expect(violations.isEmpty, "\(violations)")
    }
    for loss: any Loss in [EnergyBasedLoss(margin: 2, pullingAway: 0.1), BoundaryEquilibriumLoss(diversity: 0.4, rate: 0.05)] {
      try check(loss) {
        ReconstructionScore(power: 1) {
          Dense(4)
          Tanh()
        } decoder: {
          Dense(2)
        }
      }
    }
    try check(MultiHingeLoss()) {
      Dense(6)
      Tanh()
      ClassOutputs("label", extra: 1)
    }
    for loss: any Loss in [MMDLoss(.rationalQuadratic), MMDLoss(.gaussian, isRepulsive: true), CramerLoss()] {
      try check(loss) { Dense(4) }
    }
  }

  @Test("Every heuristic is tried")
  func heuristicsAreComplete() {
    // What acts when samples are drawn has no effect on training; AveragedStatisticsTests have it.
    let known = Set(Self.heuristics.map(\.name) + Self.placedHeuristics.map { $0.0.name } + [StandingStatistics.name])
    #expect(BuiltInHeuristics.types.map { $0.name }.filter { !known.contains($0) } == [])
  }
}

/// Components that break one rule each, and what the kits say of them: the kits can fail.
@Suite("The kits find violations")
struct KitTests {
  struct Forgetful: Layer {
    static let name = "Forgetful"
    static let summary = "Mixes samples without saying so."
    func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor { x - x.mean(axes: [0]) }
  }

  @Test func layers() throws {
    #expect(
      try LayerConformance.check(Forgetful(), inputShape: [2]) == [
        "Forgetful: the name is not in kebab case, such as 'label-smoothing'",
        "Forgetful: a sample's output depends on other samples, but mixesSamples is false",
      ])
  }

  struct Stopped: Layer {
    static let name = "stopped"
    static let summary = "Loses its derivative."
    func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor { x + square(x).stoppingGradient }
  }

  @Test func derivatives() throws {
    let violations = try LayerConformance.check(Stopped(), inputShape: [2])
    #expect(violations.contains { $0.hasPrefix("stopped: the first derivative by the input is off by") })
  }

  struct Backwards: Loss {
    static let name = "backwards"
    static let summary = "Asks the generator for the wrong thing."
    func discriminatorLoss(real: Logits, fake: Logits, targets: Targets) -> Tensor {
      (exp(fake.tensor) - real.tensor - targets.real * 0.5).mean()
    }
    func generatorLoss(real: Logits, fake: Logits) -> Tensor { fake.tensor.mean() }
  }

  @Test func losses() throws {
    let violations = try LossConformance.check(Backwards())
    #expect(violations.contains("backwards: the generator's loss does not fall where fake logits rise"))
    #expect(violations.contains("backwards: usesTargets is false, but other targets give another loss"))
    #expect(violations.contains { $0.contains("is not finite at real -10000.0, fake 10000.0") })
  }

  struct Uphill: Optimizer {
    static let name = "uphill"
    static let summary = "Follows the gradient."
    func initialState(for parameters: Parameters) -> Parameters { Parameters() }
    func update(_ gradient: Parameters, at parameters: Parameters, state: inout Parameters, iteration: Tensor) throws
      -> Parameters
    { gradient.mapped { $1 + 0.001 } }
  }

  @Test func optimizers() throws {
    let violations = try OptimizerConformance.check(Uphill())
    #expect(violations.contains { $0.hasPrefix("uphill: the first step does not go downhill") })
    #expect(violations.contains("uphill: a gradient of zero moves 'a/weight' at the first step"))
  }

  struct Idle: Heuristic {
    static let name = "idle"
    static let summary = "Does nothing."
  }

  @Test func heuristics() throws {
    #expect(
      try HeuristicConformance.check(Idle()) == [
        "idle: it has no effect: three rounds without it give the same state"
      ])
  }

  /// Its noise has the type of float32 whatever it is added to.
  struct Narrow: Heuristic {
    static let name = "narrow"
    static let summary = "Adds float32 noise."
    func inputs(_ images: Images, role: SampleRole, in round: Round) throws -> Images {
      Images(images.tensor + round.randomNormal("noise", images.tensor.shape) * 0.1)
    }
  }

  @Test func precision() throws {
    let violations = try HeuristicConformance.check(Narrow())
    #expect(violations.count == 1)
    #expect(violations.first?.hasPrefix("narrow: a round in float64 fails") == true, "\(violations)")
  }

  /// Its memory is outside the state.
  struct Intruder: Heuristic {
    static let name = "intruder"
    static let summary = "Counts rounds in a variable that no checkpoint holds."
    final class Memory: @unchecked Sendable { var traces = 0 }
    static let memory = Memory()
    func parameter(_ weight: Tensor, at path: String, of player: Player, in round: Round) throws -> Tensor {
      Self.memory.traces += 1
      return weight * (1 + 1e-3 * Double(Self.memory.traces))
    }
  }

  @Test("Hidden memory breaks repetition and resuming")
  func hiddenMemory() throws {
    let violations = try HeuristicConformance.check(Intruder())
    #expect(violations.contains { $0.hasPrefix("intruder: two runs of one seed differ") })
    #expect(violations.contains { $0.hasPrefix("intruder: after 3 + 2 rounds against 5") })
  }
}

/// Diagnostics and metrics, through the same kits.
@Suite("Conformance of diagnostics and metrics")
struct WatcherConformanceTests {
  static let diagnostics: [any Diagnostic] = [
    DiscriminatorOutputs(every: 1, samples: 32), GradientSignals(every: 1), ParameterProjections(every: 1), LayerNorms(every: 1),
    KnownModeShares(every: 1, samples: 64), SampleDistance(every: 1, samples: 32), SampleCoverage(every: 1, samples: 32),
    IndependentAdversary(every: 1, samples: 128), SampleFrechetDistance(every: 1, samples: 32), UpdateMapSpectrum(every: 1, count: 2),
    RotationReading(), EquilibriumReading(), DualityGapReading(every: 1, steps: 3, draws: 2), ReproducibilityReading(),
  ]

  @Test("Diagnostics", arguments: Array(diagnostics.indices))
  func diagnostic(index: Int) throws {
    #expect(try DiagnosticConformance.check(Self.diagnostics[index]) == [])
  }

  @Test("Every diagnostic is tried")
  func diagnosticsAreComplete() {
    // Memorization needs finite data.
    let known = Set(Self.diagnostics.map(\.name) + ["memorization"])
    #expect(BuiltInDiagnostics.types.map { $0.name }.filter { !known.contains($0) } == [])
  }

  @Test("Memorization, on finite data")
  func memorization() throws {
    var diagnostic = MemorizationReading()
    diagnostic.samples = 64
    #expect(try DiagnosticConformance.check(diagnostic, data: RingOfGaussians(points: 200)) == [])
  }

  @Test("Metrics", arguments: try Registry.builtIn().names.filter { try Registry.builtIn().type(named: $0) is any Metric.Type })
  func metric(name: String) throws {
    // A score by a network needs the network.
    guard name != "class-probability-score", let metric = try Registry.builtIn().type(named: name).init() as? any Metric else { return }
    #expect(try MetricConformance.check(metric) == [])
  }

  /// Breaks what the kits look for.
  struct Restless: Diagnostic {
    static let name = "restless"
    static let summary = "Says one thing twice."
    var every = 1
    func observe(_ run: Observation) throws -> [Reading] {
      [Reading("now", 0), Reading("now", 1)]
    }
  }

  struct Ticking: Diagnostic {
    static let name = "ticking"
    static let summary = "A clock."
    static let start = ContinuousClock.now
    var every = 1
    func observe(_ run: Observation) throws -> [Reading] { [Reading("now", (ContinuousClock.now - Self.start) / .nanoseconds(1))] }
  }

  struct Upside: Metric {
    static let name = "upside"
    static let summary = "Thinks that far is near."
    func measure(_ samples: SampleSet, against reference: SampleSet, key: Key) throws -> [MetricValue] {
      try EnergyDistance().measure(samples, against: reference, key: key).map { MetricValue("upside", -$0.value, goal: .lower) }
    }
  }

  @Test("The kits find violations")
  func violations() throws {
    let restless = try DiagnosticConformance.check(Restless())
    #expect(restless.contains { $0.contains("one name") }, "\(restless)")
    #expect(try DiagnosticConformance.check(Ticking()).contains { $0.contains("differs in a second run") })
    let upside = try MetricConformance.check(Upside())
    #expect(upside.count == 1 && upside[0].contains("says smaller is better"), "\(upside)")
  }
}
