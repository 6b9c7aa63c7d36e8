import Adversarial
import Components
import Networks
import Rival
import Tensors

/// What every diagnostic must satisfy: it changes nothing, its readings repeat, and have the same names at every look; it has nothing to say of a
/// run that it never saw.
///
/// ```swift
/// #expect(try DiagnosticConformance.check(MyDiagnostic()).isEmpty)
/// ```
public enum DiagnosticConformance {
  /// Checks a diagnostic on a small run.
  ///
  /// - Parameters:
  ///   - composition: what is trained; ``HeuristicConformance/smallGAN(loss:)`` by default.
  ///   - data: what it is trained on; a ring of Gaussians by default.
  ///   - rounds: how many are played, 2 or more; the diagnostic looks after each second one.
  /// - Returns: the violations, one sentence each; empty for a diagnostic that conforms.
  /// - Throws: what training throws.
  public static func check(
    _ diagnostic: any Diagnostic, on composition: (any Composition)? = nil, data: (any DataSource)? = nil, rounds: Int = 4,
    registry: Registry? = nil
  ) throws -> [String] {
    let composition = composition ?? HeuristicConformance.smallGAN()
    let data = data ?? RingOfGaussians(modes: 8)
    var registry = try registry ?? Registry.builtIn()
    try registry.register(type(of: diagnostic))
    var watching = diagnostic
    watching.every = 2
    func run(_ diagnostics: [any Diagnostic]) throws -> Trainer {
      let trainer = try Trainer(composition, data: data, batchSize: 16, seed: 7, threadCount: 1)
      trainer.diagnostics = diagnostics
      try trainer.run(until: rounds)
      return trainer
    }
    let plain = try run([])
    let first = try run([watching])
    let second = try run([watching])
    var violations = try ComponentConformance.check(diagnostic, registry: registry)
    for (path, tensor) in plain.state where try first.state[path]?.scalars() != tensor.scalars() {
      violations.append("training with it changes '\(path)'")
    }
    if plain.history != first.history { violations.append("training with it changes the history") }
    for (_, reason) in first.diagnosticFailures { violations.append("it could not look: \(reason)") }
    guard let table = first.observations[diagnostic.name], let other = second.observations[diagnostic.name] else {
      return violations + ["it has read nothing"]
    }
    for name in table.names where table[name]?.map(\.bitPattern) != other[name]?.map(\.bitPattern) {
      violations.append("'\(name)' differs in a second run of the same seed; take random numbers from run.key")
    }
    if let names = second.observe(watching)?.map(\.name), Set(names).count != names.count {
      violations.append("two readings of one look have one name")
    }
    let resumed = try Trainer(contents: first.checkpoint(), registry: registry, threadCount: 1)
    try resumed.run(until: rounds + 2)
    try first.run(until: rounds + 2)
    for name in first.observations[diagnostic.name]?.names ?? [] {
      let pair = [first, resumed].map { $0.observations[diagnostic.name]?[name]?.map(\.bitPattern) }
      if pair[0] != pair[1] { violations.append("'\(name)' differs in a run that was resumed; keep nothing between looks") }
    }
    return violations + said(by: watching, of: first, registry: registry)
  }

  /// Checks what it says of a run that it has looked at, and of one that nobody has.
  private static func said(by diagnostic: any Diagnostic, of trainer: Trainer, registry: Registry) -> [String] {
    var violations: [String] = []
    let unseen = RunRecord(step: trainer.step, history: History(), observations: Observations())
    if !diagnostic.lines(on: unseen).isEmpty { violations.append("it has a sentence for a run that it never saw") }
    if !diagnostic.plots(of: unseen).isEmpty { violations.append("it has a plot of a run that it never saw") }
    if !diagnostic.findings(in: unseen).isEmpty { violations.append("it finds something in a run that it never saw") }
    let record = RunRecord(trainer)
    for plot in diagnostic.plots(of: record) where !plot.svg.contains("<svg") {
      violations.append("its plot '\(plot.title)' draws nothing")
    }
    for finding in diagnostic.findings(in: record) {
      if finding.evidence.isEmpty { violations.append("it finds '\(finding.verdict)' without evidence") }
      for part in finding.advice.flatMap(\.components) where (try? registry.component(parsing: part)) == nil {
        violations.append("it advises '\(part)', which the registry does not know")
      }
    }
    return violations
  }
}
