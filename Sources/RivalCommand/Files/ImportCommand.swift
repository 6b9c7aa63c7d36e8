import ArgumentParser
import Rival

/// `import`: weights of another program into a checkpoint.
struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Replaces a network's weights in a checkpoint by those of a safetensors file.",
    discussion: """
      Everything else of the checkpoint stays, and the new one says where its weights are from. Tensors that are missing, belong nowhere \
      or have another shape are refused, all by name.
      """)

  @Argument(help: ArgumentHelp("A checkpoint, or a run's folder.", valueName: "file.h5|dir"))
  var path: String

  @Argument(help: ArgumentHelp("The weights.", valueName: "file.safetensors"))
  var source: String

  @Option(help: ArgumentHelp("The checkpoint to write.", valueName: "file.h5"))
  var out: String

  @OptionGroup var weights: WeightOptions

  @OptionGroup var editing: EditedOption

  @Flag(help: "Write one JSON document on standard output.")
  var json = false

  func run() throws {
    let names = Dictionary(try weights.map().map { ($0.value, $0.key) }, uniquingKeysWith: { first, _ in first })
    let saved = try SavedRun(path, verification: editing.verification, warn: Console.warn)
    let tensors = try SafetensorsFile(reading: source).tensors.map { tensor in
      StoredTensor(path: names[tensor.path] ?? tensor.path, type: tensor.type, shape: tensor.shape, bytes: tensor.bytes)
    }
    let contents: CheckpointContents
    do {
      contents = try saved.contents.replacing(
        weights: weights.weights, by: tensors, from: source.split(separator: "/").last.map(String.init) ?? source)
    } catch {
      throw CommandFailure("\(source): \(error)")
    }
    try CheckpointFile.write(contents, to: out)
    if json {
      return try Console.result(
        .object(["out": .string(out), "checkpoint": .string(saved.path), "tensors": .count(tensors.count), "step": .count(contents.step)]))
    }
    Console.result("\(tensors.count) tensors of '\(weights.weights)' replaced: \(out)")
  }
}
