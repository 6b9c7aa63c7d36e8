import ArgumentParser
import Foundation
import Rival

/// `manual`: the manual page, for man(1).
struct ManualCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manual", abstract: "Writes the manual page, or installs it.", subcommands: [Install.self, Show.self])

  /// `manual install`.
  struct Install: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Installs the manual page for you.")

    func run() throws {
      let name = CommandContext.current.name
      let path = try UserFolder.path("XDG_DATA_HOME", usual: ".local/share") + "/man/man1/\(name).1"
      try UserFolder.write(try ManualPage().roff, to: path)
      Console.result("Written: \(path)\nRead it: man \(name)    (or man \(ShellText.quoted(path)), where man does not look there)")
    }
  }

  /// `manual show`.
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Writes the manual page on standard output.")

    func run() throws { try FileHandle.standardOutput.write(contentsOf: Data((ManualPage().roff + "\n").utf8)) }
  }
}
