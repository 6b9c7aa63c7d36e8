import Adversarial
import Checkpoints
import Components
import Foundation
import Networks

/// A field in which another composition differs from the one that a run was trained with.
public struct CompositionDifference: Sendable, Equatable, CustomStringConvertible {
  /// Where, as words: `optimizers.generator.learningRate`, `heuristics.r1-penalty.gamma`, `discriminator.layers.02_dense.units`.
  public let path: String
  /// What the run was trained with; `nil` where there was nothing.
  public let old: String?
  /// What stands there now; `nil` where there is nothing.
  public let new: String?

  /// `optimizers.generator.learningRate: 0.001 → 0.0001`.
  public var description: String { "\(path): \(old ?? "none") → \(new ?? "none")" }

  /// Whether `pattern` names this field: its words, separated by dots, stand in the path in this order, in the singular or plural, such as
  /// `optimizer.learningRate` for the learning rates of all players.
  public func matches(_ pattern: String) -> Bool {
    var words = path.split(separator: ".")[...]
    for word in pattern.split(separator: ".") {
      guard let place = words.firstIndex(where: { $0 == word || $0 == word + "s" }) else { return false }
      words = words[(place + 1)...]
    }
    return !pattern.isEmpty
  }
}

extension StoredRun {
  /// In which fields `other` differs from the run's own composition, diagnostics apart.
  ///
  /// - Throws: what building either game throws.
  public func differences(to other: any Composition) throws -> [CompositionDifference] {
    let difference = CheckpointDifference(try description(of: composition), try description(of: other))
    return difference.configurations.map { value in
      CompositionDifference(path: Self.words(value.path).joined(separator: "."), old: value.left, new: value.right)
    }
  }

  private func description(of composition: any Composition) throws -> CheckpointContents {
    let stored = try StoredComposition(composition.replacing(diagnostics: []))
    let networks = try composition.game(fields: fields, seed: seed).networks.map {
      StoredConfiguration(name: $0.name, json: try stored.configuration(of: $0).text())
    }
    let training = JSONValue.object(["composition": stored.json])
    return CheckpointContents(
      producer: "", step: 0, configurations: networks + [StoredConfiguration(name: "training", json: try training.text())])
  }

  /// The words of a path such as `/config/training.composition.fields.heuristics[0 r1-penalty].fields.gamma`, without those that say nothing.
  private static func words(_ path: String) -> [String] {
    let silent: Set<Substring> = ["config", "training", "composition", "fields", "component"]
    let pieces = path.split(whereSeparator: { "/.[]".contains($0) }).filter { !silent.contains($0) }
    // `0 r1-penalty` is the entry of that name; an entry without a name keeps its number.
    return pieces.map { piece in piece.split(separator: " ", maxSplits: 1).last.map(String.init) ?? String(piece) }
  }
}
