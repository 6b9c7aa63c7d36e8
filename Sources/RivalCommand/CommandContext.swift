import Foundation
import Rival
import Synchronization

/// What every command needs besides its arguments. It is set once, before the arguments are parsed, and then only read:
/// the parser makes the commands, so they cannot be handed it.
public struct CommandContext: Sendable {
  /// The components that can be named.
  public var registry: Registry
  /// What can be trained by name, in the order in which help lists it.
  public var problems: [Problem]
  /// Where programs can run.
  public var devices: [Device]
  /// The program as it was called, such as `.build/release/rival`: what printed commands begin with.
  public var program: String

  /// Creates a context for the program that is running.
  public init(registry: Registry, problems: [Problem] = Problem.builtIn, devices: [Device] = Device.builtIn) {
    self.registry = registry
    self.problems = problems
    self.devices = devices
    program = CommandLine.arguments.first ?? "rival"
  }

  /// The program's name without its folder.
  public var name: String { program.split(separator: "/").last.map(String.init) ?? "rival" }

  private static let storage = Mutex(CommandContext(registry: Registry()))

  /// The context of this process.
  public static var current: CommandContext {
    get { storage.withLock { $0 } }
    set { storage.withLock { $0 = newValue } }
  }

  /// The problem called `name`, with the fields that follow a colon; or one made of the data that `name` names: a file of numbers, a folder of images,
  /// or a data source with its fields.
  ///
  /// - Throws: ``CommandFailure`` that lists the problems there are, and what ``Problem/configured(by:registry:)`` throws.
  public func problem(named name: String) throws -> Problem {
    let bare = name.prefix { $0 != ":" }
    if let problem = problems.first(where: { $0.name == bare }) { return try problem.configured(by: name, registry: registry) }
    if let known = ExperimentProtocol.all.first(where: { $0.name == bare }) { return known.problem }
    if let problem = try DataProblem.problem(name, registry: registry) { return problem }
    let names = problems.map(\.name)
    let sources = registry.names.filter { (try? registry.type(named: $0)) is any DataSource.Type }
    let near = Registry.nearest(to: String(bare), among: names + sources).map { "did you mean '\($0)'? There are" } ?? "there are"
    throw CommandFailure(
      "there is no problem '\(bare)', nor a data source, file or folder; \(near): \(names.joined(separator: ", ")). "
        + "A problem of your own is known to the program that registers it")
  }

  /// The device called `name`; without a name `Device.standard`.
  ///
  /// - Throws: `TensorError` that lists the devices there are.
  public func device(named name: String?) throws -> Device { try name.map { try Device.named($0, among: devices) } ?? .standard }

  /// A command of this program as a person types it in a shell.
  public func commandLine(_ arguments: [String]) -> String {
    ([program] + arguments).map(ShellText.quoted).joined(separator: " ")
  }
}
