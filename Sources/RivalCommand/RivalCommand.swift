import ArgumentParser
import Foundation
import Rival

/// The command line as a library: a program of one's own gets every command, with its own components and problems.
///
/// ```swift
/// import RivalCommand
///
/// RivalCommand.run(plugins: [Wobble.self, SpiralLoss.self])
/// ```
///
/// Exit statuses are those of ``ExitStatus``. Errors are one short paragraph on standard error.
public enum RivalCommand {
  /// Runs the command that the program's arguments name, with the built-in components and `plugins`, and exits.
  ///
  /// - Parameters:
  ///   - plugins: component types that are added to the built-in ones.
  ///   - problems: what `train` and `compare` can be asked for; the built-in problems by default.
  ///   - devices: where programs can run; the built-in devices by default.
  public static func run(
    plugins: [any Component.Type] = [], problems: [Problem] = Problem.builtIn, devices: [Device] = Device.builtIn
  ) -> Never {
    run(registry: try Registry.builtIn(adding: plugins), problems: problems, devices: devices)
  }

  /// Runs the command that the program's arguments name, with the components of `registry`, and exits.
  ///
  /// - Parameters:
  ///   - registry: the components that can be named; an error that making it throws is reported like any other.
  ///   - problems: what `train` and `compare` can be asked for; the built-in problems by default.
  ///   - devices: where programs can run; the built-in devices by default.
  public static func run(
    registry: @autoclosure () throws -> Registry, problems: [Problem] = Problem.builtIn, devices: [Device] = Device.builtIn
  ) -> Never {
    do {
      try ProcessSetup.begin()
      CommandContext.current = CommandContext(registry: try registry(), problems: problems, devices: devices)
    } catch {
      Console.fail(error)
    }
    var command: any ParsableCommand
    do {
      command = try TypedArguments.command(Array(CommandLine.arguments.dropFirst()))
    } catch {
      guard let hint = TypedArguments.hint(for: error) else { RootCommand.exit(withError: error) }
      Console.note(RootCommand.fullMessage(for: error))
      Console.note(hint)
      exit(RootCommand.exitCode(for: error).rawValue)
    }
    do {
      try command.run()
      try Console.checkResults()
    } catch let status as ExitCode {
      exit(status.rawValue)
    } catch  where RootCommand.exitCode(for: error) != .failure {
      // Help and version, which the parser gives as errors.
      RootCommand.exit(withError: error)
    } catch {
      Console.fail(error)
    }
    exit(ExitStatus.success.rawValue)
  }
}

extension Registry {
  /// The built-in components and `plugins` after them.
  ///
  /// - Throws: `ComponentError` where two components have one name.
  public static func builtIn(adding plugins: [any Component.Type]) throws -> Registry {
    var registry = try Registry.builtIn()
    for plugin in plugins { try registry.register(plugin) }
    return registry
  }
}
