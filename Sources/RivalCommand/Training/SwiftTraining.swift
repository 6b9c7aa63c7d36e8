import Rival

/// `train` as a Swift program.
enum SwiftTraining {
  /// The program that plays the same rounds and leaves the same checkpoints.
  ///
  /// - Parameter trainer: the trainer of the command, before its first round.
  static func text(
    _ trainer: Trainer, options: TrainingOptions, from: [WarmStartText], folder: String, threads: Int?
  ) throws -> String {
    let composition = trainer.composition.replacing(diagnostics: trainer.diagnostics)
    let name = composition is GAN ? "gan" : "game"
    let arguments = try SwiftProgram.trainerArguments(
      batchSize: trainer.batchSize == 64 ? nil : "\(trainer.batchSize)", seed: "\(trainer.seed)", threads: threads.map(String.init),
      device: trainer.device)
    var body = try SwiftProgram.definition(of: composition, named: name)
    body += ["let trainer = try Trainer(\(name), data: \(try SwiftComponent.text(trainer.data)), \(arguments))"]
    body += from.flatMap(\.swift)
    body += ["let run = CheckpointDirectory(\(SwiftValue.quoted(folder)))", "try run.create()"]
    if !trainer.diagnostics.isEmpty { body.append("trainer.folder = run.path") }
    let every = options.checkpointEvery
    if options.until > every {
      body += [
        "try trainer.run(until: \(options.until)) { trainer in",
        "  if trainer.step.isMultiple(of: \(every)) { try trainer.save(to: run.path(forStep: trainer.step)) }", "  return true", "}",
      ]
    } else {
      body += ["try trainer.run(until: \(options.until))"]
    }
    body += ["try trainer.save(to: run.path(forStep: trainer.step))", "print(\"\\(run.path(forStep: trainer.step))\")"]
    var remarks = ["The command leaves samples, a history and a page beside its checkpoints, and keeps the latest of them only."]
    if options.measurement.measureEvery > 0 {
      remarks.append(
        "It also measures while it trains\(options.measurement.stopAfter > 0 ? " and may end early for that" : ""), which this program does not."
      )
    }
    return SwiftProgram.text(body, remarks: remarks)
  }
}

extension WarmStartText {
  /// The lines that give a network of `trainer` the weights.
  fileprivate var swift: [String] {
    let (path, network) = (SwiftValue.quoted(path), SwiftValue.quoted(network))
    let origin = SwiftValue.quoted(text)
    guard (try? WeightFormat(path: self.path)) != nil else {
      return [
        "try trainer.warmStart(\(network), with: SavedRun(\(path)).contents.weights(of: \(SwiftValue.quoted(weights))), from: \(origin))"
      ]
    }
    return [
      "if let network = trainer.game.networks.first(where: { $0.name == \(network) }) {",
      "  let found = try WeightFile(reading: \(path)).tensors(for: TrainedNetwork(network), layout: WeightFormat(path: \(path)).layout)",
      "  try trainer.warmStart(\(network), with: Parameters(found.map { ($0.tensor.path, try $0.tensor.tensor()) }), from: \(origin))", "}",
    ]
  }
}
