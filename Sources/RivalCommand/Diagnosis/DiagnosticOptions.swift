import ArgumentParser
import Rival

/// Which diagnostics and callbacks look at a run while it trains: the same for `train` and `resume`.
struct DiagnosticOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A diagnostic that looks at the run at its cadence; may be repeated. 'standard' stands for all that have a cadence by default, as often as the run's size allows.",
      valueName: "component"))
  var diagnose: [String] = []

  @Option(
    help: ArgumentHelp(
      "What acts while the run goes on, after the diagnostics: log:every=100,file=log.csv, early-stopping:value=generator.loss,patience=5; may be repeated.",
      valueName: "component"), completion: ComponentKind.callback.completion)
  var callback: [String] = []

  /// What `--diagnose standard` stands for.
  static let standard = "standard"

  /// The diagnostics, and behind them the callbacks; `nil` where none are named.
  ///
  /// - Parameter trainer: the run, whose size decides how often the standard set looks.
  /// - Throws: `ComponentError` where a name, field or value is wrong, ``CommandFailure`` for a component of another kind.
  func diagnostics(of trainer: Trainer, registry: Registry) throws -> [any Observer]? {
    guard !(diagnose + callback).isEmpty else { return nil }
    var result: [any Observer] = []
    let named = try diagnose.map { specification in
      specification == Self.standard
        ? StandardDiagnostics.fitting(trainer, among: registry.diagnostics)
        : [try ComponentKind.diagnostic.component(specification, "--diagnose", registry, orElse: .callback)].compactMap {
          $0 as? any Observer
        }
    }
    let callbacks = try callback.map {
      [try ComponentKind.callback.component($0, "--callback", registry, orElse: .diagnostic)].compactMap { $0 as? any Observer }
    }
    for named in named + callbacks {
      for diagnostic in named {
        result.removeAll { $0.name == diagnostic.name }
        result.append(diagnostic)
      }
    }
    return result
  }
}
