import Foundation
import Rival
import Testing

@testable import RivalCommand

/// Commands as Swift programs.
@Suite struct PrintedSwiftTests {
  /// Every built-in part with all its fields changed. What is printed of each is what stands here, blanks aside, so that it compiles.
  static func parts() -> [any Component] {
    // begin
    [
      AveragePool(3, stride: 1), BatchNorm(momentum: 0.2, epsilon: 0.001), ConcatenatedCondition("digit"),
      ConditionalBatchNorm("digit", momentum: 0.2, epsilon: 0.001),
      Conv2D(8, kernel: 3, stride: 2, padding: .valid, dilation: 2, usesBias: false, initializer: .normal(standardDeviation: 0.02)),
      ConvTranspose2D(8, kernel: 3, stride: 1, padding: .valid, usesBias: false, initializer: .uniform(lower: -0.5, upper: 0.5)),
      Dense(128, usesBias: false, initializer: .constant(1)), Dropout(0.25), ELU(0.5), Flatten(), GELU(), GlobalAveragePool(),
      LayerNorm(epsilon: 0.001), LeakyReLU(0.1), MaxPool(3, stride: 3),
      MinibatchDiscrimination(kernels: 4, dimensions: 3, initializer: .heNormal), MinibatchStandardDeviation(epsilon: 0.001),
      Position(2, initial: 0.5), ProjectionHead("digit", usesBias: false, initializer: .orthogonal(gain: 2)), ReLU(), Reshape([4, 4, 8]),
      SiLU(),
      Sigmoid(), Softplus(), Tanh(), Upsample(3),
      BilinearUpsample(3), BottleneckBlock(groups: 4, expansion: 3, kernel: 5, depth: 2), CELU(0.5),
      ClassEmbedding(16, condition: "digit", isAppended: true, initializer: .heNormal),
      ClassOutputs("digit", perClass: 2, extra: 1, initializer: .heNormal),
      DiscriminatorBlock(64, downsamples: false, isFirst: true, initializer: .heNormal), GaussianNoise(0.2),
      GeneratorBlock(64, upsamples: false, normalization: .conditionalBatch, condition: "digit", initializer: .heNormal),
      GroupNorm(4, epsilon: 0.001),
      GroupedConv2D(8, groups: 4, kernel: 5, stride: 2, padding: .valid, usesBias: false, initializer: .heNormal), HardSigmoid(),
      HardSwish(), HardTanh(lower: 0, upper: 6), InstanceNorm(isAffine: true, epsilon: 0.001), Maxout(8, pieces: 3, initializer: .heNormal),
      Mish(), PReLU(initial: 0.1, isShared: true), PixelNorm(epsilon: 0.001), SELU(),
      SelfAttention(reduction: 4, valueReduction: 2, pools: true, initializer: .heNormal), Sine(2), Softmax(), Softsign(),
      AdaptiveInstanceNorm("label", epsilon: 0.001), Blur([1, 2, 1]), BorderPadding(3, border: .zeros), ConstantInput([2, 2, 8]),
      FilteredDownsample([1, 1]), FilteredUpsample([1, 1]), MappingNetwork(layers: 2, units: 64, rateFactor: 1, normalizes: false),
      ModulatedConv2D(32, kernel: 1, demodulates: false, usesBias: false, condition: "label"), NoiseInjection(), PixelShuffle(3),
      PixelUnshuffle(3), SelfModulatedBatchNorm("label", hidden: 16, momentum: 0.2, epsilon: 0.001), VirtualBatchNorm(epsilon: 0.001),
      StandingStatistics(batches: 10),
      BoundaryEquilibriumLoss(diversity: 0.3, rate: 0.01), CramerLoss(), EnergyBasedLoss(margin: 2, pullingAway: 0.1),
      FDivergenceLoss(.alpha, alpha: 2, isSaturating: true), MMDLoss(.rationalQuadratic, widths: [1, 2], isRepulsive: true),
      MultiHingeLoss("digit"), QuadraticPotentialLoss(weight: 5, distance: .euclidean), RelativisticLoss(.hinge, pairing: .averaged),
      AdversarialClassifier(weight: 2, condition: "digit"),
      AuxiliaryClassifier(weight: 2, condition: "digit", includesGenerated: false),
      ConditionalContrast(weight: 2, temperature: 0.5, dimensions: 16, condition: "digit"),
      DataToDataCrossEntropy(weight: 2, temperature: 1, positiveMargin: 0.9, negativeMargin: 0.1, dimensions: 16, condition: "digit"),
      MutualInformation(weight: 1, codeSize: 3, learnsVariance: true),
      SelfSupervisedRotation(discriminatorWeight: 2, generatorWeight: 1),
      InformationMaximum(tap: "02_conv2d", discriminatorWeight: 1, generatorWeight: 2, dimensions: 8),
      TwinClassifier(weight: 2, twinWeight: 3, condition: "digit", includesGenerated: false),
      HingeLoss(), LeastSquaresLoss(), MinimaxLoss(), NonSaturatingLoss(), WassersteinLoss(),
      Adam(learningRate: 0.001, beta1: 0.25, beta2: 0.9, epsilon: 1e-07),
      RMSProp(learningRate: 0.001, decay: 0.9, epsilon: 1e-07, isEpsilonInside: true, isCentered: true),
      SGD(learningRate: 0.1, momentum: 0.5, isNesterov: true),
      AdamW(learningRate: 0.001, beta1: 0.25, beta2: 0.9, epsilon: 1e-07, weightDecay: 0.1),
      NAdam(learningRate: .from(0, at: 5).linear(to: 0.1, by: 9).step(to: 0.01, at: 20), beta1: 0.25, beta2: 0.9, epsilon: 1e-07),
      AMSGrad(learningRate: 0.001, beta1: 0.25, beta2: 0.9, epsilon: 1e-07, isCorrected: true),
      AdaBelief(learningRate: 0.001, beta1: 0.25, beta2: 0.9, epsilon: 1e-07),
      OptimisticAdam(learningRate: 0.001, beta1: 0.25, beta2: 0.9, epsilon: 1e-07), OptimisticMirrorDescent(learningRate: 0.1),
      Lion(learningRate: 0.001, beta1: 0.5, beta2: 0.9, weightDecay: 0.1), Adagrad(learningRate: 0.1, epsilon: 1e-07, initial: 0.1),
      Adafactor(learningRate: 0.1, decayExponent: 0.5, clipping: 2, minimumSize: 0.01, smallestFactored: 8),
      Muon(learningRate: 0.1, beta: 0.9, steps: 3, isNesterov: false, beta1: 0.25, beta2: 0.9, epsilon: 1e-07),
      Chain(learningRate: 0.1, [ClipByNorm(maximum: 2), Trace(decay: 0.5)]),
      ClipByNorm(maximum: 2), ClipByValue(maximum: .from(1).exponential(to: 0.1, by: 100)), ClipByRootMeanSquare(maximum: 2),
      Scale(factor: 2), DecayedWeights(rate: 0.1), ScaleByParameterSize(minimum: 0.01), Trace(decay: 0.5, isNesterov: true),
      Average(decay: 0.5, isCorrected: false), OptimisticCorrection(alpha: 0.5),
      ScaleByAdam(beta1: 0.25, beta2: 0.9, epsilon: 1e-07, isNesterov: true),
      ScaleByAMSGrad(beta1: 0.25, beta2: 0.9, epsilon: 1e-07, isCorrected: true),
      ScaleByBelief(beta1: 0.25, beta2: 0.9, epsilon: 1e-07),
      ScaleByRootMeanSquare(decay: 0.9, epsilon: 1e-07, isEpsilonInside: true, isCentered: true),
      ScaleByAdagrad(epsilon: 1e-07, initial: 0.1), ScaleByLion(beta1: 0.5, beta2: 0.9),
      ScaleByFactoredSquares(decayExponent: 0.5, epsilon: 1e-20, smallestFactored: 8),
      ScaleByMuon(beta: 0.9, steps: 3, isNesterov: false, beta1: 0.25, beta2: 0.9, epsilon: 1e-07),
      AlternatingUpdates(discriminatorSteps: 5, generatorSteps: 2), SimultaneousUpdates(), Extragradient(isFromPast: true),
      OptimisticGradient(alpha: 0.5), UnrolledUpdates(steps: 3, followsAnswers: false), ConsensusOptimization(gamma: 1),
      SymplecticAdjustment(lambda: 0.5, usesSigns: false, alignment: 0.2), CompetitiveGradient(stepSize: 0.1, iterations: 5),
      LookaheadMinmax(period: 10, alpha: 0.25, discriminatorSteps: 2, isSimultaneous: true),
      ExponentialMovingAverage(decay: 0.99, warmsUp: false, statisticsBatches: 10),
      FeatureMatching(weight: 0.5, replacesLoss: true, tap: "02_dense"),
      FrozenLayers(first: 2, of: "generator").setting { $0.layers = ["03_dense"] },
      GradientClipping(maximumNorm: 2), GradientPenalty(weight: 1, target: 0, isOneSided: true),
      InstanceNoise(standardDeviation: 0.2, decaySteps: 100), LabelSmoothing(real: 0.8, fake: 0.1), R1Penalty(gamma: 0.1),
      Rollback(budget: 5, learningRateFactor: 0.25), SpectralNormalization(iterations: 2, includesGenerator: true),
      WeightClipping(limit: 0.1),
      CIFARImages(folder: "/c", split: .test, isCoarse: true, classes: [3, 4], heldOutFraction: 0.5, mirror: true),
      GridOfGaussians(side: 3, spacing: 1, standardDeviation: 0.1, weights: [0.5, 0.5]),
      IDXImages(folder: "/m", images: "i", labels: "l", split: .test, classes: [1], heldOutFraction: 0.2),
      ImageFolder(
        folder: "/i", size: 8, classes: ["a", "b"], heldOutFraction: 0.1, channels: .grey, background: 7, skipsBroken: true, mirror: true),
      PointMass(location: [1, 2]), RingOfGaussians(modes: 4, radius: 1, standardDeviation: 0.1, weights: [1], points: 100),
      SwissRoll(noise: 0.1, scale: 5),
      TableFile(
        path: "/t.csv", samples: ["a", "b"], label: "c", shape: [2], range: [0, 255], classCount: 3, heldOutFraction: 0.2),
      UnpairedSources(["a": RingOfGaussians(), "b": SwissRoll(noise: 0.1)]),
      ClassifierTwoSampleTest().setting {
        $0.hiddenSize = 8
        $0.testFraction = 0.25
        $0.validationFraction = 0.1
        $0.maximumEpochs = 5
        $0.patience = 2
        $0.batchSize = 32
        $0.learningRate = 0.01
        $0.weightDecay = 0.1
      },
      DifferentBins(bins: 10, significance: 0.1),
      KnownModeCoverage().setting {
        $0.threshold = 4
        $0.minimumShare = 0.1
        $0.minimumRate = 0.01
        $0.neighborhood = .box
      },
      PrecisionRecallCurve().setting {
        $0.clusters = 10
        $0.repeats = 2
        $0.angles = 11
        $0.beta = 4
      },
      VendiScore(kernel: .cosine, bandwidth: 1, maximumCount: 50), EnergyDistance().setting { $0.maximum = 500 }, FrechetDistance(),
      FrechetDistanceInfinity().setting {
        $0.sizes = 5
        $0.smallestShare = 0.5
        $0.shrinksReference = true
      },
      KernelDistance().setting {
        $0.degree = 2
        $0.subsets = 10
        $0.subsetSize = 100
        $0.maximum = 500
      },
      MaximumMeanDiscrepancy().setting {
        $0.bandwidths = [1]
        $0.multiples = [0.5, 1]
        $0.maximum = 500
      },
      SinkhornDivergence().setting {
        $0.regularization = 1
        $0.maximum = 50
        $0.tolerance = 0.001
        $0.maximumIterations = 10
      },
      SlicedWasserstein(directions: 8),
      WassersteinDistance().setting {
        $0.order = 2
        $0.maximum = 50
      },
      ClippedDensityCoverage(neighbors: 4, ball: .closed), DensityCoverage(neighbors: 4, ball: .closed), IntrinsicDimension(neighbors: 9),
      NearestNeighborTwoSample(), PrecisionRecall(neighbors: 4, ball: .closed),
      ClassifierScore().setting {
        $0.file = "a.h5"
        $0.weights = "judge"
        $0.splits = 2
        $0.checksDigest = false
      },
      IdentityFeatures(), InceptionV3(file: "a.h5", features: 64, resizing: .tensorflow),
      NetworkFeatures().setting {
        $0.file = "a.h5"
        $0.weights = "judge"
        $0.layer = "03_relu"
        $0.checksDigest = false
      },
      PrincipalComponents().setting {
        $0.count = 8
        $0.whitens = true
      },
      RandomConvolution().setting {
        $0.shape = [8, 8, 1]
        $0.filters = [4]
        $0.kernelSize = 5
        $0.seed = 3
      },
      DiscriminatorOutputs(every: 10, samples: 20), DualityGapReading(every: 10, steps: 20, draws: 5),
      EquilibriumReading().setting {
        $0.every = 10
        $0.draws = 3
        $0.products = 10
        $0.damping = 0.1
      },
      GradientSignals(every: 10), IndependentAdversary(every: 10, samples: 20), KnownModeShares(every: 10, samples: 20),
      LayerNorms(every: 10),
      MemorizationReading().setting {
        $0.every = 10
        $0.samples = 20
      },
      ParameterProjections(every: 10),
      ReproducibilityReading().setting {
        $0.every = 10
        $0.rounds = 3
      },
      RotationReading().setting {
        $0.every = 10
        $0.probes = 3
      },
      SampleCoverage(every: 10, samples: 20), SampleDistance(every: 10, samples: 20), SampleFrechetDistance(every: 10, samples: 20),
      UpdateMapSpectrum(every: 10, count: 4).setting { $0.products = 100 },
      EarlyStopping("sample-distance/sliced-wasserstein", every: 10, patience: 2, isHighest: true, least: 0.5),
      RunLog(every: 10, file: "log.jsonl"),
    ]
    // end
  }

  @Test func everyPartIsPrintedAsItIsWritten() throws {
    let source = try String(contentsOfFile: #filePath, encoding: .utf8)
    let begin = try #require(source.range(of: "// begin\n    [\n")).upperBound
    let end = try #require(source.range(of: "    ]\n    // end\n")).lowerBound
    func plain(_ text: some StringProtocol) -> String { String(text.filter { !$0.isWhitespace && $0 != ";" }) }
    var rest = plain(source[begin..<end])[...]
    for part in Self.parts() {
      let printed = plain(try SwiftComponent.text(part)) + ","
      let written = String(rest.prefix(printed.count))
      #expect(written == printed, "\(part.name)")
      guard written == printed else { return }
      rest = rest.dropFirst(printed.count)
    }
    #expect(rest.isEmpty)
  }

  @Test func layersInLayersAreIndented() throws {
    let gan = GAN(latent: .normal(2)) {
      Generator { Dense(2) }
      Discriminator {
        Residual {
          Dense(8)
          Sequential { ReLU() }
        } shortcut: {
          Dense(8)
        }
        Residual { Tanh() }
        ReconstructionScore(power: 1) {
          Dense(1)
        } decoder: {
          Dense(8)
        }
        Branches(merging: .add) {
        } second: {
          ReLU()
        }
      }
    }
    let lines = try SwiftComposition.lines(gan)
    let begin = try #require(lines.firstIndex { $0.hasSuffix("Residual {") })
    let indent = lines[begin].prefix { $0 == " " }
    #expect(
      lines[begin..<min(begin + 18, lines.count)].map { $0.dropFirst(indent.count) } == [
        "Residual {", "  Dense(8)", "  Sequential {", "    ReLU()", "  }", "} shortcut: {", "  Dense(8)", "}", "Residual {", "  Tanh()",
        "}", "ReconstructionScore(power: 1) {", "  Dense(1)", "} decoder: {", "  Dense(8)", "}", "Branches(merging: .add) {", "} second: {",
      ])
  }

  @Test func everyBuiltInPartIsThereWithEveryField() throws {
    let registry = try Registry.builtIn()
    let parts = Self.parts()
    let exempt: Set<ComponentKind> = [.composition, .rule, .objective, .other]
    for name in registry.names {
      let type = try registry.type(named: name)
      guard !exempt.contains(ComponentKind(type)), !["array", "sequential"].contains(name), !(type is any CompositeLayer.Type) else {
        continue
      }
      let part = parts.first { $0.name == name }
      // What is printed by its fields alone needs no initializer that could be wrong.
      #expect(part != nil || SwiftInitializers.labels[String(describing: type)] == nil, "\(name) is missing")
      guard let part else { continue }
      let (fields, defaults) = (try ComponentFields.fields(of: part), try ComponentFields.fields(of: type.init()))
      for field in defaults.keys { #expect(fields[field] != defaults[field], "\(name): \(field) is the default") }
    }
  }

  @Test func valuesAreWrittenAsSwift() throws {
    #expect(try SwiftValue.text("a \"b\"\\\n\u{7}") == #""a \"b\"\\\n\u{7}""#)
    #expect(try SwiftValue.text([1e-05, 2.0, 0.0001, 1e20]) == "[1e-05, 2, 0.0001, 1e+20]")
    #expect(try SwiftValue.text(Int?.none as Any) == "nil" && SwiftValue.text(Int?.some(3) as Any) == "3")
    #expect(try SwiftValue.text(Float(0.1)) == "0.1")
    #expect(try SwiftValue.text(NetworkInput.features(of: "a", at: "b")) == #".features(of: "a", at: "b")"#)
  }

  @Test func onlyWhatIsNotDefaultIsPrinted() throws {
    #expect(try SwiftComponent.text(Adam()) == "Adam()")
    #expect(try SwiftComponent.text(Adam(learningRate: 2e-4, beta1: 0.9)) == "Adam(learningRate: 0.0002, beta1: 0.9)")
    #expect(try SwiftComponent.text(Conv2D(64, stride: 2)) == "Conv2D(64, stride: 2)")
    #expect(try SwiftComponent.text(Dense(1)) == "Dense(1)" && SwiftComponent.text(LeakyReLU()) == "LeakyReLU(0.2)")
    #expect(try SwiftComponent.text(RingOfGaussians(modes: 25)) == "RingOfGaussians(modes: 25)")
  }

  @Test func aGameIsPrintedWithItsNetworksAndSides() throws {
    let game = NetworkGame(latent: .uniform(2)) {
      NamedNetwork("encoder", from: .samples) { Dense(2) }
      NamedNetwork("critic", from: .output(of: "encoder"), given: [Field("label", classes: 3)]) { Dense(1) }
      Side(.generator, moves: "encoder", by: Adam())
      Side(Player("critic"), moves: "critic", by: SGD(learningRate: 0.1), isJudge: true)
      SimultaneousUpdates()
      R1Penalty(gamma: 1)
    }
    #expect(
      try SwiftComposition.lines(game) == [
        "NetworkGame(latent: .uniform(2)) {", "  NamedNetwork(\"encoder\", from: .samples) {", "    Dense(2)", "  }",
        "  NamedNetwork(\"critic\", from: .output(of: \"encoder\"), given: [Field(\"label\", classes: 3)]) {", "    Dense(1)", "  }",
        "  Side(.generator, moves: \"encoder\", by: Adam())",
        "  Side(Player(\"critic\"), moves: \"critic\", by: SGD(learningRate: 0.1), isJudge: true)", "  SimultaneousUpdates()",
        "  R1Penalty(gamma: 1)", "}",
      ])
  }

  @Test func trainPrintsAProgram() throws {
    let folder = try TemporaryFolder()
    let arguments = [
      "train", "ring:modes=4", "--until", "1000", "--checkpoint-every", "250", "--seed", "7", "--batch", "32", "--threads", "1",
      "--heuristic", "r1-penalty:gamma=1", "--heuristic", "minibatch-discrimination", "--loss", "hinge", "--diagnose",
      "sample-distance:every=100", "--out", "run", "--print-swift",
    ]
    let result = try CommandProcess.run(arguments, in: folder, isInside: true)
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    #expect(
      result.output == """
        // What this command does: rival \(arguments.dropLast().joined(separator: " "))
        // The command leaves samples, a history and a page beside its checkpoints, and keeps the latest of them only.
        import Rival

        exitOnError {
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
              ReLU()
              Dense(128)
              ReLU()
              MinibatchDiscrimination()
              Dense(1)
            }
            HingeLoss()
            Adam(learningRate: 0.001).for(.generator)
            Adam(learningRate: 0.0001).for(.discriminator)
            AlternatingUpdates()
            R1Penalty(gamma: 1)
            SampleDistance(every: 100)
          }
          let trainer = try Trainer(gan, data: RingOfGaussians(modes: 4), batchSize: 32, seed: 7, threadCount: 1)
          let run = CheckpointDirectory("run")
          try run.create()
          trainer.folder = run.path
          try trainer.run(until: 1000) { trainer in
            if trainer.step.isMultiple(of: 250) { try trainer.save(to: run.path(forStep: trainer.step)) }
            return true
          }
          try trainer.save(to: run.path(forStep: trainer.step))
          print("\\(run.path(forStep: trainer.step))")
        }

        """)
    #expect(!FileManager.default.fileExists(atPath: folder.path("run")), "nothing is begun")
  }
}
