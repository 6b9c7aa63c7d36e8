import Foundation
import Rival
import RivalTesting
import Testing

/// A composition that the frame knows nothing of: written with the public interface alone.
struct UserGame: Sendable, CustomTestStringConvertible {
  var name: String
  var composition: any Composition
  var data: any DataSource = RingOfGaussians(modes: 8)
  var parts: [any Component.Type] = []
  /// What the checkpoint must have under its root beside the optimizers.
  var networks: [String]

  var testDescription: String { name }

  static let all: [UserGame] = [
    UserGame(name: "conditional-gan", composition: ConditionalGAN.composition, networks: ["generator", "discriminator"]),
    UserGame(
      name: "auxiliary-classifier", composition: AuxiliaryClassifier.composition,
      networks: ["generator", "discriminator", "auxiliary-classifier"]),
    UserGame(
      name: "cycle-consistency", composition: CycleObjective.builtIn, data: CycleObjective.data,
      networks: ["forward", "backward", "judge-to", "judge-from"]),
    UserGame(name: "projection-discriminator", composition: ProjectionDiscriminator.composition, networks: ["generator", "discriminator"]),
    UserGame(
      name: "infogan", composition: InformationMaximization.composition, parts: [InformationMaximization.self],
      networks: ["generator", "discriminator", "posterior"]),
    UserGame(
      name: "bigan", composition: BidirectionalObjective.composition, parts: [BidirectionalObjective.self],
      networks: ["generator", "encoder", "discriminator"]),
    UserGame(
      name: "two-discriminators", composition: DualDiscriminatorObjective.composition, parts: [DualDiscriminatorObjective.self],
      networks: ["generator", "first-judge", "second-judge"]),
    UserGame(
      name: "several-generators", composition: SeveralGeneratorsObjective.composition, parts: [SeveralGeneratorsObjective.self],
      networks: ["generator-0", "generator-1", "generator-2", "discriminator"]),
    UserGame(
      name: "cyclegan", composition: CycleObjective.composition, data: CycleObjective.data, parts: [CycleObjective.self],
      networks: ["forward", "backward", "judge-to", "judge-from"]),
    UserGame(
      name: "vae-gan", composition: VariationalObjective.composition, parts: [VariationalObjective.self],
      networks: ["encoder", "generator", "discriminator"]),
    UserGame(
      name: "adversarial-autoencoder", composition: AutoencodingObjective.composition, parts: [AutoencodingObjective.self],
      networks: ["encoder", "generator", "discriminator"]),
    UserGame(
      name: "three-players", composition: PursuitGame(), parts: [PursuitGame.self], networks: ["first", "second", "third"]),
  ]

  var registry: Registry {
    get throws {
      var registry = try Registry.builtIn()
      for part in parts { try registry.register(part) }
      return registry
    }
  }

  func trainer() throws -> Trainer { try Trainer(composition, data: data, batchSize: 32, seed: 5) }
}

/// Games on XLA's devices.
@Suite("Games of a user's own on XLA") struct XLAGamesTests {
  @Test(
    "A round is the processor's", .enabled(if: (try? Platform.xlaCPU.devices()) != nil, "install it: rival devices install xla-cpu"),
    arguments: UserGame.all)
  func rounds(game: UserGame) throws {
    let (one, other) = (
      try Trainer(game.composition, data: game.data, batchSize: 32, seed: 5, threadCount: 1, device: .cpu),
      try Trainer(game.composition, data: game.data, batchSize: 32, seed: 5, threadCount: 1, device: .xla(.xlaCPU))
    )
    try one.run(until: 2)
    try other.run(until: 2)
    // Biases before a normalization have no gradient but rounding, which Adam makes as large as any.
    for (path, tensor) in one.state where path.contains("/params/") && !path.hasSuffix("bias") {
      let (left, right) = (try tensor.doubles(), try #require(other.state[path]).doubles())
      let scale = left.reduce(1e-2) { max($0, abs($1)) }
      #expect(zip(left, right).allSatisfy { abs($0 - $1) <= 1e-4 * scale }, "\(game): \(path)")
    }
  }
}

/// Any game is trained, saved, resumed, sampled and diagnosed.
@Suite("Games of a user's own")
struct GamesTests {
  private func areEqual(_ first: Tensor, _ second: Tensor) throws -> Bool {
    try first.withBytes { a in try second.withBytes { b in a.elementsEqual(b) } }
  }

  private func bytes(_ trainer: Trainer) throws -> [UInt8] { Array(try CheckpointFile.image(of: trainer.checkpoint()).dropFirst(512)) }

  @Test("Three hundred rounds, and the same bytes when resumed in the middle", arguments: UserGame.all)
  func resumes(game: UserGame) throws {
    let whole = try game.trainer()
    let start = whole.state
    try whole.run(until: 300)
    #expect(whole.failure == nil)
    for player in whole.game.players {
      let before = whole.game.parameters(of: player, in: start)
      let moved = try zip(before.tensors, whole.game.parameters(of: player, in: whole.state).tensors).contains {
        try !areEqual($0, $1)
      }
      #expect(moved, "\(player) has not moved")
    }
    let folder = FileManager.default.temporaryDirectory.appending(path: "games-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let half = try game.trainer()
    try half.run(until: 150)
    try half.save(to: folder + "/half.h5")
    let resumed = try Trainer(resuming: folder + "/half.h5", registry: game.registry)
    #expect(resumed.step == 150)
    try resumed.run(until: 300)
    #expect(try bytes(resumed) == bytes(whole))
    if let target = ProcessInfo.processInfo.environment["RIVAL_KEEP_GAMES"] { try whole.save(to: "\(target)/\(game.name).h5") }
  }

  @Test("The file declares its roots: every network, under its own name", arguments: UserGame.all)
  func roots(game: UserGame) throws {
    let trainer = try game.trainer()
    let contents = try CheckpointFile.read(try saved(trainer))
    let roots = Set(contents.groups.map(\.path).filter { !$0.contains("/") })
    #expect(Set(game.networks + ["optimizers", "data", "metrics"]).isSubset(of: roots), "\(roots)")
    for network in trainer.game.networks { #expect(contents.configuration(network.name) != nil) }
  }

  @Test("Samples have the data's shape, and repeat", arguments: UserGame.all)
  func samples(game: UserGame) throws {
    let trainer = try game.trainer()
    try trainer.run(until: 3)
    let first = try trainer.sample(300)
    #expect(first.shape == [300, 2])
    #expect(try areEqual(first, trainer.sample(300)))
    #expect(try first.scalars().allSatisfy(\.isFinite))
  }

  @Test("Every diagnostic reads it, or says what is missing", arguments: UserGame.all)
  func diagnostics(game: UserGame) throws {
    let trainer = try game.trainer()
    try trainer.run(until: 20)
    let state = trainer.state
    for name in ["parameter-projections", "gradient-signals", "sample-distance", "layer-norms", "rotation"] {
      let diagnostic = try #require(try game.registry.component(parsing: name) as? any Observer)
      #expect(trainer.observe(diagnostic) != nil, "\(name): \(trainer.diagnosticFailures.map(\.reason))")
    }
    #expect(try zip(state.tensors, trainer.state.tensors).allSatisfy { try areEqual($0, $1) })
  }

  private func saved(_ trainer: Trainer) throws -> String {
    let path = FileManager.default.temporaryDirectory.appending(path: "game-\(UUID().uuidString).h5").path
    try trainer.save(to: path)
    return path
  }
}
