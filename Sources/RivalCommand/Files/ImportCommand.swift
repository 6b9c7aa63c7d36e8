import ArgumentParser
import Rival

/// `import`: weights of another program into a checkpoint.
struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Replaces a network's weights in a checkpoint by those of a file of another program.",
    discussion: """
      Takes .safetensors, Keras' .weights.h5 and the weights of .onnx files. Everything else of the checkpoint stays, and the new one says where \
      its weights are from. Tensors that are missing, belong nowhere or have another shape are refused, all by name. See Docs/exchange.md.
      """)

  @Argument(help: ArgumentHelp("A checkpoint, or a run's folder.", valueName: "file.h5|dir"))
  var path: String

  @Argument(help: ArgumentHelp("The weights.", valueName: "file"))
  var source: String

  @Option(help: ArgumentHelp("The checkpoint to write.", valueName: "file.h5"))
  var out: String

  @Option(
    help: ArgumentHelp(
      "Which set of weights is replaced: generator, discriminator, or a second set such as generator_ema.", valueName: "set"))
  var weights = "generator"

  @OptionGroup var options: WeightOptions

  @Flag(help: "Match layers with weights by their order, whatever they are called; what was matched is told.")
  var byOrder = false

  @Option(
    help: ArgumentHelp("Take only the tensors whose names begin with this, which is taken off: generator., model/.", valueName: "text"))
  var prefix = ""

  @OptionGroup var editing: EditedOption

  @Flag(help: "Write one JSON document on standard output.")
  var json = false

  func run() throws {
    let names = try options.map()
    let layout = try options.chosenLayout(for: source)
    let saved = try SavedRun(path, verification: editing.verification, warn: Console.warn)
    guard saved.contents.weightSets.contains(weights) else {
      throw NetworkError("the checkpoint has no weights '\(weights)'; it has \(saved.contents.weightSets.joined(separator: ", "))")
    }
    let file = try WeightFile(reading: source, prefix: prefix)
    let matched: [(tensor: StoredTensor, name: String)]
    let contents: CheckpointContents
    do {
      let stored = try StoredNetwork(saved.contents, weights: weights, registry: CommandContext.current.registry)
      matched = try file.tensors(
        for: TrainedNetwork(stored.network), layout: layout, names: names, matching: byOrder ? .order : .names)
      contents = try saved.contents.replacing(
        weights: weights, by: matched.map(\.tensor), from: source.split(separator: "/").last.map(String.init) ?? source)
    } catch {
      throw CommandFailure("\(source): \(error)")
    }
    try CheckpointFile.write(contents, to: out)
    let renamed = matched.filter { $0.tensor.path != $0.name }
    if json {
      return try Console.result(
        .object([
          "out": .string(out), "checkpoint": .string(saved.path), "tensors": .count(matched.count), "step": .count(contents.step),
          "names": .object(Dictionary(uniqueKeysWithValues: renamed.map { ($0.tensor.path, .string($0.name)) })),
        ]))
    }
    for (tensor, name) in renamed { Console.result("\(tensor.path) \(tensor.shape) from \(name)") }
    Console.result("\(matched.count) tensors of '\(weights)' replaced: \(out)")
  }
}
