import Foundation
import Rival
import RivalTesting
import Testing

/// Seeds that are played at once are the runs that each of them is alone.
@Suite("Seeds at once", .serialized)
struct SeedBatchTests {
  @Test("Every composition: the same bits on the reference executor", arguments: RecordedComposition.all.map(\.name))
  func exactly(name: String) throws {
    let it = try #require(RecordedComposition.all.first { $0.name == name })
    let violations = try SeedBatchConformance.check(it.gan, data: it.data, batchSize: it.batchSize)
    #expect(violations.isEmpty, "\(violations.joined(separator: "\n"))")
  }

  @Test("Every composition on the processor: a round to rounding", arguments: RecordedComposition.all.map(\.name))
  func onTheProcessor(name: String) throws {
    let it = try #require(RecordedComposition.all.first { $0.name == name })
    // The gradient of a bias before a normalization is 0 but for rounding, and Adam makes whole steps of that.
    let tolerance = name.hasPrefix("images") ? 1e-3 : 1e-6
    let violations = try SeedBatchConformance.check(
      it.gan, data: it.data, batchSize: it.batchSize, rounds: 1, device: .cpu, tolerance: tolerance)
    #expect(violations.isEmpty, "\(violations.joined(separator: "\n"))")
  }

  @Test("Any run goes on alone from where the batch left it")
  func resumedAlone() throws {
    let (gan, ring) = (ringGAN([ExponentialMovingAverage(decay: 0.9)]), RingOfGaussians(modes: 8))
    let batch = try SeedBatch(gan, data: ring, batchSize: 16, seeds: [7, 8])
    try batch.run(until: 3)
    let trainer = try batch.trainer(of: 1)
    #expect(trainer.seed == 8 && trainer.step == 3 && trainer.history.steps == [1, 2, 3])
    #expect(try trainer.state.tensors.map { try $0.doubles() } == batch.state(of: 1).tensors.map { try $0.doubles() })
    // Through a checkpoint too.
    let path = FileManager.default.temporaryDirectory.appending(path: "seed-\(UUID().uuidString).h5").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try trainer.save(to: path)
    let resumed = try Trainer(resuming: path)
    try trainer.run(until: 6)
    try resumed.run(until: 6)
    #expect(try image(resumed) == image(trainer))
    let alone = try Trainer(gan, data: ring, batchSize: 16, seed: 8)
    try alone.run(until: 6)
    for (path, tensor) in alone.state {
      let other = try #require(resumed.state[path])
      #expect(try zip(tensor.doubles(), other.doubles()).allSatisfy { abs($0 - $1) <= 1e-4 * max(1, abs($0)) }, "\(path)")
    }
  }

  /// A GAN with so large a learning rate that some seeds get out of hand.
  private func wild(_ heuristics: [any Heuristic] = []) -> GAN {
    var gan = ringGAN(heuristics, loss: LeastSquaresLoss())
    let optimizer = SGD(learningRate: 0.6)
    gan.optimizers = [optimizer.for(.generator), optimizer.for(.discriminator)]
    return gan
  }

  @Test("A run that diverges ends, and the others go on")
  func divergence() throws {
    let (ring, seeds) = (RingOfGaussians(modes: 8), [UInt64](1...8))
    #expect(try SeedBatchConformance.check(wild(), data: ring, batchSize: 8, seeds: seeds, rounds: 60) == [])
    let batch = try SeedBatch(wild(), data: ring, batchSize: 8, seeds: seeds, device: .reference)
    try batch.run(until: 60)
    // A run that has failed stands where it failed, and says where that began.
    let run = try #require(batch.failures.firstIndex { $0 != nil })
    let (trainer, alone) = (try batch.trainer(of: run), try Trainer(wild(), data: ring, batchSize: 8, seed: seeds[run], device: .reference))
    try alone.run(until: 60)
    #expect(trainer.step < 60 && trainer.step == alone.step)
    #expect(try trainer.advance() == alone.failure)
    #expect(trainer.failure?.origin != nil)
    // Another one goes on, alone too.
    let sound = try #require(batch.failures.firstIndex { $0 == nil })
    #expect(try batch.trainer(of: sound).step == 60)
  }

  @Test("A run that is taken back goes on, and the others do not notice")
  func recovery() throws {
    let (ring, seeds, gan) = (RingOfGaussians(modes: 8), [UInt64](1...8), wild([Rollback(budget: 2)]))
    #expect(try SeedBatchConformance.check(gan, data: ring, batchSize: 8, seeds: seeds, rounds: 130) == [])
    let batch = try SeedBatch(gan, data: ring, batchSize: 8, seeds: seeds, device: .reference)
    try batch.run(until: 130)
    #expect(batch.recoveries.contains { !$0.isEmpty } && batch.recoveries.contains { $0.isEmpty })
    for run in seeds.indices {
      let alone = try Trainer(gan, data: ring, batchSize: 8, seed: seeds[run], device: .reference)
      try alone.run(until: 130)
      #expect(batch.recoveries[run].map(\.step) == alone.recoveries.map(\.step), "seed \(seeds[run])")
      #expect(batch.recoveries[run].map(\.failure.step) == alone.recoveries.map(\.failure.step), "seed \(seeds[run])")
    }
  }

  @Test("How rounds are divided into launches changes no byte", arguments: [2, 7, 100])
  func launches(most: Int) throws {
    let (ring, seeds, gan) = (RingOfGaussians(modes: 8), [UInt64](1...8), wild([Rollback(budget: 1, learningRateFactor: 1)]))
    let device = Device("launching", executor: Launching(most: most))
    let one = try SeedBatch(gan, data: ring, batchSize: 8, seeds: seeds, device: .reference)
    let many = try SeedBatch(gan, data: ring, batchSize: 8, seeds: seeds, device: device)
    for batch in [one, many] { try batch.run(until: 130) }
    #expect(one.recoveries.contains { !$0.isEmpty } && one.failures.contains { $0 != nil } && one.failures.contains { $0 == nil })
    for run in seeds.indices {
      #expect(one.recoveries[run].map(\.step) == many.recoveries[run].map(\.step))
      #expect(one.failures[run] == many.failures[run])
      for (left, right) in zip(try one.state(of: run), try many.state(of: run)) {
        #expect(try left.tensor.doubles().map(\.bitPattern) == right.tensor.doubles().map(\.bitPattern), "seed \(seeds[run]), \(left.path)")
      }
      #expect(one.histories[run].steps == many.histories[run].steps)
    }
  }

  @Test("Seeds that are missing or named twice are refused")
  func refusals() throws {
    func text(_ seeds: [UInt64]) -> String {
      failureText { _ = try SeedBatch(ringGAN(), data: RingOfGaussians(modes: 8), batchSize: 8, seeds: seeds) }
    }
    #expect(text([]).contains("at least one, and none twice"))
    #expect(text([1, 2, 1]).hasPrefix("the seeds are [1, 2, 1]"))
  }
}

/// The reference executor, asked for several runs in one launch.
private struct Launching: Executor {
  let most: Int

  func executable(of graph: OperationGraph, threadCount: Int?) throws -> any Executable {
    guard let repetition = graph.repetition else { return try Device.reference.executor.executable(of: graph, threadCount: threadCount) }
    return LaunchingExecutable(try Device.reference.executor.executable(of: graph, threadCount: threadCount), graph, repetition, most)
  }
}

private final class LaunchingExecutable: Executable {
  private let inner: any Executable
  private let outputTypes: [TensorType]
  private let repetition: Repetition
  private var streams: [Int: [[UInt8]]] = [:]
  private var outputs: [[[UInt8]]] = []
  let mostRuns: Int

  init(_ inner: any Executable, _ graph: OperationGraph, _ repetition: Repetition, _ most: Int) {
    (self.inner, outputTypes, self.repetition, mostRuns) = (inner, graph.outputTypes, repetition, most)
    for stream in repetition.streams { streams[stream] = Array(repeating: [], count: most) }
  }

  var parameterTypes: [TensorType] { inner.parameterTypes }
  var threadCount: Int { inner.threadCount }
  var memoryBytes: Int { inner.memoryBytes }
  var instructionCount: Int { inner.instructionCount }

  func execute() throws { try execute(runs: 1) {} }

  func execute(runs count: Int, meanwhile: () throws -> Void) throws {
    // What is written from here on is for the next launch.
    let values = streams
    try meanwhile()
    var first: Int32 = 0
    try withUnsafeMutableBytes(of: &first) { try inner.read(parameter: repetition.counter, into: $0) }
    outputs = []
    for run in 0..<count {
      try withUnsafeBytes(of: first + Int32(run)) { try inner.write($0, to: repetition.counter) }
      for (stream, values) in values { try values[run].withUnsafeBytes { try inner.write($0, to: stream) } }
      try inner.execute()
      outputs.append(
        try outputTypes.enumerated().map { output, type in
          var bytes = [UInt8](repeating: 0, count: type.byteCount)
          try bytes.withUnsafeMutableBytes { try inner.read(output: output, into: $0) }
          return bytes
        })
    }
  }

  func write(_ bytes: UnsafeRawBufferPointer, to stream: Int, run: Int) throws { streams[stream]?[run] = Array(bytes) }

  func write(_ bytes: UnsafeRawBufferPointer, to parameter: Int) throws {
    if streams[parameter] == nil { try inner.write(bytes, to: parameter) } else { try write(bytes, to: parameter, run: 0) }
  }

  func read(parameter: Int, into bytes: UnsafeMutableRawBufferPointer) throws { try inner.read(parameter: parameter, into: bytes) }
  func read(output: Int, into bytes: UnsafeMutableRawBufferPointer) throws { try read(output: output, run: outputs.count - 1, into: bytes) }
  func read(output: Int, run: Int, into bytes: UnsafeMutableRawBufferPointer) throws { bytes.copyBytes(from: outputs[run][output]) }
}
