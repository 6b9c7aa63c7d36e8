import ArgumentParser
import Foundation
import Rival

/// `recipes`: published GANs, ready-made.
struct RecipesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recipes", abstract: "Lists and describes published GANs that are ready to train.",
    subcommands: [List.self, Describe.self],
    defaultSubcommand: List.self)

  /// `recipes list`.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists all recipes with the parameters of their networks.")

    @Flag(help: "Time a round of each recipe's small setting, on made-up samples.")
    var time = false

    @Flag(help: "Write one JSON document on standard output.")
    var json = false

    func run() throws {
      let context = CommandContext.current
      let recipes = try RecipeDescription.all(context.registry)
      let times = try time ? recipes.map { try $0.millisecondsPerSmallRound() } : []
      if json {
        return try Console.result(
          .array(try recipes.enumerated().map { try $1.document(milliseconds: time ? times[$0] : nil) }))
      }
      var table = TextTable(
        [.left("recipe"), .left("samples"), .right("generator"), .right("discriminator"), .left("published")]
          + (time ? [.right("ms/round, small")] : []))
      for (index, recipe) in recipes.enumerated() {
        let counts = try recipe.parameterCounts()
        table.append(
          [
            recipe.name, recipe.samples, NumberText.fixed(Double(counts.generator), digits: 0),
            NumberText.fixed(Double(counts.discriminator), digits: 0), recipe.agreement(counts),
          ] + (time ? [NumberText.fixed(times[index], digits: 1)] : []))
      }
      Console.result(String(table.text.dropLast()))
      Console.result("")
      Console.result("Parameters of the paper's setting. What a recipe is: \(context.commandLine(["recipes", "describe", "NAME"]))")
      Console.result(
        "To train one: \(context.commandLine(["train", "images:folder=DIR,size=32", "--recipe", "sngan", "--small", "--out", "runs/sngan"]))"
      )
    }
  }

  /// `recipes describe NAME`.
  struct Describe: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Describes a recipe: its paper, fields, deviations, networks and parts.")

    @Argument(help: "The recipe's name.")
    var name: String

    @Flag(help: "The setting for two cores instead of the paper's.")
    var small = false

    @Flag(help: "Write one JSON document on standard output.")
    var json = false

    func run() throws {
      let registry = CommandContext.current.registry
      let description = try RecipeDescription.named(name, registry, small: small)
      if json { return try Console.result(description.document(milliseconds: nil)) }
      for line in try description.lines() { Console.result(line) }
    }
  }
}

/// What there is to say of a recipe.
struct RecipeDescription {
  let recipe: any Recipe

  var name: String { recipe.name }

  /// All recipes of a registry, in order.
  static func all(_ registry: Registry) throws -> [RecipeDescription] {
    try registry.names.compactMap { try (registry.type(named: $0) as? any Recipe.Type).map { RecipeDescription(recipe: $0.init()) } }
  }

  /// The recipe that `specification` describes.
  ///
  /// - Throws: `ComponentError` where there is none of the name; ``CommandFailure`` where it is no recipe.
  static func named(_ specification: String, _ registry: Registry, small: Bool) throws -> RecipeDescription {
    let component = try ComponentKind.recipe.component(specification, "--recipe", registry)
    guard let recipe = component as? any Recipe else { throw CommandFailure("'\(component.name)' is no recipe") }
    guard small else { return RecipeDescription(recipe: recipe) }
    guard !specification.contains(":") else {
      throw CommandFailure("--small sets the recipe's fields; leave either it or the fields of '\(specification)' away")
    }
    return RecipeDescription(recipe: type(of: recipe).small)
  }

  /// The data of the paper: `32×32×3 of 10 classes`.
  var samples: String {
    let fields = recipe.paperFields
    let shape = (fields.first?.shape ?? []).map(String.init).joined(separator: "×")
    return shape + (fields.compactMap(\.classCount).first.map { ", \($0) classes" } ?? "")
  }

  private func game() throws -> any Game { try recipe.composition(for: recipe.paperFields).game(fields: recipe.paperFields, seed: 1) }

  /// The parameters of both players' networks on the paper's data.
  func parameterCounts() throws -> (generator: Int, discriminator: Int) {
    let networks = try game().networks
    func count(_ name: String) throws -> Int { try networks.first { $0.name == name }.map { try NetworkSummary($0).parameterCount } ?? 0 }
    return (try count("generator"), try count("discriminator"))
  }

  /// Whether what the paper counts is what these are.
  func agreement(_ counts: (generator: Int, discriminator: Int)) -> String {
    guard let published = type(of: recipe).published else { return "–" }
    guard published.generator != counts.generator || published.discriminator != counts.discriminator else { return "the same" }
    return NumberText.fixed(Double(published.generator), digits: 0) + ", " + NumberText.fixed(Double(published.discriminator), digits: 0)
  }

  /// The time of a round of the small setting, on the samples of the paper or, where these are larger, of 32 rows.
  func millisecondsPerSmallRound() throws -> Double {
    let small = type(of: recipe).small
    var fields = small.paperFields
    if let shape = fields.first?.shape, shape.count == 3, shape[0] > 32 { fields[0] = Field(fields[0].name, shape: [32, 32, shape[2]]) }
    let trainer = try Trainer(small.composition(for: fields), data: BlankSamples(fields), batchSize: min(small.batchSize, 64), seed: 1)
    try trainer.run(until: 1)
    let (clock, rounds) = (ContinuousClock(), 3)
    let start = clock.now
    try trainer.run(until: 1 + rounds)
    return (clock.now - start) / .milliseconds(1) / Double(rounds)
  }

  func lines() throws -> [String] {
    let type = type(of: recipe)
    let counts = try parameterCounts()
    var lines = [
      "\(name): \(type.summary)", "  Reference: \(type.reference)", "  Data of the paper: \(samples), batches of \(recipe.batchSize)",
    ]
    lines.append(
      "  Parameters: generator \(NumberText.fixed(Double(counts.generator), digits: 0)), discriminator "
        + NumberText.fixed(Double(counts.discriminator), digits: 0))
    if let published = type.published { lines.append("  Published: \(agreement(counts)) (\(published.source))") }
    for deviation in type.deviations { lines.append("  Not as in the paper: \(deviation)") }
    for field in type.fieldDescriptions.keys.sorted() { lines.append("  \(field): \(type.fieldDescriptions[field] ?? "")") }
    lines.append("")
    if let gan = try recipe.composition(for: recipe.paperFields) as? GAN {
      lines += ["Generator: " + gan.generator.layers.map { ComponentFields.specification(of: $0.layer) }.joined(separator: " ")]
      lines += ["Discriminator: " + gan.discriminator.layers.map { ComponentFields.specification(of: $0.layer) }.joined(separator: " ")]
      let parts = (gan.loss.map { [$0 as any Component] } ?? []) + gan.heuristics + gan.optimizers.map { $0.optimizer as any Component }
      lines += [
        "Parts: "
          + (parts + (gan.updateRule.map { [$0 as any Component] } ?? [])).map { ComponentFields.specification(of: $0) }.joined(
            separator: " ")
      ]
    }
    return lines
  }

  func document(milliseconds: Double?) throws -> JSONValue {
    let type = type(of: recipe)
    let counts = try parameterCounts()
    var members: [String: JSONValue] = [
      "name": .string(name), "summary": .string(type.summary), "reference": .string(type.reference),
      "sampleShape": .array((recipe.paperFields.first?.shape ?? []).map { .count($0) }), "batchSize": .count(recipe.batchSize),
      "generatorParameters": .count(counts.generator), "discriminatorParameters": .count(counts.discriminator),
      "deviations": .array(type.deviations.map { .string($0) }),
    ]
    if let published = type.published {
      members["published"] = .object([
        "generatorParameters": .count(published.generator), "discriminatorParameters": .count(published.discriminator),
        "source": .string(published.source),
      ])
    }
    if let milliseconds { members["millisecondsPerSmallRound"] = .finite(milliseconds) }
    return .object(members)
  }
}

/// Samples of given fields, all zeros: what a round can be timed on.
private struct BlankSamples: DataSource, Samples {
  static let name = "blank-samples"
  static let summary = "Zeros."
  var fields: [Field] = []

  init() {}
  init(_ fields: [Field]) { self.fields = fields }

  var fingerprint: String { Self.name }
  func opened() throws -> any Samples { self }
  func fill(_ batch: BatchMemory, index: Int, key: Key) {}
}
