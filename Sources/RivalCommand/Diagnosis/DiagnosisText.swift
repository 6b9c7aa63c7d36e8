import Rival

/// A diagnosis as people and machines read it.
struct DiagnosisText {
  let diagnosis: Diagnosis
  let lines: [ReadingLine]

  /// Asks all rules that the program knows.
  init(_ record: RunRecord) {
    diagnosis = Diagnosis(record, asking: CommandContext.current.registry.rules)
    lines = diagnosis.lines
  }

  /// The verdict, what it means, what speaks for it, and what to try.
  var verdict: [String] {
    var text: [String] = []
    for (index, finding) in diagnosis.findings.enumerated() {
      text.append(
        (index == 0 ? "Verdict: " : "Also:    ") + finding.verdict.rawValue
          + " (confidence \(NumberText.fixed(finding.confidence, digits: 2)))")
      text.append("  " + finding.verdict.meaning)
      for evidence in finding.evidence {
        text.append("  - \(evidence.name) = \(NumberText.significant(evidence.value, digits: 4)): \(evidence.threshold)")
      }
      for advice in finding.advice {
        let parts = advice.components.map { "\(Self.option(for: $0)) \($0)" }.joined(separator: "  or  ")
        text.append("  Try: \(advice.text)" + (parts.isEmpty ? "" : "  " + parts))
      }
    }
    return text
  }

  /// The option of `train` that takes a component: `--heuristic r1-penalty`.
  static func option(for specification: String) -> String {
    let name = String(specification.prefix { $0 != ":" })
    let kind = (try? CommandContext.current.registry.type(named: name)).map { ComponentKind($0) }
    return kind?.option ?? "--heuristic"
  }

  /// One line for each diagnostic, marked where it asks for action.
  var readings: [String] {
    lines.map { line in
      let mark =
        switch line.level {
        case .fine: "  "
        case .note: "· "
        case .alarm: "! "
        }
      return "\(mark)\(line.sentence)"
    }
  }

  /// The same for machines.
  var document: JSONValue {
    .object([
      "verdict": .string(diagnosis.verdict.rawValue), "confidence": .finite(diagnosis.primary.confidence),
      "findings": .array(
        diagnosis.findings.map { finding in
          .object([
            "verdict": .string(finding.verdict.rawValue), "confidence": .finite(finding.confidence),
            "meaning": .string(finding.verdict.meaning),
            "evidence": .array(
              finding.evidence.map {
                .object(["name": .string($0.name), "value": .finite($0.value), "threshold": .string($0.threshold)])
              }),
            "advice": .array(
              finding.advice.map {
                .object(["text": .string($0.text), "components": .array($0.components.map { .string($0) })])
              }),
          ])
        }),
      "lines": .array(
        lines.map {
          .object(["diagnostic": .string($0.diagnostic), "level": .string($0.level.rawValue), "text": .string($0.sentence)])
        }),
    ])
  }
}
