import ArgumentParser
import Foundation
import Rival

/// `report`: what a study found, in the forms that a paper takes.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Writes a study's tables for a paper, and its methods as a paragraph.",
    discussion: """
      The study is one that 'compare' finished; nothing is run. With --table or --methods only that is written, on standard output; without, the \
      answers. With --figures the drawings of DIR/report.html become files for a paper.
      """)

  /// The forms of a table.
  enum Form: String, CaseIterable, ExpressibleByArgument {
    case text, markdown, latex, csv
  }

  /// The tables there are.
  enum Part: String, CaseIterable, ExpressibleByArgument {
    case main, further, differences, ablation, best, trials
  }

  @Argument(help: ArgumentHelp("The folder of the study.", valueName: "dir"))
  var study: String

  @Option(help: ArgumentHelp("Writes a table in this form: text, markdown, latex (with booktabs) or csv.", valueName: "form"))
  var table: Form?

  @Option(
    help: ArgumentHelp(
      "Which table: main (the measures that decide), further (the others), differences, ablation (what each part does), best (of several runs), trials.",
      valueName: "part"))
  var part = Part.main

  @Option(
    help: ArgumentHelp(
      "Writes the figures of the report into this folder, for a paper: a file each, in the format of --format.", valueName: "dir"))
  var figures: String?

  @Option(
    help: ArgumentHelp(
      "The figures' format: svg (the default), or pdf, which needs rsvg-convert (Debian: librsvg2-bin).", valueName: "format"))
  var format: FigureFormat?

  @Flag(help: "Writes how the study was done, with every setting, as a paragraph.")
  var methods = false

  func validate() throws {
    guard table != nil || part == .main else {
      throw ValidationError("--part \(part.rawValue) says which table; add --table, such as --table latex")
    }
    guard table == nil || !methods else { throw ValidationError("--table and --methods are two texts; ask for one at a time") }
    guard format == nil || figures != nil else {
      throw ValidationError("--format is that of the figures; say with --figures where they go")
    }
  }

  func run() throws {
    let directory = StudyDirectory(study)
    guard let results = try directory.results() else {
      throw CommandFailure(
        "there are no results in '\(study)'; "
          + (try directory.specification() == nil
            ? "name the folder of a study that 'compare' made" : "'compare' goes on with it and writes them"))
    }
    if let figures {
      let files = try FigureFiles(of: directory).write(to: figures, as: format ?? .svg)
      for file in files { Console.note("written     \(file)") }
      guard table != nil || methods else { return }
    }
    if let table {
      Console.result(String(try text(of: found(results), as: table).dropLast()))
    } else if methods {
      Console.result(try StudyMethods(results, in: directory).text)
    } else {
      Console.result(StudyText(results).short)
    }
  }

  private func found(_ results: StudyResults) throws -> TextTable {
    let tables = StudyTables(results)
    let found: TextTable?
    switch part {
    case .main: found = tables.main
    case .further: found = tables.further
    case .differences: found = tables.differences
    case .ablation: found = StudyAttribution(results)?.table
    case .best: found = StudyFindings(results).bestTable
    case .trials: found = tables.trials
    }
    guard let found else {
      throw CommandFailure(
        "the study has no table '\(part.rawValue)': it takes more measures, variants or seeds"
          + (part == .ablation ? ", and variants that differ in one part, as 'ablation' in a study file makes them" : ""))
    }
    return found
  }

  private func text(of found: TextTable, as form: Form) -> String {
    switch form {
    case .text: found.text
    case .markdown: found.markdown
    case .latex: found.latex
    case .csv: found.csv
    }
  }
}
