import Rival

/// What a study found, as a terminal shows it.
struct StudyText {
  private let tables: StudyTables
  private let findings: StudyFindings
  private let attribution: StudyAttribution?

  init(_ results: StudyResults) {
    tables = StudyTables(results)
    findings = StudyFindings(results)
    attribution = StudyAttribution(results)
  }

  /// The table, what is best, what it costs, and how to read it.
  var short: String {
    tables.main.text + "\n" + answers + Self.wrapped(tables.shortCaption) + "\n" + troubles
  }

  /// Everything that the report has in words.
  var full: String {
    var text = tables.main.text + "\n" + Self.wrapped(tables.caption) + "\n"
    if let further = tables.further { text += "\n" + further.text + "\n" + Self.wrapped(tables.furtherCaption) + "\n" }
    text += "\n" + answers
    if !findings.sentences.isEmpty {
      text += "\n" + (findings.sentences + findings.bestLines).map { Self.wrapped($0) + "\n" }.joined()
      text += Self.wrapped(findings.caption) + "\n"
    }
    if let attribution { text += "\n" + attribution.table.text + "\n" + Self.wrapped(attribution.caption) + "\n" }
    if let differences = tables.differences { text += "\n" + differences.text + "\n" + Self.wrapped(tables.differencesCaption) + "\n" }
    return text + troubles
  }

  private var answers: String {
    (findings.answers + (attribution?.sentences ?? []) + findings.costs).map { Self.wrapped($0) + "\n" }.joined()
  }

  private var troubles: String { [tables.troubles, tables.failures].compactMap { $0.map { "\n" + $0.text } }.joined() }

  /// Text in lines of at most 100 characters.
  static func wrapped(_ text: String) -> String {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, line.count + 1 + word.count > 100 {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return (lines + [line]).joined(separator: "\n")
  }
}
