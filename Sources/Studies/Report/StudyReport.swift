import Adversarial
import Foundation
import Metrics
import Reports

/// A study's page: samples beside real ones, which variant is better, and curves.
public struct StudyReport {
  private let results: StudyResults
  private let outcomes: [TrialOutcome]
  private let directory: StudyDirectory
  private let modes: ModeDescription?
  private let command: String

  /// Prepares the report.
  ///
  /// - Parameters:
  ///   - outcomes: what `results` were made of.
  ///   - directory: where the trials' samples lie.
  ///   - modes: the modes to draw, where the data has some.
  ///   - command: what repeats the study, as one types it.
  public init(
    _ results: StudyResults, outcomes: [TrialOutcome], in directory: StudyDirectory, modes: ModeDescription?,
    command: String
  ) {
    self.results = results
    self.outcomes = outcomes
    self.directory = directory
    self.modes = modes
    self.command = command
  }

  /// The whole page: which variant is better in a few sentences, what it looks like, and then the numbers.
  public func page() throws -> HTMLPage {
    let pictures = StudyPictures(results: results, outcomes: outcomes, directory: directory, modes: modes)
    return HTMLPage(
      title: "\(results.specification.problem): \(results.variants.count) variants compared",
      blocks: [.paragraph(summary)] + StudyFindings(results).answers.map { .paragraph($0) } + (try pictures.blocks()) + answers + course
        + comparisons + trials + conditions)
  }

  /// The whole page as a document.
  public func html() throws -> String { try page().html }

  /// Which variant is better: every run, and tables.
  private var answers: [HTMLPage.Block] {
    let tables = StudyTables(results)
    var blocks: [HTMLPage.Block] = [.heading("Which is better")]
    blocks.append(.figures(svgs: results.forestPlots.map(\.svg), caption: results.forestCaption))
    blocks.append(.table(tables.main, caption: tables.caption))
    if let further = tables.further { blocks.append(.table(further, caption: tables.furtherCaption)) }
    if let attribution = StudyAttribution(results) {
      blocks.append(.heading("What each part does"))
      blocks += attribution.sentences.map { .paragraph($0) }
      blocks.append(.table(attribution.table, caption: attribution.caption))
    }
    return blocks
  }

  /// What was recorded over the rounds.
  private var course: [HTMLPage.Block] {
    let curves = StudyCurves(results: results, outcomes: outcomes)
    return [.heading("Over the run"), .figures(svgs: curves.charts.map(\.svg), caption: curves.caption)]
  }

  /// Every comparison with its tests.
  private var comparisons: [HTMLPage.Block] {
    let tables = StudyTables(results)
    let findings = StudyFindings(results)
    var blocks: [HTMLPage.Block] = []
    if !findings.sentences.isEmpty {
      blocks.append(.heading("Better than \(results.reference)?"))
      blocks += findings.sentences.map { .paragraph($0) }
      blocks.append(.paragraph(findings.caption))
    }
    if let best = findings.bestTable {
      blocks.append(.heading("The best of several runs"))
      blocks.append(.table(best, caption: findings.bestCaption))
    }
    if let differences = tables.differences {
      blocks.append(.heading("Differences to \(results.reference)"))
      blocks.append(.table(differences, caption: tables.differencesCaption))
    }
    return blocks
  }

  /// Every trial, with links to its files.
  private var trials: [HTMLPage.Block] {
    let tables = StudyTables(results)
    let folders = results.specification.trials.map { directory.folder(of: $0) }
    var blocks: [HTMLPage.Block] = [.heading("All trials")]
    if let troubles = tables.troubles {
      let logs = zip(results.trials, folders).filter { $0.0.status == .diverged || $0.0.status == .failed }.map { $0.1 + "/log.txt" }
      blocks.append(
        .table(
          troubles, caption: "Trials that did not run to their end; each counts in the tables. The names lead to the logs.", links: logs))
    }
    blocks.append(
      .table(
        tables.trials, caption: "The names lead to the trials' folders: checkpoints, samples, logs.", links: folders.map { $0 + "/" }))
    if let failures = tables.failures {
      blocks.append(.table(failures, caption: "Metrics that could not be computed; such an evaluation has no value of them."))
    }
    return blocks
  }

  /// How the study was made.
  private var conditions: [HTMLPage.Block] {
    let study = results.specification
    let every = NumberText.fixed(Double(study.rounds) / Double(study.evaluationSteps.count), digits: 0)
    return [
      .heading("How to repeat it"), .paragraph(command),
      .paragraph(
        "Seeds \(study.seeds.map(String.init).joined(separator: ", ")); \(study.threadsPerTrial) thread\(study.threadsPerTrial == 1 ? "" : "s") a trial; "
          + "evaluated every \(every) rounds or so. The same program, machine type and thread count give the same numbers, times apart."),
    ]
  }

  /// What was found, in a paragraph.
  public var summary: String {
    let study = results.specification
    let seeds = study.seeds.count
    let length =
      study.budget.map { "\(StudyBudget.text($0.amount)) \($0.unit.rawValue) a run" }
      ?? "\(NumberText.fixed(Double(study.rounds), digits: 0)) rounds"
    var text =
      "\(study.variants.count) variants on '\(study.problem)', \(seeds) seed\(seeds == 1 ? "" : "s") each, \(length) of batch \(study.batchSize)."
    if let tuning = study.tuning { text += " " + tuning.text }
    for counted in results.texts where counted.measure.display.unit == .count {
      guard let all = counted.measure.display.best else { continue }
      let name = "\(NumberText.fixed(all, digits: 0)) \(counted.name)"
      let full = results.variants.filter { $0.summary(of: counted.measure)?.seedsAtBest == seeds }.map(\.variant.label)
      text +=
        full.isEmpty ? " No variant reaches all \(name) in every seed." : " All \(name) in every seed: \(full.joined(separator: ", "))."
      if let reference = results.variants.first(where: { $0.variant.label == results.reference }),
        let worst = reference.summary(of: counted.measure)?.worst, worst < all
      {
        text += " \(results.reference) reaches \(counted.single(worst)) in its worst seed."
      }
    }
    let diverged = results.variants.reduce(0) { $0 + $1.diverged }
    let failed = results.variants.reduce(0) { $0 + $1.failed }
    if diverged > 0 { text += " \(diverged) of \(results.trials.count) trials diverged." }
    if failed > 0 { text += " \(failed) of \(results.trials.count) trials failed." }
    return text
  }
}

extension StudyResults {
  /// The results as a JSON text: sorted keys; numbers that are not finite are text.
  public func json() throws -> String { String(decoding: try StudyFile.data(self), as: UTF8.self) }

  /// Writes `results.json`.
  public func write(to directory: StudyDirectory) throws {
    try StudyFile.write(StudyFile.data(self), to: directory.resultsPath)
  }
}

extension StudyDirectory {
  /// What `results.json` holds; `nil` where there is none.
  ///
  /// - Throws: ``StudyError`` where it cannot be read.
  public func results() throws -> StudyResults? { try StudyFile.read(StudyResults.self, from: resultsPath) }
}

extension StudyReport {
  /// Writes `report.html`, and its drawings as files of their own into `figures/`.
  public func write() throws {
    let page = try page()
    try StudyFile.write(Data(page.html.utf8), to: directory.reportPath)
    try page.writeDrawings(to: directory.figuresPath)
  }
}
