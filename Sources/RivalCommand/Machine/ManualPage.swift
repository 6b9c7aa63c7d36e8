import ArgumentParser
import Foundation
import Rival

/// The manual page of all commands in the language of man(7), out of what the parser tells of them.
struct ManualPage {
  private let root: Command

  init() throws {
    root = try JSONDecoder().decode(Dump.self, from: Data(RootCommand._dumpHelp().utf8)).command
  }

  private struct Dump: Decodable { var command: Command }

  private struct Command: Decodable {
    var commandName: String
    var abstract: String?
    var discussion: String?
    var shouldDisplay: Bool?
    var arguments: [Argument]?
    var subcommands: [Command]?
  }

  private struct Argument: Decodable {
    struct Name: Decodable { var kind, name: String }

    var kind: String
    var names: [Name]?
    var valueName: String?
    var abstract: String?
    var defaultValue: String?
    var isOptional: Bool
    var isRepeating: Bool
    var shouldDisplay: Bool?

    /// `--until <step>`, `<problem>`.
    var form: String {
      let names = (names ?? []).map { ($0.kind == "short" ? "-" : "--") + $0.name }.joined(separator: ", ")
      switch kind {
      case "positional": return "<\(valueName ?? "value")>"
      case "option": return "\(names) <\(valueName ?? "value")>"
      default: return names
      }
    }
  }

  /// The page.
  var roff: String {
    var lines = [
      ".TH \(Self.text(root.commandName.uppercased())) 1 \"\" \"Rival \(rivalVersion)\" \"User Commands\"",
      ".SH NAME", Self.text("\(root.commandName) - \(root.abstract ?? "")"),
      ".SH SYNOPSIS", ".B \(Self.text(root.commandName))", "<command> [<options>]", ".SH DESCRIPTION",
    ]
    lines += Self.paragraphs(root.discussion) + [".SH COMMANDS"]
    for command in root.subcommands ?? [] { lines += section(command, path: []) }
    return lines.joined(separator: "\n")
  }

  private func section(_ command: Command, path: [String]) -> [String] {
    guard command.shouldDisplay != false, command.commandName != "help" else { return [] }
    let path = path + [command.commandName]
    let arguments = (command.arguments ?? []).filter { $0.shouldDisplay != false && $0.names?.contains { $0.name == "help" } != true }
    let words = arguments.filter { $0.kind == "positional" || !$0.isOptional }.map { $0.form + ($0.isRepeating ? "…" : "") }
    let options = arguments.contains { $0.kind != "positional" && $0.isOptional } ? ["[<options>]"] : []
    var lines = [".SS \(Self.text(([root.commandName] + path + words + options).joined(separator: " ")))"]
    lines += Self.paragraphs(command.abstract) + Self.paragraphs(command.discussion)
    for argument in arguments {
      let value = argument.defaultValue.map { " (default: \($0))" } ?? ""
      lines += [".TP", ".B \(Self.text(argument.form))", Self.text((argument.abstract ?? "") + value)]
    }
    for next in command.subcommands ?? [] { lines += section(next, path: path) }
    return lines
  }

  /// Text as paragraphs; lines that begin with a blank are kept as they are.
  private static func paragraphs(_ text: String?) -> [String] {
    guard let text, !text.isEmpty else { return [] }
    var lines = [".PP"]
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.isEmpty {
        lines.append(".PP")
      } else if line.hasPrefix(" ") {
        lines += [".br", Self.text(String(line))]
      } else {
        lines.append(Self.text(String(line)))
      }
    }
    return lines
  }

  /// A line of text: what troff would take for commands is written out.
  private static func text(_ text: String) -> String {
    let line = text.replacing("\n", with: " ").replacing("\\", with: "\\e").replacing("-", with: "\\-")
    return line.hasPrefix(".") || line.hasPrefix("'") ? "\\&" + line : line
  }
}
