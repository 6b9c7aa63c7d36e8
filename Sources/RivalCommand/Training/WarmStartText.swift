import Rival

/// Where a network's first weights come from, as one writes it: `runs/a:generator`, `weights.safetensors:discriminator`,
/// `runs/a:generator=generator_ema`.
struct WarmStartText {
  let text: String
  let path: String
  let network: String
  let weights: String

  /// Reads `FILE:NETWORK` or `FILE:NETWORK=SET`.
  ///
  /// - Throws: ``CommandFailure`` where the text has no network.
  init(_ text: String) throws {
    guard let colon = text.lastIndex(of: ":"), colon > text.startIndex, text.index(after: colon) < text.endIndex else {
      throw CommandFailure("--from '\(text)': write the file and the network that begins from it, such as runs/a:generator")
    }
    let names = text[text.index(after: colon)...].split(separator: "=", maxSplits: 1).map(String.init)
    self.text = text
    path = String(text[..<colon])
    network = names[0]
    weights = names.count > 1 ? names[1] : names[0]
  }

  /// Gives the trainer's network the weights, and says what was taken over.
  func apply(to trainer: Trainer, _ registry: Registry) throws {
    let result: WarmStart
    do {
      result = try trainer.warmStart(network, with: tensors(of: trainer, registry), from: text)
    } catch {
      throw CommandFailure("--from \(text): \(error)")
    }
    Console.note("\(network): \(result.taken.count) tensors from \(path)")
    if !result.fresh.isEmpty { Console.note("  begin anew: \(Self.list(result.fresh))") }
    if !result.unused.isEmpty { Console.note("  not used: \(Self.list(result.unused))") }
  }

  /// The weights by their paths in the network; of other programs' files in the layout that the end of the name tells.
  private func tensors(of trainer: Trainer, _ registry: Registry) throws -> Parameters {
    if (try? WeightFormat(path: path)) != nil, let known = trainer.game.networks.first(where: { $0.name == network }) {
      let format = try WeightFormat(path: path)
      let found = try WeightFile(reading: path).tensors(for: TrainedNetwork(known), layout: format.layout)
      return Parameters(try found.map { ($0.tensor.path, try $0.tensor.tensor()) })
    }
    let contents = try SavedRun(path, warn: Console.warn).contents
    return try contents.weights(of: weights)
  }

  private static func list(_ names: [String]) -> String {
    names.prefix(6).joined(separator: ", ") + (names.count > 6 ? " and \(names.count - 6) more" : "")
  }
}
