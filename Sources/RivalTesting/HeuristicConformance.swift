import Adversarial
import Checkpoints
import Components
import Networks
import Rival
import Tensors

/// What every heuristic must satisfy: it changes something, repeats, leaves everyone else's random numbers alone, resumes exactly, and
/// its hooks compute in the type that they are given.
///
/// ```swift
/// #expect(try HeuristicConformance.check(MyHeuristic(weight: 2)).isEmpty)
/// ```
public enum HeuristicConformance {
  /// Checks a heuristic in a small GAN.
  ///
  /// - Parameters:
  ///   - gan: what it is added to; ``smallGAN(loss:)`` by default. It must fit the heuristic.
  ///   - data: what is trained on; a ring of Gaussians by default.
  /// - Returns: the violations, one sentence each; empty for a heuristic that conforms.
  /// - Throws: `CompositionError` where the heuristic does not fit the GAN, and what training throws.
  public static func check(
    _ heuristic: any Heuristic, on gan: GAN? = nil, data: (any DataSource)? = nil, registry: Registry? = nil
  ) throws -> [String] {
    let gan = gan ?? smallGAN()
    let data = data ?? RingOfGaussians(modes: 8)
    var registry = try registry ?? Registry.builtIn()
    try registry.register(type(of: heuristic))
    var violations = try ComponentConformance.check(heuristic, registry: registry)
    let with = gan.adding([heuristic])
    try violations += effect(with, gan, data)
    try violations += streams(with, gan, data)
    try violations += sampling(with, data)
    try violations += precision(with, data)
    try violations += ResumeConformance.check(with, data: data, registry: registry)
    return violations.map { $0.hasPrefix(heuristic.name) ? $0 : "\(heuristic.name): \($0)" }
  }

  /// A GAN for two-dimensional data that trains in milliseconds, without heuristics.
  public static func smallGAN(loss: any Loss = NonSaturatingLoss()) -> GAN {
    GAN(latent: .normal(3)) {
      Generator {
        Dense(8)
        Tanh()
        Dense(2)
      }
      Discriminator {
        Dense(8)
        LeakyReLU(0.2)
        Dense(6)
        Tanh()
        Dense(1)
      }
      loss
      Adam(learningRate: 0.01)
      AlternatingUpdates(discriminatorSteps: 2)
    }
  }

  /// Its presence shows in the state, and two runs with it are equal.
  private static func effect(_ with: GAN, _ without: GAN, _ data: any DataSource) throws -> [String] {
    var violations: [String] = []
    func trained(_ gan: GAN) throws -> Trainer {
      let trainer = try Trainer(gan, data: data, batchSize: 16, seed: 3)
      try trainer.run(until: 3)
      return trainer
    }
    let first = try trained(with)
    for difference in try StateComparison.differences(first.state, trained(with).state) {
      violations.append("two runs of one seed differ: \(difference)")
    }
    if try StateComparison.differences(first.state, trained(without).state).isEmpty {
      violations.append("it has no effect: three rounds without it give the same state")
    }
    if let verdict = first.failure { violations.append("three rounds diverge: \(verdict)") }
    return violations
  }

  /// The first evaluation of each player meets the same real samples and latent vectors with it and without it.
  private static func streams(_ with: GAN, _ without: GAN, _ data: any DataSource) throws -> [String] {
    func seen(_ gan: GAN) throws -> Trainer {
      var probed = gan
      probed.heuristics.insert(SampleProbe(), at: 0)
      probed.updateRule = SimultaneousUpdates()
      let trainer = try Trainer(probed, data: data, batchSize: 16, seed: 3)
      try trainer.advance()
      return trainer
    }
    let (a, b) = (try seen(with), try seen(without))
    return SampleProbe.names.compactMap { name in
      guard let own = a.history[name], let other = b.history[name] else { return nil }
      return own.map(\.bitPattern) == other.map(\.bitPattern)
        ? nil : "it shifts other random streams or the data: \(name) of the first round changes"
    }
  }

  private static func sampling(_ gan: GAN, _ data: any DataSource) throws -> [String] {
    let trainer = try Trainer(gan, data: data, batchSize: 16, seed: 3)
    try trainer.run(until: 2)
    let before = trainer.state
    let samples = try trainer.sample(5)
    var violations = try StateComparison.differences(before, trainer.state).map { "sampling changes the state: \($0)" }
    if try StateComparison.mismatches(samples, trainer.sample(5)) > 0 {
      violations.append("the same draw gives other samples the second time")
    }
    return violations
  }

  /// A round in float64 computes in float64 and agrees with the one in float32.
  static func precision(_ gan: GAN, _ data: any DataSource) throws -> [String] {
    let trainer = try Trainer(gan, data: data, batchSize: 16, seed: 3)
    let state = trainer.state
    let rule = trainer.updateRule
    let batches = (0..<trainer.realBatchesPerRound).map { batch in
      trainer.samples.batch(of: 16, index: batch, key: trainer.dataKey).batch.mapped {
        $0.tensor.dtype == .float32 ? $0.tensor.converted(to: .float64) : $0.tensor
      }
    }
    let double = state.mapped { $1.dtype == .float32 ? $1.converted(to: .float64) : $1 }
    let round = Round(
      game: trainer.game, state: double, step: Tensor(int32: [0], shape: []),
      batches: batches, batchSize: 16, seed: 3, isTraining: true)
    do {
      try rule.play(round)
      try evaluate(round.state.tensors)
    } catch {
      return ["a round in float64 fails: \(error)"]
    }
    try trainer.advance()
    // Adam's first steps have the size of its rate whatever the gradient's, so a loose bound is enough to tell a wrong term.
    return try trainer.state.compactMap { path, tensor in
      guard let other = round.state[path], tensor.dtype == .float32 else { return nil }
      let distance = try zip(tensor.doubles(), other.doubles()).map { Swift.abs($0 - $1) }.max() ?? 0
      let scale = try other.doubles().map { Swift.abs($0) }.max() ?? 0
      return distance <= 1e-3 * Swift.max(scale, 0.01)
        ? nil : "float32 and float64 disagree about '\(path)' after one round, by \(distance)"
    }
  }
}

/// Records what a round draws before any other heuristic sees it.
struct SampleProbe: Heuristic {
  static let name = "sample-probe"
  static let summary = "Records sums over the real samples and the latent vectors of a round."

  static let names = ["sample-probe.discriminator.real", "sample-probe.latents"]

  func inputs(_ images: Images, role: SampleRole, in round: Round) throws -> Images {
    guard round.player == .discriminator, role == .real else { return images }
    round.record("sample-probe.discriminator.real", SampleProbe.weighted(images.tensor))
    return images
  }

  func generatorTerm(_ evaluation: GeneratorEvaluation, in round: Round) throws -> Tensor? {
    round.record("sample-probe.latents", SampleProbe.weighted(evaluation.drawnLatents.tensor))
    return nil
  }

  /// A sum that tells the samples' order too.
  private static func weighted(_ tensor: Tensor) -> Tensor {
    (tensor * (Tensor.iota(tensor.shape).converted(to: tensor.dtype) + 1)).sum()
  }
}
