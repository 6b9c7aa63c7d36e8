import ArgumentParser
import Foundation
import Rival

/// `diagnose`: looks at a checkpoint with every diagnostic, and says what the run is doing.
struct DiagnoseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diagnose", abstract: "Says whether a run converges, why not, and what to try.",
    discussion: """
      Every diagnostic looks at the checkpoint; what was recorded while the run trained counts too, so a run that was trained with \
      --diagnose standard tells more. The checkpoint itself is not changed.
      """)

  @Argument(help: ArgumentHelp("A checkpoint, or a run's folder.", valueName: "file.h5|dir"))
  var path: String

  @Option(help: ArgumentHelp("The diagnostics to run, separated by commas; by default all.", valueName: "a,b,…"))
  var only: String?

  @Option(help: ArgumentHelp("An earlier checkpoint of the run: the path from there to here is examined.", valueName: "file.h5"))
  var against: String?

  @Option(help: ArgumentHelp("Write a page with plots.", valueName: "file.html"))
  var report: String?

  @Option(help: ArgumentHelp("Where the data's folder is now, if it has moved.", valueName: "dir"))
  var data: String?

  @OptionGroup var editing: EditedOption

  @OptionGroup var printing: PrintSwiftOption

  @OptionGroup var common: CommonOptions

  func run() throws {
    common.setThreadCount()
    let registry = CommandContext.current.registry
    let diagnostics = try chosen(registry)
    let saved = try SavedRun(path, verification: editing.verification, warn: Console.warn)
    let run = try saved.run(registry: registry)
    if printing.printSwift {
      return Console.result(
        try SwiftDiagnosis.text(
          path: path, only: only == nil ? nil : diagnostics, data: MovedData.source(run.data, folder: data),
          threads: common.threads, device: common.chosenDevice))
    }
    let trainer = try Trainer(
      run, contents: saved.contents, data: MovedData.source(run.data, folder: data), threadCount: common.threads,
      device: common.chosenDevice)
    trainer.samples.notices.forEach(Console.warn)
    let observation = Observation(trainer)
    for diagnostic in diagnostics where only != nil || diagnostic.applies(to: observation) {
      Console.progress("\(diagnostic.name) …")
      let start = ContinuousClock.now
      trainer.observe(diagnostic)
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      if seconds > 10 {
        Console.progress("")
        Console.note("\(diagnostic.name) took \(NumberText.fixed(seconds, digits: 0)) s; --only chooses what is run")
      }
    }
    Console.progress("")
    let path = try against.map {
      try DiagnosisPath(from: SavedRun($0, verification: editing.verification, warn: Console.warn), to: trainer)
    }
    var record = RunRecord(trainer)
    record.diagnostics += diagnostics
    let text = DiagnosisText(record)
    if let report {
      let frames = URL(fileURLWithPath: saved.path).deletingLastPathComponent().appendingPathComponent("frames").path
      let page = try RunPage(title: saved.path, text: text, trainer: trainer, frames: frames, path: path).page.html
      do {
        try Data(page.utf8).write(to: URL(fileURLWithPath: report), options: .atomic)
      } catch {
        throw CommandFailure("\(report): the page cannot be written (\(error.localizedDescription)); check that its folder exists")
      }
    }
    if common.json { return try Console.result(document(text, trainer, saved, path)) }
    Console.result("\(saved.path), step \(trainer.step)")
    Console.result("")
    for line in text.readings + (path.map { [$0.line] } ?? []) { Console.result(line) }
    for (name, reason) in trainer.diagnosticFailures { Console.result("  \(name) says nothing: \(reason)") }
    Console.result("")
    for line in text.verdict { Console.result(line) }
    if let report { Console.result("\n  written     \(report)") }
  }

  private func chosen(_ registry: Registry) throws -> [any Diagnostic] {
    guard let only else { return registry.diagnostics }
    return try VariantList.split(only).map { specification in
      guard let diagnostic = try ComponentKind.diagnostic.component(specification, "--only", registry) as? any Diagnostic else {
        throw CommandFailure("--only: '\(specification)' is no diagnostic")
      }
      return diagnostic
    }
  }

  private func document(_ text: DiagnosisText, _ trainer: Trainer, _ saved: SavedRun, _ path: DiagnosisPath?) -> JSONValue {
    var members = text.document.members
    members["checkpoint"] = .string(saved.path)
    members["step"] = .count(trainer.step)
    members["failures"] = .object(
      Dictionary(trainer.diagnosticFailures.map { ($0.name, JSONValue.string($0.reason)) }, uniquingKeysWith: { $1 }))
    members["readings"] = .object(
      Dictionary(
        trainer.observations.names.compactMap { name in
          guard let table = trainer.observations[name] else { return nil }
          let latest = table.names.compactMap { column in table[column]?.last.map { (column, JSONValue.finite($0)) } }
          return (name, JSONValue.object(Dictionary(latest, uniquingKeysWith: { $1 })))
        }, uniquingKeysWith: { $1 }))
    if let path { members["path"] = path.document }
    members["report"] = .optional(report)
    return .object(members)
  }
}
