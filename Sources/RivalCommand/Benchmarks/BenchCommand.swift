import ArgumentParser
import Foundation
import Rival

/// `bench`: the time of a training round.
struct BenchCommand: ParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "bench", abstract: "Measures the time of a training round, or of saving and loading checkpoints.",
      discussion: """
        Benchmarks: \(BenchmarkWorkload.all.map(\.name).joined(separator: ", ")), and every problem. Rounds run on a fixed made-up \
        batch; building, compiling and the first rounds are not measured. 'checkpoint' writes and reads a state of --megabytes in the \
        current folder.
        """)
  }

  @Argument(help: "Which benchmark, or which problem.")
  var name: String

  @Option(help: ArgumentHelp("How many rounds to measure.", valueName: "n"))
  var rounds: Int?

  @Option(help: ArgumentHelp("Samples of a batch; by default what the benchmark or problem takes.", valueName: "n"))
  var batchSize: Int?

  @Option(help: ArgumentHelp("The folder of the data, for problems that need one.", valueName: "dir"))
  var data: String?

  @Option(help: ArgumentHelp("For 'checkpoint': the size of the state, 1 to 10000.", valueName: "n"))
  var megabytes = 100

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard (1...10_000).contains(megabytes) else { throw ValidationError("--megabytes is \(megabytes), but must be from 1 to 10000") }
    for (option, value) in [("--rounds", rounds), ("--batch-size", batchSize)] {
      if let value, value < 1 { throw ValidationError("\(option) is \(value), but must be at least 1") }
    }
  }

  func run() throws {
    common.setThreadCount()
    if name == "checkpoint" { return try measureCheckpoints() }
    let workload = try BenchmarkWorkload.named(name, CommandContext.current, data: data.map(FolderPath.absolute))
    let rounds = rounds ?? workload.rounds
    let threads = common.threads ?? CPU.threadCount
    let size = batchSize ?? workload.batchSize
    let batch = try FixedBatch(sampleShape: workload.sampleShape, size: size)
    let start = ContinuousClock.now
    let trainer = try Trainer(
      workload.composition(), data: batch, batchSize: size, seed: 1, threadCount: threads,
      device: common.chosenDevice)
    try trainer.run(until: workload.warmup)
    var milliseconds: [Double] = []
    milliseconds.reserveCapacity(rounds)
    var begin = ContinuousClock.now
    let preparation = (begin - start) / .seconds(1)
    var step = trainer.step
    let outcome = try trainer.run(until: workload.warmup + rounds, every: []) { trainer in
      let end = ContinuousClock.now
      // Rounds of one launch take equally long.
      let played = trainer.step - step
      milliseconds += Array(repeating: (end - begin) / .milliseconds(1) / Double(played), count: played)
      step = trainer.step
      begin = end
      return true
    }
    if case .stopped(let verdict) = outcome { throw CommandFailure("the benchmark \(verdict)") }
    try report(milliseconds, preparation, threads, trainer)
  }

  private func measureCheckpoints() throws {
    let benchmark = CheckpointBenchmark(
      bytes: megabytes * 1_000_000, repeats: rounds ?? 5, folder: FileManager.default.currentDirectoryPath)
    let result = try benchmark.run()
    guard common.json else {
      func text(_ seconds: Double) -> String { "\(NumberText.significant(1_000 * seconds, digits: 3)) ms" }
      return Console.result(
        "a checkpoint of \(megabytes) MB: saved in \(text(result.saving)), loaded and verified in \(text(result.loading)); training is held up for "
          + "\(text(result.stall)) (medians of \(benchmark.repeats))")
    }
    try Console.result(
      .object([
        "name": .string(name), "megabytes": .count(megabytes), "repeats": .count(benchmark.repeats), "saveSeconds": .finite(result.saving),
        "loadSeconds": .finite(result.loading), "stallSeconds": .finite(result.stall), "fileBytes": .count(result.fileBytes),
      ]))
  }

  private func report(_ milliseconds: [Double], _ preparation: Double, _ threads: Int, _ trainer: Trainer) throws {
    let median = Statistics.median(milliseconds)
    let minimum = milliseconds.min() ?? median
    let peak = PeakMemory.bytes
    guard common.json else {
      let memory = peak.map { ", peak \(NumberText.fixed(Double($0) / 1e6, digits: 0)) MB" } ?? ""
      return Console.result(
        "\(name): \(NumberText.fixed(median, digits: 3)) ms a round (median of \(milliseconds.count), minimum "
          + "\(NumberText.fixed(minimum, digits: 3)) ms), \(threads) threads\(memory)")
    }
    try Console.result(
      .object([
        "name": .string(name), "batchSize": .count(trainer.batchSize), "rounds": .count(milliseconds.count), "threads": .count(threads),
        "device": .string(trainer.device.name),
        "parameters": .object(
          Dictionary(uniqueKeysWithValues: trainer.game.networks.map { ($0.name, JSONValue.count($0.parameters.elementCount)) })),
        "medianMilliseconds": .finite(median), "meanMilliseconds": .finite(milliseconds.reduce(0, +) / Double(milliseconds.count)),
        "minimumMilliseconds": .finite(minimum), "maximumMilliseconds": .finite(milliseconds.max() ?? median),
        "preparationSeconds": .finite(preparation), "peakBytes": peak.map { .count($0) } ?? .null,
        "programBytes": .count(trainer.memoryBytes), "instructions": .count(trainer.instructionCount),
      ]))
  }
}
