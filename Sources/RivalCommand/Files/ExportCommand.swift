import ArgumentParser
import Rival

/// `export`: a network's weights for other programs.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Writes a network's weights as a safetensors file.",
    discussion: "Dense weights are stored as [in, out], kernels of convolutions as [height, width, in, out].")

  @Argument(help: ArgumentHelp("A checkpoint, or a run's folder.", valueName: "file.h5|dir"))
  var path: String

  @Option(help: ArgumentHelp("The file to write.", valueName: "file.safetensors"))
  var out: String

  @OptionGroup var weights: WeightOptions

  @OptionGroup var editing: EditedOption

  @Flag(help: "Write one JSON document on standard output.")
  var json = false

  func run() throws {
    let names = try weights.map()
    let saved = try SavedRun(path, verification: editing.verification, warn: Console.warn)
    let tensors = try saved.contents.weights(of: weights.weights).map { tensor in
      StoredTensor(path: names[tensor.path] ?? tensor.path, type: tensor.type, shape: tensor.shape, bytes: tensor.bytes)
    }
    let metadata = [
      "producer": saved.contents.producer, "step": String(saved.contents.step), "weights": weights.weights,
      "layout": "dense [in, out]; convolution [height, width, in, out]",
    ]
    try SafetensorsFile(tensors, metadata: metadata).write(to: out)
    if json {
      return try Console.result(
        .object(["out": .string(out), "checkpoint": .string(saved.path), "tensors": .array(tensors.map { .string($0.path) })]))
    }
    Console.result("\(tensors.count) tensors of '\(weights.weights)' from step \(saved.contents.step): \(out)")
  }
}
