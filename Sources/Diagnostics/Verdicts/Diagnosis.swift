import Adversarial
import Components
import Reports

/// What a run is doing, why, and what to try next.
///
/// ```swift
/// let diagnosis = Diagnosis(RunRecord(trainer))
/// print(diagnosis.headline)
/// ```
public struct Diagnosis: Sendable {
  /// What it is made from. Its diagnostics are all that were asked.
  public let record: RunRecord
  /// What was found, most serious first; never empty.
  public let findings: [Finding]

  /// The finding that a user should act on first.
  public var primary: Finding { findings[0] }
  public var verdict: ConvergenceVerdict { primary.verdict }

  /// Diagnoses a record. A pure function: the same record and rules give the same findings.
  ///
  /// - Parameter rules: who is asked, diagnostics among them, in this order; those of the record are asked too, each in place of a rule of
  ///   its name or after all others.
  public init(_ record: RunRecord, asking rules: [any Rule]) {
    var asked = rules
    for diagnostic in record.diagnostics {
      if let index = asked.firstIndex(where: { $0.name == diagnostic.name }) {
        asked[index] = diagnostic
      } else {
        asked.append(diagnostic)
      }
    }
    var record = record
    record.diagnostics = asked.compactMap { $0 as? any Diagnostic }
    self.record = record
    let found = asked.flatMap { $0.findings(in: record) }
    let sorted = found.indices.sorted { first, second in
      let (a, b) = (found[first].verdict.rank, found[second].verdict.rank)
      return a != b ? a < b : first < second
    }.map { found[$0] }
    let decided = sorted.filter { $0.verdict != .inconclusive }
    let undecided =
      sorted.first { $0.verdict == .inconclusive }
      ?? Finding(.inconclusive, confidence: 0.5, evidence: [], advice: [Advice("Record more, and diagnose a later checkpoint.")])
    findings = decided.isEmpty ? [undecided] : decided
  }

  /// What each diagnostic says of what it has read, in their order.
  public var lines: [ReadingLine] { record.diagnostics.flatMap { $0.lines(on: record) } }

  /// What each diagnostic has to show, in their order.
  public var plots: [any Plot] { record.diagnostics.flatMap { $0.plots(of: record) } }

  /// One line: the verdict, how sure it is, and its strongest evidence.
  public var headline: String {
    let finding = primary
    var line = "\(finding.verdict.rawValue) (\(Phrase.percent(finding.confidence)))"
    if let evidence = finding.evidence.first { line += ": \(evidence.name) \(Phrase.number(evidence.value)), \(evidence.threshold)" }
    return line
  }
}
