import Rival

/// Published values and measured ones, side by side.
struct ProtocolTable {
  /// A value of a variant.
  struct Row {
    var variant: String
    var title: String
    var value: String
    var published: (mean: Double, spread: Double?)?
    /// The mean over the runs that have the value, and its standard deviation.
    var measured: (mean: Double, deviation: Double)?
    var runs: Int
  }

  let rows: [Row]
  private let it: ExperimentProtocol
  private let study: StudySpecification

  init(_ it: ExperimentProtocol, _ study: StudySpecification, _ results: [TrialResult]) {
    (self.it, self.study) = (it, study)
    let names = study.primary
    rows = study.variants.flatMap { variant in
      let finding = it.findings.first { $0.variant == variant.label }
      let own = results.filter { $0.variant == variant.label }
      return names.map { name in
        let values = own.compactMap { $0.evaluations.last?[name] }.filter(\.isFinite)
        let mean = values.reduce(0, +) / Double(max(values.count, 1))
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(values.count - 1, 1))
        return Row(
          variant: variant.label, title: finding?.title ?? "–", value: name,
          published: finding?.values.first { $0.name == name }.map { ($0.mean, $0.spread) },
          measured: values.isEmpty ? nil : (mean, variance.squareRoot()), runs: values.count)
      }
    }
  }

  /// `5.00 (1.10)`: a mean and what stands behind it, with as many digits as the mean asks for.
  private static func number(_ mean: Double, _ spread: Double?) -> String {
    let digits = abs(mean) < 2 ? 3 : 2
    return NumberText.fixed(mean, digits: digits) + (spread.map { " (\(NumberText.fixed($0, digits: digits)))" } ?? "")
  }

  /// `modes-by-rate 5.0 (1.1), quality 0.920 (0.020)`.
  static func published(_ finding: ExperimentProtocol.Finding, spread: String) -> String {
    finding.values.map { "\($0.name) \(number($0.mean, $0.spread))" }.joined(separator: ", ")
      + "; in parentheses: \(spread)"
  }

  var lines: [String] {
    var table = TextTable([
      .left("variant"), .left("in the paper"), .left("value"), .right("published"), .right("measured"), .right("runs"),
    ])
    for row in rows {
      table.append([
        row.variant, row.title, row.value,
        row.published.map { Self.number($0.mean, $0.spread) } ?? "–",
        row.measured.map { Self.number($0.mean, $0.deviation) } ?? "–", String(row.runs),
      ])
    }
    var lines = ["\(it.name): \(it.source)", String(table.text.dropLast())]
    lines.append(
      "Published in parentheses: \(it.spread). Measured: mean and standard deviation of \(study.seeds.count) runs, \(study.rounds) rounds each."
    )
    if study.rounds != it.problem.rounds {
      lines.append("Not as in the protocol: \(study.rounds) rounds for \(it.problem.rounds).")
    }
    for deviation in it.deviations { lines.append("Not as in the paper: \(deviation).") }
    return lines
  }

  func document() -> JSONValue {
    .object([
      "protocol": .string(it.name), "source": .string(it.source), "rounds": .count(study.rounds), "seeds": .count(study.seeds.count),
      "deviations": .array(it.deviations.map { .string($0) }),
      "rows": .array(
        rows.map { row in
          .object([
            "variant": .string(row.variant), "value": .string(row.value), "runs": .count(row.runs),
            "published": row.published.map { .finite($0.mean) } ?? .null,
            "publishedSpread": row.published?.spread.map { .finite($0) } ?? .null,
            "mean": row.measured.map { .finite($0.mean) } ?? .null,
            "standardDeviation": row.measured.map { .finite($0.deviation) } ?? .null,
          ])
        }),
    ])
  }
}
