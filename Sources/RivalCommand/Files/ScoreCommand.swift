import ArgumentParser
import Foundation
import Rival

/// `score`: what a run's discriminator says of samples.
struct ScoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "score", abstract: "Tells what a run's discriminator says of samples in a file or folder.",
    discussion: """
      The output is that of the network itself, before any sigmoid: above 0 it takes a sample for real where the loss is one of classifiers. \
      It was trained against its own generator, so it is no measure of quality; 'metrics' has those.
      """)

  @Argument(help: ArgumentHelp("A checkpoint, or a run's folder.", valueName: "file.h5|dir"))
  var path: String

  @Argument(help: ArgumentHelp("The samples: .h5, .npy, .csv, or a folder of images.", valueName: "samples"))
  var samples: String

  @Option(help: ArgumentHelp("Another network that takes samples, such as an encoder.", valueName: "name"))
  var network = "discriminator"

  @Option(help: ArgumentHelp("The class of the samples, for a discriminator that asks for one; may be repeated.", valueName: "label=3"))
  var given: [String] = []

  @Option(help: ArgumentHelp("A file for all outputs, a row for each sample: .csv, .npy or .h5.", valueName: "file"))
  var out: String?

  @OptionGroup var editing: EditedOption

  @OptionGroup var common: CommonOptions

  /// How many samples are computed at a time.
  private static let chunk = 256

  func run() throws {
    common.setThreadCount()
    let format = try out.map { try SampleFormat(path: $0) }
    if format == .png { throw CommandFailure("\(out ?? ""): outputs are no images; write .csv, .npy or .h5") }
    let registry = CommandContext.current.registry
    let saved = try SavedRun(path, verification: editing.verification, warn: Console.warn)
    let run = try saved.run(registry: registry)
    let trainer = try Trainer(
      run, contents: saved.contents, data: AbsentData(of: run, saved.contents, registry: registry), threadCount: common.threads,
      device: common.chosenDevice)
    let judge = try trainer.trained(network, averaged: false)
    let file = try SampleFile(samples)
    guard file.size == judge.network.inputShape.elementCount else {
      throw CommandFailure(
        "\(samples): a sample has \(file.size) numbers (\(file.shape)), but the \(network) takes \(judge.network.inputShape.dimensions)")
    }
    let (values, width) = try outputs(of: judge, for: file)
    if let out, let format { try format.write(values, shape: [width], to: out) }
    try report(values, width, file.count, trainer, saved)
  }

  /// The network's outputs, row by row, and how many a sample has.
  private func outputs(of judge: TrainedNetwork, for file: SampleFile) throws -> (values: [Float], width: Int) {
    let fields = judge.network.conditions
    let conditions = try GivenConditions.parsed(given, fields: fields, count: file.count)
    if let absent = fields.first(where: { conditions[$0.name] == nil }) {
      throw CommandFailure("the \(network) asks for \(absent); give it, as in --given \(absent.name)=0")
    }
    var values: [Float] = []
    for start in stride(from: 0, to: file.count, by: Self.chunk) {
      let count = min(Self.chunk, file.count - start)
      let rows = Tensor(
        Array(file.values[start * file.size..<(start + count) * file.size]), shape: Shape([count] + judge.network.inputShape.dimensions))
      let batch = Batch(
        fields.map { field in
          guard case .classes(let classes)? = conditions[field.name] else { return Batch.Entry(field, Tensor(int32: [])) }
          return Batch.Entry(field, Tensor(int32: (start..<start + count).map { Int32(classes[$0 % classes.count]) }))
        })
      values += try judge(rows, conditions: batch).scalars()
      Console.progress("\(start + count) of \(file.count) samples")
    }
    Console.progress("")
    return (values, values.count / file.count)
  }

  private func report(_ values: [Float], _ width: Int, _ count: Int, _ trainer: Trainer, _ saved: SavedRun) throws {
    let numbers = values.map(Double.init)
    let sorted = numbers.filter(\.isFinite).sorted()
    guard !sorted.isEmpty else { throw CommandFailure("none of the outputs is finite; try an earlier checkpoint") }
    let quartiles = [0.25, 0.5, 0.75].map { Statistics.quantile(sorted: sorted, $0) }
    let mean = sorted.reduce(0, +) / Double(sorted.count)
    let isClassifier = network == "discriminator" && trainer.composition.lossKind == .classifier
    let real = Double(numbers.count { $0 > 0 }) / Double(numbers.count)
    guard common.json else {
      func short(_ value: Double) -> String { NumberText.significant(value, digits: 4) }
      Console.result("\(count) samples by the \(network) of step \(saved.contents.step): \(width) number\(width == 1 ? "" : "s") each")
      Console.result("  mean \(short(mean)), quartiles \(quartiles.map(short).joined(separator: ", "))")
      if isClassifier { Console.result("  \(NumberText.fixed(100 * real, digits: 1)) % are above 0, taken for real") }
      if sorted.count < numbers.count { Console.result("  \(numbers.count - sorted.count) outputs are not finite") }
      if let out { Console.result("  all outputs: \(out)") }
      return
    }
    try Console.result(
      .object([
        "checkpoint": .string(saved.path), "step": .count(saved.contents.step), "network": .string(network), "count": .count(count),
        "width": .count(width), "mean": .number(mean), "quartiles": .array(quartiles.map { .number($0) }),
        "above zero": .number(real), "not finite": .count(numbers.count - sorted.count), "out": out.map { .string($0) } ?? .null,
      ]))
  }
}
