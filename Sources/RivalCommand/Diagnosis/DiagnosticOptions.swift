import ArgumentParser
import Rival

/// Which diagnostics look at a run while it trains: the same for `train` and `resume`.
struct DiagnosticOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A diagnostic that looks at the run at its cadence; may be repeated. 'standard' stands for all that have a cadence by default, as often as the run's size allows.",
      valueName: "component"))
  var diagnose: [String] = []

  /// What `--diagnose standard` stands for.
  static let standard = "standard"

  /// The diagnostics; `nil` where none are named.
  ///
  /// - Parameter trainer: the run, whose size decides how often the standard set looks.
  /// - Throws: `ComponentError` where a name, field or value is wrong, ``CommandFailure`` for a component of another kind.
  func diagnostics(of trainer: Trainer, registry: Registry) throws -> [any Diagnostic]? {
    guard !diagnose.isEmpty else { return nil }
    var result: [any Diagnostic] = []
    for specification in diagnose {
      let named: [any Diagnostic]
      if specification == Self.standard {
        named = StandardDiagnostics.fitting(trainer, among: Self.all(registry))
      } else {
        guard let diagnostic = try ComponentKind.diagnostic.component(specification, "--diagnose", registry) as? any Diagnostic else {
          continue
        }
        named = [diagnostic]
      }
      for diagnostic in named {
        result.removeAll { $0.name == diagnostic.name }
        result.append(diagnostic)
      }
    }
    return result
  }

  /// Every diagnostic of the registry with its default fields.
  static func all(_ registry: Registry) -> [any Diagnostic] {
    registry.names.compactMap { name in
      guard let type = try? registry.type(named: name), type is any Diagnostic.Type else { return nil }
      return try? registry.component(parsing: name) as? any Diagnostic
    }
  }
}
