import ArgumentParser
import Rival

/// `bench`: the time of a training round.
struct BenchCommand: ParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "bench", abstract: "Measures the time of a training round.",
      discussion: """
        Benchmarks: \(BenchmarkWorkload.all.map(\.name).joined(separator: ", ")), and every problem. Rounds run on a fixed made-up \
        batch; building, compiling and the first rounds are not measured.
        """)
  }

  @Argument(help: "Which benchmark, or which problem.")
  var name: String

  @Option(help: ArgumentHelp("How many rounds to measure.", valueName: "n"))
  var rounds: Int?

  @Option(help: ArgumentHelp("The folder of the data, for problems that need one.", valueName: "dir"))
  var data: String?

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if let rounds, rounds < 1 { throw ValidationError("--rounds is \(rounds), but must be at least 1") }
  }

  func run() throws {
    common.setThreadCount()
    let workload = try BenchmarkWorkload.named(name, CommandContext.current, data: data.map(FolderPath.absolute))
    let rounds = rounds ?? workload.rounds
    let threads = common.threads ?? CPU.threadCount
    let batch = try FixedBatch(sampleShape: workload.sampleShape, size: workload.batchSize)
    let trainer = try Trainer(
      workload.composition(), data: batch, batchSize: workload.batchSize, seed: 1, threadCount: threads,
      device: common.chosenDevice)
    try trainer.run(until: workload.warmup)
    var milliseconds: [Double] = []
    milliseconds.reserveCapacity(rounds)
    var begin = ContinuousClock.now
    let outcome = try trainer.run(until: workload.warmup + rounds) { _ in
      let end = ContinuousClock.now
      milliseconds.append((end - begin) / .milliseconds(1))
      begin = end
      return true
    }
    if case .stopped(let verdict) = outcome { throw CommandFailure("the benchmark \(verdict)") }
    try report(milliseconds, threads, trainer)
  }

  private func report(_ milliseconds: [Double], _ threads: Int, _ trainer: Trainer) throws {
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
        "name": .string(name), "rounds": .count(milliseconds.count), "threads": .count(threads),
        "median_ms": .finite(median), "mean_ms": .finite(milliseconds.reduce(0, +) / Double(milliseconds.count)),
        "minimum_ms": .finite(minimum), "maximum_ms": .finite(milliseconds.max() ?? median), "peak_bytes": peak.map { .count($0) } ?? .null,
        "program_bytes": .count(trainer.memoryBytes), "instructions": .count(trainer.instructionCount),
      ]))
  }
}
