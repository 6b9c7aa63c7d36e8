import ArgumentParser
import Foundation
import Rival

/// Arguments as people type them: with slips, and with numbers such as `1e4`.
enum TypedArguments {
  /// The command that the arguments name.
  ///
  /// - Throws: what the parser throws, also for a command that does not exist, with the nearest one that does.
  static func command(_ arguments: [String]) throws -> any ParsableCommand {
    try requireCommand(arguments)
    var arguments = arguments
    while true {
      do {
        return try RootCommand.parseAsRoot(arguments)
      } catch {
        // The parser knows which options want whole numbers, and says what it could not take.
        guard let refused = refusedValue(error), let number = wholeNumber(refused),
          let written = replacing(refused, by: number, in: arguments)
        else { throw error }
        arguments = written
      }
    }
  }

  /// What to try where the parser refused the arguments, beside what its own message says; `nil` where there is nothing to say.
  static func hint(for error: any Error) -> String? {
    guard RootCommand.exitCode(for: error) == .validationFailure else { return nil }
    if let refused = refusedValue(error), let number = Double(refused), number.isFinite, number != number.rounded() {
      return "'\(refused)' has a fraction, but a whole number is asked for."
    }
    return quoted(RootCommand.message(for: error), after: "Unknown option '--").flatMap(fieldHint)
  }

  /// Says of which components `option` is a field, and how it is written.
  private static func fieldHint(_ option: String) -> String? {
    let registry = CommandContext.current.registry
    func plain(_ name: String) -> String { name.lowercased().replacing("-", with: "") }
    let uses: [(component: String, field: String, option: String)] = registry.names.compactMap { name in
      guard let type = try? registry.type(named: name), let place = ComponentKind(type).option,
        let field = try? ComponentFields.fields(of: type.init()).keys.sorted().first(where: { plain($0) == plain(option) })
      else { return nil }
      return (name, field, place)
    }
    // Those of the option that has the most: 'learningRate' is meant for optimizers, though a metric has one too.
    let groups = uses.map(\.option).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }.map { place in
      uses.filter { $0.option == place }
    }
    guard let most = groups.map(\.count).max(), let alike = groups.first(where: { $0.count == most }), let example = alike.first else {
      return nil
    }
    let names = alike.map(\.component)
    return "'\(example.field)' is a field of \(names.prefix(5).joined(separator: ", "))\(names.count > 5 ? ", …" : ""); "
      + "write it with its component, as in \(example.option) \(example.component):\(example.field)=VALUE"
  }

  /// Refuses a command that does not exist.
  private static func requireCommand(_ arguments: [String]) throws {
    var words = arguments[...]
    if words.first == "help" { words = words.dropFirst() }
    var type: any ParsableCommand.Type = RootCommand.self
    while let word = words.first, !word.hasPrefix("-"), !type.configuration.subcommands.isEmpty {
      let commands = type.configuration.subcommands
      if let next = commands.first(where: { $0._commandName == word || $0.configuration.aliases.contains(word) }) {
        type = next
        words = words.dropFirst()
        continue
      }
      if type == RootCommand.self, word == "help" { return }
      let names = commands.filter { $0.configuration.shouldDisplay }.map { $0._commandName }
      let near = Registry.nearest(to: word, among: names).map { "did you mean '\($0)'?" } ?? "there are: \(names.joined(separator: ", "))"
      throw ValidationError("There is no command '\(word)'; \(near)")
    }
  }

  /// The value that the parser could not take for an option.
  private static func refusedValue(_ error: any Error) -> String? {
    guard RootCommand.exitCode(for: error) == .validationFailure else { return nil }
    return quoted(RootCommand.message(for: error), after: "The value '")
  }

  /// The text between `opening` at the beginning of a message and the next quotation mark.
  private static func quoted(_ message: String, after opening: String) -> String? {
    guard message.hasPrefix(opening) else { return nil }
    return String(message.dropFirst(opening.count).prefix { $0 != "'" })
  }

  /// `1e4`, `2.5e3` and `5000.0` with all digits; `nil` for what is no whole number, or is one written so already.
  private static func wholeNumber(_ text: String) -> String? {
    guard Int64(text) == nil, let value = Double(text), value == value.rounded(), abs(value) <= 9_007_199_254_740_992 else { return nil }
    return String(Int64(value))
  }

  /// The arguments with the first value of an option that is `value` replaced; `nil` where there is none.
  private static func replacing(_ value: String, by number: String, in arguments: [String]) -> [String]? {
    var arguments = arguments
    for index in arguments.indices {
      if index > 0, arguments[index] == value, arguments[index - 1].hasPrefix("-") {
        arguments[index] = number
        return arguments
      }
      if arguments[index].hasPrefix("--"), arguments[index].hasSuffix("=" + value) {
        arguments[index] = String(arguments[index].dropLast(value.count)) + number
        return arguments
      }
    }
    return nil
  }
}
