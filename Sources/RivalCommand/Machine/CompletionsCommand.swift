import ArgumentParser
import Foundation
import Rival

/// `completions`: lets a shell complete commands, options, problems and components.
struct CompletionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "completions", abstract: "Lets a shell complete commands, options, problems and components.",
    subcommands: [Install.self, Show.self])

  /// The shells that there are scripts for.
  enum Shell: String, CaseIterable, ExpressibleByArgument {
    case bash, zsh, fish

    /// The user's own shell.
    static func current() throws -> Shell {
      let path = ProcessInfo.processInfo.environment["SHELL"] ?? ""
      guard let shell = Shell(rawValue: path.split(separator: "/").last.map(String.init) ?? "") else {
        throw CommandFailure("the shell '\(path)' is none of bash, zsh and fish; name one of them with --shell")
      }
      return shell
    }

    /// The script.
    var script: String {
      switch self {
      case .bash: RootCommand.completionScript(for: .bash)
      case .zsh: RootCommand.completionScript(for: .zsh)
      case .fish: RootCommand.completionScript(for: .fish)
      }
    }

    /// Where the shell looks for the script of a program.
    func path(for program: String) throws -> String {
      switch self {
      case .bash: try UserFolder.path("XDG_DATA_HOME", usual: ".local/share") + "/bash-completion/completions/\(program)"
      case .zsh: try UserFolder.home() + "/.zfunc/_\(program)"
      case .fish: try UserFolder.path("XDG_CONFIG_HOME", usual: ".config") + "/fish/completions/\(program).fish"
      }
    }

    /// What is still to be done.
    var remark: String {
      switch self {
      case .bash: "Begin a new shell; the package bash-completion must be installed."
      case .zsh: "Have these two lines in ~/.zshrc, then begin a new shell:\n  fpath=(~/.zfunc $fpath)\n  autoload -Uz compinit && compinit"
      case .fish: "Begin a new shell."
      }
    }
  }

  /// What both subcommands take.
  struct Options: ParsableArguments {
    @Option(help: ArgumentHelp("bash, zsh or fish; by default the shell that SHELL names.", valueName: "name"))
    var shell: Shell?

    /// The shell that is asked for.
    func chosen() throws -> Shell { try shell ?? .current() }
  }

  /// `completions install`.
  struct Install: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Installs the script for you, where your shell looks for it.")

    @OptionGroup var options: Options

    func run() throws {
      let shell = try options.chosen()
      let path = try shell.path(for: CommandContext.current.name)
      try UserFolder.write(shell.script, to: path)
      Console.result("Written: \(path)\n\(shell.remark)")
    }
  }

  /// `completions show`.
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Writes the script on standard output.")

    @OptionGroup var options: Options

    func run() throws { try FileHandle.standardOutput.write(contentsOf: Data(options.chosen().script.utf8)) }
  }
}
