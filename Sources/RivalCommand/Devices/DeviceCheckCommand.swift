import ArgumentParser
import Rival

/// `device-check`: whether rounds on a device are what they must be. Hidden: it is for who brings Rival to a new machine.
struct DeviceCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "device-check", abstract: "Checks that rounds on a device repeat to the bit and are the processor's but for rounding.",
    discussion: """
      The digests of the state are printed too: they must be equal in every process on the same device, plugin and flags.
      """, shouldDisplay: false)

  @OptionGroup var common: CommonOptions

  @Option(
    help: ArgumentHelp("Instead: play the ring's default variants, each with so many seeds at once, for --until rounds.", valueName: "n"))
  var seeds: Int?

  @Option(help: ArgumentHelp("Rounds of --seeds.", valueName: "n"))
  var until = 8_000

  /// One check: what was looked at, whether it held, and the number that shows it.
  private struct Check {
    var name: String
    var holds: Bool
    var value: JSONValue
  }

  func run() throws {
    common.setThreadCount()
    let device = try common.chosenDevice
    if let seeds { return try play(seeds, on: device) }
    var checks: [Check] = []
    for game in DeviceCheckCase.all { checks += try self.checks(of: game, on: device) }
    checks.append(try divergence(on: device))
    let failed = checks.filter { !$0.holds }
    if common.json {
      try Console.result(
        .object([
          "device": .string(device.name), "passed": .bool(failed.isEmpty),
          "checks": .array(checks.map { .object(["name": .string($0.name), "holds": .bool($0.holds), "value": $0.value]) }),
        ]))
    } else {
      for check in checks { try Console.result("\(check.holds ? "ok  " : "FAIL") \(check.name): \(check.value.text())") }
    }
    if !failed.isEmpty { throw ExitCode(1) }
  }

  /// Plays the variants of the ring, every seed of one at once, and says how long each took and how many of its runs ended early.
  private func play(_ count: Int, on device: Device) throws {
    let problem = try CommandContext.current.problem(named: "ring")
    let clock = ContinuousClock()
    let begin = clock.now
    var results: [JSONValue] = []
    for variant in try VariantList.parse(problem.variants, registry: CommandContext.current.registry) {
      let start = clock.now
      let batch = try SeedBatch(
        problem.composition().changed(by: variant.changes(CommandContext.current.registry)), data: problem.data(folder: nil),
        batchSize: problem.batchSize,
        seeds: (1...UInt64(max(count, 1))).map { $0 }, threadCount: common.threads, device: device)
      let compiled = clock.now
      try batch.run(until: until)
      let failed = batch.failures.count { $0 != nil }
      results.append(
        .object([
          "variant": .string(variant.label), "compileSeconds": .finite((compiled - start) / .seconds(1)),
          "seconds": .finite((clock.now - compiled) / .seconds(1)), "rounds": .count(batch.step), "seeds": .count(count),
          "failures": .count(failed),
        ]))
      guard !common.json else { continue }
      Console.result(
        "\(variant.label): \(NumberText.fixed((compiled - start) / .seconds(1), digits: 1)) s to compile, "
          + "\(NumberText.fixed((clock.now - compiled) / .seconds(1), digits: 1)) s for \(batch.step) rounds of \(count) seeds, \(failed) ended early"
      )
    }
    guard !common.json else {
      return try Console.result(
        .object([
          "device": .string(device.name), "variants": .array(results), "seconds": .finite((clock.now - begin) / .seconds(1)),
        ]))
    }
    Console.result("all: \(NumberText.fixed((clock.now - begin) / .seconds(1), digits: 1)) s")
  }

  private func checks(of game: DeviceCheckCase, on device: Device) throws -> [Check] {
    let clock = ContinuousClock()
    let begin = clock.now
    let whole = try game.trainer(on: device)
    let opened = clock.now
    try whole.run(until: game.rounds)
    let digest = Self.digest(whole.state)

    let single = try game.trainer(on: device)
    try single.run(until: game.rounds) { _ in true }

    var registry = CommandContext.current.registry
    try registry.register(FixedBatch.self)
    let stopped = try game.trainer(on: device)
    try stopped.run(until: game.rounds / 3)
    let resumed = try Trainer(
      contents: stopped.checkpoint(), registry: registry, data: whole.data, device: device)
    try resumed.run(until: game.rounds)

    let first = try game.trainer(on: device)
    try first.run(until: 1)
    let reference = try game.trainer(on: .cpu)
    try reference.run(until: 1)
    let afterOne = Self.distance(first.state, reference.state)
    try reference.run(until: game.rounds)
    let afterAll = Self.distance(whole.state, reference.state)

    let timed = clock.now
    let last = whole.step + 5 * whole.mostRoundsPerLaunch
    try whole.run(until: last)
    let milliseconds = (clock.now - timed) / .milliseconds(1) / Double(last - game.rounds)
    func check(_ name: String, _ holds: Bool, _ value: JSONValue) -> Check {
      Check(name: "\(game.name): \(name)", holds: holds, value: value)
    }
    return [
      check("digest after \(game.rounds) rounds", true, .string(digest)),
      check(
        "launches of \(whole.mostRoundsPerLaunch) rounds and of one end in the same bytes", Self.digest(single.state) == digest, .bool(true)
      ),
      check("resuming equals never having stopped", Self.digest(resumed.state) == digest, .bool(true)),
      check("relative distance from the processor after 1 round is below 2e-4", afterOne < 2e-4, .finite(afterOne)),
      check("relative distance after \(game.rounds) rounds is below 0.01", afterAll < 0.01, .finite(afterAll)),
      check("seconds to build and compile", true, .finite((opened - begin) / .seconds(1))),
      check("milliseconds a round, \(whole.mostRoundsPerLaunch) a launch", true, .finite(milliseconds)),
    ]
  }

  /// A learning rate that overflows: the round and the record of the failure are the processor's, and what came after it in the launch did not
  /// happen.
  private func divergence(on device: Device) throws -> Check {
    func failure(_ device: Device) throws -> String {
      let gan = GAN(latent: .normal(2)) {
        Generator { Dense(2) }
        Discriminator {
          Dense(16)
          ReLU()
          Dense(1)
        }
        LeastSquaresLoss()
        SGD(learningRate: 1e3)
        AlternatingUpdates()
      }
      let trainer = try Trainer(gan, data: FixedBatch(sampleShape: [2], size: 16), batchSize: 16, seed: 1, device: device)
      try trainer.run(until: 60)
      return "round \(trainer.step), \(trainer.failure.map { "\($0)" } ?? "no failure")"
    }
    let (here, there) = (try failure(device), try failure(.cpu))
    return Check(
      name: "a divergence is found where the processor finds it", holds: here == there,
      value: .string(here == there ? here : "\(here), not \(there)"))
  }

  /// FNV-1a over all tensors in the order of their paths.
  private static func digest(_ state: Parameters) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for path in state.paths.sorted() {
      try? state[path]?.withBytes { bytes in
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
      }
    }
    return String(hash, radix: 16)
  }

  /// |a - b| / |b| over all of the networks' parameters but biases: those before a normalization have no gradient but rounding, which Adam makes
  /// as large as any.
  private static func distance(_ left: Parameters, _ right: Parameters) -> Double {
    var (difference, size) = (0.0, 0.0)
    for path in right.paths where path.contains("/params/") && !path.hasSuffix("bias") {
      guard let a = try? left[path]?.doubles(), let b = try? right[path]?.doubles() else { return .infinity }
      for (x, y) in zip(a, b) {
        difference += (x - y) * (x - y)
        size += y * y
      }
    }
    return (difference / max(size, .leastNormalMagnitude)).squareRoot()
  }
}
