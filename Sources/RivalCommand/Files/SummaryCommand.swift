import ArgumentParser
import Rival

/// `summary`: the networks of a problem or a run, before anything is trained.
struct SummaryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "summary", abstract: "Shows the layers of each network: shapes, parameters, operations.",
    discussion: "Operations are those of one sample in use; a product of a sum counts as two.")

  @Argument(help: ArgumentHelp("A problem, data of your own, a checkpoint, or a run's folder.", valueName: "problem|file.h5|dir"))
  var subject: String

  @Option(help: ArgumentHelp("The folder of the data, for problems that need one.", valueName: "dir"))
  var data: String?

  @OptionGroup(title: "Composition") var components: ComponentOptions

  @Flag(help: "Write one JSON document on standard output.")
  var json = false

  func run() throws {
    let summaries = try game().networks.map { (network: $0, summary: try NetworkSummary($0)) }
    guard !json else { return try Console.result(.object(["networks": .array(summaries.map(document))])) }
    for (index, (network, summary)) in summaries.enumerated() {
      if index > 0 { Console.result("") }
      let conditions = network.conditions.isEmpty ? "" : " given \(network.conditions.map(\.description).joined(separator: ", "))"
      Console.result(
        "\(network.name): \(network.inputShape)\(conditions) to \(network.outputShape), \(grouped(summary.parameterCount)) parameters, "
          + "\(grouped(summary.operationCount)) operations a sample")
      var table = TextTable([.left("layer"), .right("output"), .right("parameters"), .right("operations")])
      for row in summary.rows {
        table.append([row.layer, "\(row.outputShape)", grouped(row.parameterCount), grouped(row.operationCount)])
      }
      Console.result(String(table.text.dropLast()))
    }
  }

  /// The game of a checkpoint, or of a problem with what the options change.
  private func game() throws -> any Game {
    let context = CommandContext.current
    if try isRun() {
      let run = try SavedRun(subject, warn: Console.warn).run(registry: context.registry)
      return try run.composition.game(fields: run.fields, seed: run.seed)
    }
    let problem = try context.problem(named: subject)
    let source = try problem.data(folder: data.map(FolderPath.absolute))
    let recipe = try components.chosenRecipe(context.registry)
    return try components.composition(of: problem, recipe, data: source, registry: context.registry).game(
      fields: source.opened().fields, seed: 1)
  }

  /// Whether a checkpoint is named, or a folder that has some.
  private func isRun() throws -> Bool {
    guard SavedRun.isFolder(subject) else { return (try? CheckpointFile.header(of: subject)) != nil }
    return try !CheckpointDirectory(subject).files().isEmpty
  }

  private func grouped(_ number: Int) -> String { NumberText.fixed(Double(number), digits: 0) }

  private func document(_ network: Network, _ summary: NetworkSummary) -> JSONValue {
    .object([
      "name": .string(network.name), "input": .array(network.inputShape.map { .count($0) }),
      "output": .array(network.outputShape.map { .count($0) }),
      "conditions": .array(network.conditions.map { .string($0.name) }), "parameters": .count(summary.parameterCount),
      "operations": .count(summary.operationCount),
      "layers": .array(
        summary.rows.map { row in
          .object([
            "path": .string(row.path), "layer": .string(row.layer), "output": .array(row.outputShape.map { .count($0) }),
            "parameters": .count(row.parameterCount), "operations": .count(row.operationCount),
          ])
        }),
    ])
  }
}
