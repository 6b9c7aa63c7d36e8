import Rival
import Yams

extension StudySpecification {
  /// The study as a study file: the same study where it is read again.
  ///
  /// - Throws: `ComponentError` where the registry lacks a component, and what writing YAML throws.
  func studyFile(_ registry: Registry) throws -> String {
    var entries: [(String, Yams.Node)] = [("problem", Yams.Node(problem))]
    if let dataFolder { entries.append(("data", Yams.Node(dataFolder))) }
    if let base { entries.append(("base", Yams.Node(try base.writtenText(registry)))) }
    if let generator { entries.append(("generator", Yams.Node(generator))) }
    if let discriminator { entries.append(("discriminator", Yams.Node(discriminator))) }
    if let latentSize { entries.append(("latent", Self.number(latentSize))) }
    let texts = try variants.map { try $0.writtenText(registry) }
    let isNamed = zip(variants, texts).contains { $0.label != $1 }
    let list =
      isNamed
      ? Yams.Node(zip(variants, texts).map { (Yams.Node($0.label), Yams.Node($1)) }, .implicit, .block)
      : Yams.Node(texts.map { Yams.Node($0) }, .implicit, .block)
    entries.append(("variants", list))
    let isCounted = seeds == (1...max(1, seeds.count)).map(UInt64.init)
    entries.append(("seeds", isCounted ? Self.number(seeds.count) : Yams.Node(seeds.map { Self.number($0) }, .implicit, .flow)))
    if let budget {
      entries.append(
        ("budget", Yams.Node([(Yams.Node(budget.unit.rawValue), Yams.Node(StudyBudget.text(budget.amount)))], .implicit, .flow)))
    } else {
      entries.append(("rounds", Self.number(rounds)))
    }
    entries.append(("batch", Self.number(batchSize)))
    entries.append(("metrics", Yams.Node(metrics.map { Yams.Node($0.label) }, .implicit, .block)))
    if let features { entries.append(("features", Yams.Node(features.label))) }
    entries.append(("primary", Yams.Node(primary.map { Yams.Node($0) }, .implicit, .flow)))
    entries += [
      ("samples", Self.number(sampleCount)), ("evaluations", Self.number(evaluationCount)), ("threads", Self.number(threadsPerTrial)),
    ]
    return try serialize(node: Yams.Node(entries.map { (Yams.Node($0), $1) }, .implicit, .block), width: -1)
  }

  private static func number(_ value: some BinaryInteger) -> Yams.Node { Yams.Node(String(value), Tag(.int)) }
}

extension Variant {
  /// Whether its label is the text that writes it, and no other name.
  func isWritten(_ registry: Registry) -> Bool { (try? Variant(parsing: label, registry: registry))?.isSame(as: self) ?? false }

  /// Its label where that writes it, and otherwise ``text(_:)``.
  func writtenText(_ registry: Registry) throws -> String { try isWritten(registry) ? label : text(registry) }

  /// The variant as `--variants` takes it, whatever it is called.
  func text(_ registry: Registry) throws -> String {
    let parts =
      try components.map { ComponentFields.specification(of: try registry.component($0)) }
      + optimizers.map { VariantAxis.optimizer(ComponentFields.specification(of: try registry.component($0.optimizer)), of: $0.player) }
    return parts.isEmpty ? Self.baselineLabel : parts.joined(separator: "+")
  }
}
