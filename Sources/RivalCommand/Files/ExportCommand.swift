import ArgumentParser
import Rival

/// `export`: a network for other programs.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Writes a network for other programs: ONNX, Keras, safetensors.",
    discussion: """
      The ending of --out chooses the format: .onnx holds what the network computes and runs anywhere; .safetensors and .weights.h5 hold the \
      weights alone, for a model of the same layers. Weights are written as the layers see them, after heuristics such as spectral \
      normalization. See Docs/exchange.md.
      """)

  @Argument(help: ArgumentHelp("A checkpoint, or a run's folder.", valueName: "file.h5|dir"))
  var path: String

  @Option(help: ArgumentHelp("The file to write: .onnx, .safetensors or .weights.h5.", valueName: "file"))
  var out: String

  @Option(
    help: ArgumentHelp(
      "Which set of weights: discriminator, generator, or another network or set; by default those that 'sample' draws with: the generator's average where the run keeps one.",
      valueName: "set"))
  var weights: String?

  @Option(help: ArgumentHelp("For .onnx: a fixed number of samples; any number by default.", valueName: "n"))
  var batch: Int?

  @OptionGroup var options: WeightOptions

  @OptionGroup var editing: EditedOption

  @Flag(help: "Write one JSON document on standard output.")
  var json = false

  func validate() throws {
    if let batch, batch < 1 || batch > 1 << 20 { throw ValidationError("--batch is \(batch), but must be from 1 to \(1 << 20)") }
  }

  func run() throws {
    let format = try WeightFormat(path: out)
    let names = try options.map()
    guard format == .onnx || batch == nil else { throw CommandFailure("--batch fixes the samples of an .onnx file; \(out) is none") }
    guard format != .onnx || (options.layout == nil && names.isEmpty) else {
      throw CommandFailure("--layout and --names are for weights alone; an .onnx file computes with its own")
    }
    let saved = try SavedRun(path, verification: editing.verification, warn: Console.warn)
    let (network, set) = try chosen(saved)
    var metadata = ["producer": saved.contents.producer, "step": String(saved.contents.step), "weights": set]
    let count: Int
    if format == .onnx {
      try network.writeONNX(to: out, batchSize: batch, metadata: metadata)
      count = network.tensors.count
    } else {
      let layout = try options.chosenLayout(for: out)
      metadata["layout"] = layout.rawValue
      let file = try WeightFile(network, layout: layout, names: names, metadata: metadata)
      try file.write(to: out)
      count = file.tensors.count
    }
    if json {
      return try Console.result(
        .object([
          "out": .string(out), "checkpoint": .string(saved.path), "weights": .string(set), "step": .count(saved.contents.step),
          "tensors": .count(count),
        ]))
    }
    Console.result("\(count) tensors of '\(set)' from step \(saved.contents.step): \(out)")
  }

  /// The network with the weights that were asked for, and what the set is called.
  private func chosen(_ saved: SavedRun) throws -> (network: TrainedNetwork, set: String) {
    let registry = CommandContext.current.registry
    let contents = saved.contents
    guard contents.configuration("training") != nil else {
      let set = weights ?? contents.weightSets.first ?? "generator"
      let stored = try StoredNetwork(contents, weights: set, registry: registry)
      return (TrainedNetwork(stored.network, parameters: stored.parameters, state: stored.state), set)
    }
    let run = try saved.run(registry: registry)
    let trainer = try Trainer(run, contents: contents, data: AbsentData(of: run, contents, registry: registry))
    let average = contents.weightSets.first { $0.hasPrefix("generator_") }
    let set = weights ?? average ?? "generator"
    guard contents.weightSets.contains(set) else {
      throw NetworkError("the checkpoint has no weights '\(set)'; it has \(contents.weightSets.joined(separator: ", "))")
    }
    return (try trainer.trained(String(set.prefix { $0 != "_" }), averaged: set.contains("_")), set)
  }
}
