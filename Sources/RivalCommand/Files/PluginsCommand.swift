import ArgumentParser
import Rival

/// `plugins`: the components that can be named.
struct PluginsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plugins", abstract: "Lists and describes components.", subcommands: [List.self, Describe.self, Catalogue.self],
    defaultSubcommand: List.self)

  /// `plugins list`.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists all components by kind.")

    @Flag(help: "Write one JSON document on standard output.")
    var json = false

    func run() throws {
      let descriptions = try ComponentDescription.all(CommandContext.current.registry)
      if json { return try Console.result(.array(try descriptions.map { try $0.document() })) }
      let width = descriptions.map(\.name.count).max() ?? 0
      for kind in ComponentKind.allCases {
        let members = descriptions.filter { $0.kind == kind }
        if members.isEmpty { continue }
        Console.result(kind.plural)
        for member in members {
          let gap = String(repeating: " ", count: width - member.name.count + 2)
          Console.result("  \(member.name)\(gap)\(member.summary)" + (member.aliases.isEmpty ? "" : " Also: \(member.aliases)."))
        }
        Console.result("")
      }
      let describe = CommandContext.current.commandLine(["plugins", "describe", "NAME"])
      Console.result("Fields, equations and references: \(describe)")
    }
  }

  /// `plugins catalogue`.
  struct Catalogue: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Writes all components with their equations and fields as one Markdown page.")

    func run() throws { Console.result(String(try CataloguePage.text(CommandContext.current.registry).dropLast())) }
  }

  /// `plugins describe NAME`.
  struct Describe: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Describes a component and its fields.")

    @Argument(help: "The component's name.", completion: .list(CommandContext.current.registry.names))
    var name: String

    @Flag(help: "Write one JSON document on standard output.")
    var json = false

    func run() throws {
      let registry = CommandContext.current.registry
      let description = ComponentDescription(try registry.type(named: name), registry: registry)
      if json { return try Console.result(try description.document()) }
      for line in try description.lines() { Console.result(line) }
    }
  }
}
