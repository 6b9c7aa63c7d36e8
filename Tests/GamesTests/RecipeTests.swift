import Foundation
import Rival
import Testing

/// Each recipe is built in its paper's size, and trains in its small one.
@Suite("Recipes", .serialized)
struct RecipeTests {
  static let recipes = BuiltInRecipes.types.map { $0.init() as any Recipe }

  private func counts(_ recipe: any Recipe) throws -> [String: Int] {
    let game = try recipe.composition(for: recipe.paperFields).game(fields: recipe.paperFields, seed: 1)
    return try Dictionary(uniqueKeysWithValues: game.networks.map { ($0.name, try NetworkSummary($0).parameterCount) })
  }

  @Test("In the paper's size its parameters are those that were published", arguments: recipes.map(\.name))
  func published(name: String) throws {
    let recipe = try #require(Self.recipes.first { $0.name == name })
    let counts = try counts(recipe)
    #expect(counts["generator"] ?? 0 > 1_000 && counts["discriminator"] ?? 0 > 1_000)
    guard let published = type(of: recipe).published else { return }
    #expect(counts["generator"] == published.generator && counts["discriminator"] == published.discriminator, "\(counts)")
  }

  /// Photographs of 32 rows, grey digits for the recipes of digits; labels where they are asked for.
  private struct Pictures: DataSource, Samples {
    static let name = "pictures"
    static let summary = "Made-up pictures."
    var fields: [Field] = []
    init() {}
    init(_ fields: [Field]) { self.fields = fields }
    var fingerprint: String { Self.name }
    func opened() throws -> any Samples { self }
    func fill(_ batch: BatchMemory, index: Int, key: Key) {
      let numbers = batch.numbers(0)
      for place in numbers.indices { numbers[place] = Float((place * 7 + index * 13) % 255) / 127.5 - 1 }
      for field in fields.indices.dropFirst() {
        let labels = batch.classes(field)
        for place in labels.indices { labels[place] = Int32(place % (fields[field].classCount ?? 1)) }
      }
    }
  }

  private func smallFields(_ recipe: any Recipe) -> [Field] {
    recipe.paperFields.map { field in
      if let count = field.classCount { return Field(field.name, classes: min(count, 10)) }
      guard field.shape.count == 3, field.shape[0] > 32 else { return field }
      return Field(field.name, shape: [32, 32, field.shape[2]])
    }
  }

  @Test("In the small size it trains, and resumes to the bit", arguments: recipes.map(\.name))
  func trains(name: String) throws {
    let small = type(of: try #require(Self.recipes.first { $0.name == name })).small
    let fields = smallFields(small)
    var registry = try Registry.builtIn()
    try registry.register(Pictures.self)
    func trainer() throws -> Trainer {
      try Trainer(small.composition(for: fields), data: Pictures(fields), batchSize: 8, seed: 2, threadCount: 1)
    }
    let straight = try trainer()
    #expect(try straight.run(until: 3) == .completed)
    let first = try trainer()
    try first.run(until: 2)
    let resumed = try Trainer(contents: first.checkpoint(), registry: registry, data: Pictures(fields), threadCount: 1)
    try resumed.run(until: 3)
    #expect(try resumed.state.tensors.map { try $0.doubles() } == straight.state.tensors.map { try $0.doubles() })
    #expect(straight.history.names.allSatisfy { straight.history[$0]?.allSatisfy(\.isFinite) ?? false })
  }

  @Test("Data that a recipe cannot make is refused in a sentence")
  func refusals() throws {
    for (recipe, fields, says) in [
      (SNGAN() as any Recipe, [Field("samples", shape: [2])], "these samples are 2"),
      (DCGAN(), [Field("samples", shape: [30, 30, 3])], "these have 30 rows"),
      (ACGAN(), [Field("samples", shape: [32, 32, 3])], "the data has no labels"),
    ] {
      #expect { try recipe.composition(for: fields) } throws: { "\($0)".contains(recipe.name) && "\($0)".contains(says) }
    }
    #expect(throws: ComponentError.self) { try DCGAN().setting { $0.width = 0 }.validateFields() }
  }
}
