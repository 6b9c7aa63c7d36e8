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
  func diagnostics(of trainer: Trainer, registry: Registry) throws -> [any Observer]? {
    guard !diagnose.isEmpty else { return nil }
    var result: [any Observer] = []
    for specification in diagnose {
      let named: [any Observer]
      if specification == Self.standard {
        named = StandardDiagnostics.fitting(trainer, among: registry.diagnostics)
      } else {
        guard let diagnostic = try ComponentKind.diagnostic.component(specification, "--diagnose", registry) as? any Observer else {
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
}
