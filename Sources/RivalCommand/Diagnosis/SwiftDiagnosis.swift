import Rival

/// `diagnose` as a Swift program.
enum SwiftDiagnosis {
  /// The program that looks at the same checkpoint with the same diagnostics, and says the same of it.
  ///
  /// - Parameters:
  ///   - path: the checkpoint or the run's folder.
  ///   - only: the diagnostics that were named; `nil` for all.
  ///   - data: the data, where it has moved.
  static func text(path: String, only: [any Diagnostic]?, data: (any DataSource)?, threads: Int?, device: Device) throws -> String {
    var arguments = ["resuming: \(SwiftValue.quoted(path))"]
    if let data { arguments.append("data: \(try SwiftComponent.text(data))") }
    if let threads { arguments.append("threadCount: \(threads)") }
    arguments += try SwiftProgram.deviceArgument(device)
    var body = ["let trainer = try Trainer(\(arguments.joined(separator: ", ")))"]
    if let only {
      body += ["let diagnostics: [any Diagnostic] = [\(try only.map { try SwiftComponent.text($0) }.joined(separator: ", "))]"]
    } else {
      body += ["let diagnostics = try Registry.builtIn().diagnostics.filter { $0.applies(to: Observation(trainer)) }"]
    }
    body += [
      "for diagnostic in diagnostics { trainer.observe(diagnostic) }", "",
      "var record = RunRecord(trainer)", "record.diagnostics += diagnostics",
      "let diagnosis = Diagnosis(record)",
      "for line in diagnosis.lines { print(line.sentence) }",
      "print(\"\\(diagnosis.verdict.rawValue): \\(diagnosis.verdict.meaning)\")",
    ]
    return SwiftProgram.text(body)
  }
}
