import Rival
import RivalTesting
import Testing

/// Whether XLA's processor is installed; without it its tests are skipped.
let xlaIsThere = (try? Platform.xlaCPU.devices()) != nil
let noXLA: Comment = "XLA's processor is not installed: rival devices install xla-cpu"

/// Training on devices that compute otherwise than the processor.
@Suite("Devices")
struct DeviceTests {
  static let games: [String: (gan: GAN, data: any DataSource)] = [
    "ring": (ringGAN([R1Penalty(gamma: 1), ExponentialMovingAverage(decay: 0.9)]), RingOfGaussians()),
    "images": (imageGAN(), smallImages()),
  ]

  private func trainer(_ name: String, on device: Device) throws -> Trainer {
    let game = try #require(Self.games[name])
    return try Trainer(game.gan, data: game.data, batchSize: 4, seed: 3, threadCount: 1, device: device)
  }

  @Test("The reference executor trains, saves and resumes as if it had never stopped", arguments: ["ring", "images"])
  func resuming(name: String) throws {
    let straight = try trainer(name, on: .reference)
    try straight.run(until: 6)
    let first = try trainer(name, on: .reference)
    try first.run(until: 3)
    let saved = try first.checkpoint()
    #expect(try #require(saved.configuration("environment")).contains("\"device\":\"reference\""))
    let data = try #require(Self.games[name]).data
    let resumed = try Trainer(contents: saved, registry: .builtIn(), data: data, threadCount: 1, device: .reference)
    #expect(resumed.device.name == "reference" && resumed.environmentDifferences(from: saved).isEmpty)
    try resumed.run(until: 6)
    #expect(try image(resumed) == image(straight))
    #expect(try image(first) != image(straight))
    // On another device the run goes on too, but it is said that the bytes differ.
    let moved = try Trainer(contents: saved, registry: .builtIn(), data: data, threadCount: 1, device: .cpu)
    #expect(moved.environmentDifferences(from: saved) == ["device: cpu here, reference there"])
    #expect(try moved.run(until: 6) == .completed)
  }

  @Test("A round means the same on both devices", arguments: ["ring", "images"])
  func sameRound(name: String) throws {
    let (one, other) = (try trainer(name, on: .cpu), try trainer(name, on: .reference))
    for round in 1...3 {
      try one.advance()
      try other.advance()
      for record in one.history.names {
        let (left, right) = (one.history[record]?.last ?? .nan, other.history[record]?.last ?? .nan)
        #expect(abs(left - right) <= 1e-4 * max(1, abs(left)), "\(name), round \(round), \(record): \(left) and \(right)")
      }
    }
    let (left, right) = (try one.sample(8).scalars(), try other.sample(8).scalars())
    #expect(zip(left, right).allSatisfy { abs($0 - $1) < 1e-3 })
    #expect(left != right, "two executors that agree in every bit are one")
  }

  /// Each part that comes with Rival, in a round of the ring; but for a loss whose discriminator names classes.
  static let parts: [String] =
    ConformanceTests.heuristics.indices.filter { index in
      !ConformanceTests.heuristics[..<index].contains { $0.name == ConformanceTests.heuristics[index].name }
    }.map { "heuristic \($0)" } + BuiltInLosses.types.filter { $0.name != MultiHingeLoss.name }.map { "loss \($0.name)" }
    + (["sgd:learningRate=0.1,momentum=0.9"] + BuiltInOptimizers.types.dropFirst().map { $0.name }).map { "optimizer \($0)" }
    + BuiltInUpdateRules.types.map { "rule \($0.name)" }

  @Test("Rounds with every part are the processor's on XLA's", .enabled(if: xlaIsThere, noXLA), arguments: parts)
  func everyPart(part: String) throws {
    let words = part.split(separator: " ").map(String.init)
    let registry = try Registry.builtIn()
    func trainer(_ device: Device) throws -> Trainer {
      guard words[0] == "heuristic" else {
        var changes: [CompositionChange] = [.part(try registry.component(parsing: words[1]))]
        // Some losses have gradients that are 0 but for rounding, which Adam makes whole steps of.
        if words[0] == "loss" { changes.append(.part(SGD(learningRate: 0.05))) }
        let gan = try ringGAN().changed(by: changes)
        return try Trainer(gan, data: RingOfGaussians(), batchSize: 16, seed: 3, threadCount: 1, device: device)
      }
      let gan = ringGAN([ConformanceTests.heuristics[try #require(Int(words[1]))]])
      return try Trainer(gan, data: RingOfGaussians(), batchSize: 16, seed: 3, threadCount: 1, device: device)
    }
    let (one, other) = (try trainer(.cpu), try trainer(.xla(.xlaCPU)))
    try one.run(until: 2)
    try other.run(until: 2)
    for (path, tensor) in one.state {
      let (left, right) = (try tensor.doubles(), try #require(other.state[path]).doubles())
      let scale = left.reduce(1e-2) { max($0, abs($1)) }
      #expect(zip(left, right).allSatisfy { abs($0 - $1) <= 1e-4 * scale || $0 == $1 }, "\(part): \(path)")
    }
  }

  /// An executor whose programs cannot run.
  private struct Lost: Executor {
    struct Failure: Error {}

    func executable(of graph: OperationGraph, threadCount: Int?) throws -> any Executable {
      LostExecutable(try Reference().executable(of: graph, threadCount: threadCount))
    }
  }

  private final class LostExecutable: Executable {
    private let whole: any Executable
    init(_ whole: any Executable) { self.whole = whole }
    var parameterTypes: [TensorType] { whole.parameterTypes }
    var threadCount: Int { whole.threadCount }
    var memoryBytes: Int { whole.memoryBytes }
    var instructionCount: Int { whole.instructionCount }
    func execute() throws { throw Lost.Failure() }
    func write(_ bytes: UnsafeRawBufferPointer, to parameter: Int) throws { try whole.write(bytes, to: parameter) }
    func read(parameter: Int, into bytes: UnsafeMutableRawBufferPointer) throws { try whole.read(parameter: parameter, into: bytes) }
    func read(output: Int, into bytes: UnsafeMutableRawBufferPointer) throws { try whole.read(output: output, into: bytes) }
  }

  @Test("On XLA's processor launches, stops and copies change no byte", .enabled(if: xlaIsThere, noXLA), arguments: ["ring", "images"])
  func launches(name: String) throws {
    let whole = try trainer(name, on: .xla(.xlaCPU))
    #expect(whole.mostRoundsPerLaunch > 20)
    try whole.run(until: 130)
    let slow = try trainer(name, on: .xla(.xlaCPU))
    var steps: [Int] = []
    try slow.run(until: 130, every: [7]) {
      steps.append($0.step)
      return true
    }
    // A launch ends at the multiples of 7, where the state is copied, and at the end.
    #expect(steps == (Array(stride(from: 7, through: 126, by: 7)) + [100, 130]).sorted())
    #expect(try image(slow) == image(whole))
    let first = try trainer(name, on: .xla(.xlaCPU))
    try first.run(until: 111)
    let data = try #require(Self.games[name]).data
    let resumed = try Trainer(contents: first.checkpoint(), registry: .builtIn(), data: data, threadCount: 1, device: .xla(.xlaCPU))
    try resumed.run(until: 130)
    #expect(try image(resumed) == image(whole))
    #expect(whole.programSettings["flags"] == "xla_cpu_enable_fast_min_max=false")
  }

  @Test(
    "Several devices share batches, and a round stays the one of the whole batch", .enabled(if: xlaIsThere, noXLA),
    arguments: ["ring", "images"])
  func severalDevices(name: String) throws {
    let (one, two) = (try trainer(name, on: .xla(.xlaCPU)), try trainer(name, on: .xla(.xlaCPU, count: 2)))
    try one.run(until: 3)
    try two.run(until: 3)
    #expect(two.programSettings["deviceCount"] == "2" && two.device.name == "xla-cpu:0-1")
    // A bias before a batch norm has a gradient of zero, whose rounding Adam makes large; it shows in the mean behind it too.
    for (path, tensor) in one.state where !path.hasSuffix("bias") && !path.hasSuffix("moving_mean") {
      let (left, right) = (try tensor.doubles(), try #require(two.state[path]).doubles())
      let scale = left.reduce(1e-2) { max($0, abs($1)) }
      #expect(zip(left, right).allSatisfy { abs($0 - $1) <= 1e-4 * scale || $0 == $1 }, "\(path)")
    }
    // What it does, it does again, and goes on from a checkpoint.
    let first = try trainer(name, on: .xla(.xlaCPU, count: 2))
    try first.run(until: 1)
    let data = try #require(Self.games[name]).data
    let resumed = try Trainer(
      contents: first.checkpoint(), registry: .builtIn(), data: data, threadCount: 1, device: .xla(.xlaCPU, count: 2))
    try resumed.run(until: 3)
    #expect(try image(resumed) == image(two))
  }

  @Test("On XLA's processor a divergence in the middle of a launch is the processor's", .enabled(if: xlaIsThere, noXLA))
  func divergence() throws {
    func diverged(_ rate: Double, _ device: Device) throws -> Trainer {
      let gan = GAN(latent: .normal(2)) {
        Generator { Dense(2) }
        Discriminator { Dense(1) }
        LeastSquaresLoss()
        SGD(learningRate: rate)
        AlternatingUpdates()
      }
      let trainer = try Trainer(gan, data: RingOfGaussians(), batchSize: 8, seed: 2, threadCount: 1, device: device)
      try trainer.run(until: 90)
      return trainer
    }
    var steps: [Int] = []
    for rate in [0.6, 0.7, 0.8, 0.9, 1, 1.2, 1.5] {
      let (here, there) = (try diverged(rate, .xla(.xlaCPU)), try diverged(rate, .cpu))
      #expect(here.failure?.step == there.failure?.step && here.failure?.record == there.failure?.record, "\(rate)")
      #expect(here.failure?.origin?.name == there.failure?.origin?.name && here.failure?.origin?.step == there.failure?.origin?.step)
      #expect(here.step == there.step && here.history.steps == there.history.steps)
      if let failure = there.failure { steps.append(failure.step) }
    }
    // Not only at a launch's beginning.
    #expect(steps.contains { $0 > 2 && $0 < 90 }, "\(steps)")
  }

  @Test("What a device throws reaches the caller, and no round is counted")
  func failure() throws {
    let trainer = try trainer("ring", on: Device("lost", executor: Lost()))
    #expect(throws: Lost.Failure.self) { try trainer.run(until: 3) }
    #expect(trainer.step == 0 && trainer.history.steps.isEmpty && trainer.failure == nil)
    #expect(try trainer.state.tensors.allSatisfy { try $0.doubles().allSatisfy(\.isFinite) })
  }
}
