import Rival
import Testing

/// What looks at a run never changes it, and what it records repeats.
@Suite("Diagnostics change nothing")
struct NeutralityTests {
  /// Every built-in diagnostic, each at a cadence of its own.
  static func everything(_ samples: Int) -> [any Diagnostic] {
    StandardDiagnostics.builtIn.enumerated().map { index, diagnostic in
      var diagnostic = diagnostic
      diagnostic.every = 5 + index % 3
      switch diagnostic {
      case let other as SampleDistance: return SampleDistance(every: other.every, samples: samples)
      case let other as SampleCoverage: return SampleCoverage(every: other.every, samples: samples)
      case let other as SampleFrechetDistance: return SampleFrechetDistance(every: other.every, samples: samples)
      case let other as IndependentAdversary: return IndependentAdversary(every: other.every, samples: 4 * samples)
      case let other as DualityGapReading: return DualityGapReading(every: other.every, steps: 3, draws: 2)
      case var other as MemorizationReading:
        other.samples = samples
        return other
      default: return diagnostic
      }
    }
  }

  static let ring = GAN(latent: .normal(2)) {
    Generator {
      Dense(6)
      Tanh()
      Dense(2)
    }
    Discriminator {
      Dense(6)
      LeakyReLU(0.2)
      Dropout(0.2)
      Dense(1)
    }
    NonSaturatingLoss()
    Adam(learningRate: 0.01)
    AlternatingUpdates(discriminatorSteps: 2)
    LabelSmoothing(real: 0.9)
    InstanceNoise(standardDeviation: 0.1)
    R1Penalty(gamma: 0.1)
    SpectralNormalization()
    ExponentialMovingAverage(decay: 0.9)
  }

  static let images = GAN(latent: .normal(4)) {
    Generator {
      Dense(32)
      BatchNorm()
      ReLU()
      Reshape([4, 4, 2])
      Upsample(2)
      Conv2D(1, kernel: 3)
      Tanh()
    }
    Discriminator {
      Conv2D(4, kernel: 3, stride: 2)
      LeakyReLU(0.2)
      Flatten()
      Dense(1)
    }
    HingeLoss()
    Adam(learningRate: 0.002)
    AlternatingUpdates()
  }

  private func agree(_ gan: GAN, _ data: any DataSource, rounds: Int, samples: Int) throws -> Trainer {
    let plain = try Trainer(gan, data: data, batchSize: 16, seed: 5, threadCount: 1)
    let watched = try Trainer(gan, data: data, batchSize: 16, seed: 5, threadCount: 1)
    watched.diagnostics = Self.everything(samples)
    try plain.run(until: rounds)
    try watched.run(until: rounds)
    for (path, tensor) in plain.state { #expect(try watched.state[path]?.scalars() == tensor.scalars(), "\(path)") }
    #expect(plain.history == watched.history)
    #expect(plain.observations.isEmpty)
    return watched
  }

  @Test("The ring, with tricks that keep a state: every diagnostic looks, and all of them again in a second run")
  func ring() throws {
    let first = try agree(Self.ring, RingOfGaussians(points: 300), rounds: 12, samples: 64)
    #expect(first.diagnosticFailures.isEmpty, "\(first.diagnosticFailures)")
    #expect(Set(first.observations.names) == Set(StandardDiagnostics.builtIn.map(\.name)))
    let second = try agree(Self.ring, RingOfGaussians(points: 300), rounds: 12, samples: 64)
    for name in first.observations.names {
      let (one, other) = (first.observations[name], second.observations[name])
      #expect(one?.names == other?.names && one?.steps == other?.steps)
      for column in one?.names ?? [] {
        // NaN where there is no answer equals NaN.
        #expect(one?[column]?.map(\.bitPattern) == other?[column]?.map(\.bitPattern), "\(name).\(column)")
      }
    }
  }

  @Test("Images, with convolutions and batch norm")
  func images() throws {
    let key = Key(seed: 9)
    let data = ArraySamples((0..<300 * 64).map { key.uniform(element: $0) * 2 - 1 }, sampleShape: [8, 8, 1])
    let trainer = try agree(Self.images, data, rounds: 8, samples: 32)
    // What the data does not allow is said, with the reason, and does not stop the run.
    for (name, reason) in trainer.diagnosticFailures {
      #expect(!reason.isEmpty && ["mode-shares", "memorization"].contains(name), "\(name): \(reason)")
    }
    #expect(trainer.diagnosticFailures.contains { $0.name == "mode-shares" })
  }

  @Test("A run that is resumed looks at the same rounds and sees the same")
  func resumed() throws {
    let whole = try Trainer(Self.ring, data: RingOfGaussians(), batchSize: 16, seed: 5, threadCount: 1)
    let part = try Trainer(Self.ring, data: RingOfGaussians(), batchSize: 16, seed: 5, threadCount: 1)
    whole.diagnostics = Self.everything(64)
    part.diagnostics = Self.everything(64)
    try whole.run(until: 14)
    try part.run(until: 6)
    let again = try Trainer(contents: part.checkpoint(), registry: .builtIn(), threadCount: 1)
    #expect(again.diagnostics.map(\.name) == whole.diagnostics.map(\.name))
    try again.run(until: 14)
    let images = try [whole, again].map { try CheckpointFile.image(of: $0.checkpoint()).dropFirst(512) }
    #expect(images[0] == images[1])
  }

  @Test("Standard cadences follow the work of a round and leave out what the data does not allow")
  func standardCadences() throws {
    let small = try Trainer(Self.ring, data: RingOfGaussians(), batchSize: 64, seed: 1)
    let fitted = StandardDiagnostics.fitting(small)
    #expect(fitted.allSatisfy { $0.every > 0 } && fitted.contains { $0.name == "mode-shares" })
    #expect(!fitted.contains { ["update-map", "rotation", "equilibrium", "duality-gap"].contains($0.name) })
    // Hardly any work: 1/0.44 of the defaults, to two digits.
    #expect(fitted.first { $0.name == "discriminator-outputs" }?.every == 1_200)
    let large = try Trainer(Self.ring, data: RingOfGaussians(), batchSize: 64 * 5_000, seed: 1)
    // 57 parameters: 500 / (0.44 + 0.56 · 57 · 5000 / 36,000) = 102.7, to two digits.
    #expect(StandardDiagnostics.fitting(large).first { $0.name == "discriminator-outputs" }?.every == 110)
    let images = try Trainer(
      Self.images, data: ArraySamples([Float](repeating: 0, count: 64 * 32), sampleShape: [8, 8, 1]), batchSize: 16, seed: 1)
    #expect(!StandardDiagnostics.fitting(images).contains { $0.name == "mode-shares" })
    let finite = try Trainer(Self.ring, data: RingOfGaussians(points: 50), batchSize: 64, seed: 1)
    #expect(MemorizationReading().applies(to: Observation(finite)) && !MemorizationReading().applies(to: Observation(small)))
    #expect(KnownModeShares().applies(to: Observation(finite)) && !KnownModeShares().applies(to: Observation(images)))
  }

  /// Looks at runs with an average of the generator only.
  struct AverageOnly: Diagnostic {
    static let name = "average-only"
    static let summary = "Needs a heuristic that averages."
    var every = 10
    func applies(to run: Observation) -> Bool { run.composition.heuristics.contains { $0 is ExponentialMovingAverage } }
    func observe(_ run: Observation) throws -> [Reading] { [Reading("step", Double(run.step))] }
  }

  @Test("A diagnostic may ask what the composition has")
  func compositions() throws {
    let averaged = try Trainer(Self.ring, data: RingOfGaussians(), batchSize: 64, seed: 1)
    #expect(StandardDiagnostics.fitting(averaged, among: [AverageOnly()]).map(\.name) == ["average-only"])
    var plain = Self.ring
    plain.heuristics = []
    #expect(
      StandardDiagnostics.fitting(try Trainer(plain, data: RingOfGaussians(), batchSize: 64, seed: 1), among: [AverageOnly()]).isEmpty)
  }

  /// Keeps a count outside of the state, so that a resumed run goes another way.
  struct Hidden: Heuristic {
    static let name = "hidden"
    static let summary = "Adds what depends on how often the program was made."
    nonisolated(unsafe) static var made = 0
    func gradient(_ gradient: Parameters, of player: Player, in round: Round) throws -> Parameters {
      Self.made += 1
      return gradient.mapped { $1 * (1 + Double(Self.made) * 1e-3) }
    }
  }

  @Test("A run repeats, and one that keeps something to itself is found out")
  func reproducibility() throws {
    func readings(_ gan: GAN) throws -> [Double] {
      let trainer = try Trainer(gan, data: RingOfGaussians(), batchSize: 16, seed: 5, threadCount: 1)
      try trainer.run(until: 3)
      return try #require(trainer.observe(ReproducibilityReading())).map(\.value)
    }
    #expect(try readings(Self.ring) == [7, 7, 1])
    let found = try readings(Self.ring.adding([Hidden()]))
    #expect(found[0] == 7 && found[1] < 7 && found[2] == 0, "\(found)")
  }
}
