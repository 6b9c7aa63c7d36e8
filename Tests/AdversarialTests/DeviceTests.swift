import Rival
import RivalTesting
import Testing

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

  @Test("What a device throws reaches the caller, and no round is counted")
  func failure() throws {
    let trainer = try trainer("ring", on: Device("lost", executor: Lost()))
    #expect(throws: Lost.Failure.self) { try trainer.run(until: 3) }
    #expect(trainer.step == 0 && trainer.history.steps.isEmpty && trainer.failure == nil)
    #expect(try trainer.state.tensors.allSatisfy { try $0.doubles().allSatisfy(\.isFinite) })
  }
}
