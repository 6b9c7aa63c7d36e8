import Adversarial
import Datasets
import Foundation
import Metrics
import Reports

/// A study's page: tables, samples, and curves.
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

  /// The whole page.
  public func html() throws -> String {
    let tables = StudyTables(results)
    let findings = StudyFindings(results)
    var appendix: [HTMLPage.Block] = []
    if !findings.sentences.isEmpty {
      appendix.append(.heading("Better than \(results.reference)?"))
      appendix += findings.sentences.map { .paragraph($0) }
      appendix.append(.paragraph(findings.caption))
    }
    if let best = findings.bestTable {
      appendix.append(.heading("The best of several runs"))
      appendix.append(.table(best, caption: findings.bestCaption))
    }
    if let differences = tables.differences {
      appendix.append(.heading("Differences to \(results.reference)"))
      appendix.append(.table(differences, caption: tables.differencesCaption))
    }
    appendix.append(.heading("All trials"))
    if let troubles = tables.troubles {
      appendix.append(.table(troubles, caption: "Trials that did not run to their end; each counts in the tables."))
    }
    appendix.append(.table(tables.trials, caption: ""))
    if let failures = tables.failures {
      appendix.append(.table(failures, caption: "Metrics that could not be computed; such an evaluation has no value of them."))
    }
    appendix.append(.heading("How to repeat it"))
    appendix.append(.paragraph(command))
    appendix.append(.paragraph(conditions))
    return HTMLReport(
      title: "\(results.specification.problem): \(results.variants.count) variants compared",
      summary: [summary, shownSeeds].filter { !$0.isEmpty }.joined(separator: " "),
      findings: findings.answers, table: tables.main, tableCaption: tables.caption, furtherTable: tables.further,
      furtherCaption: tables.furtherCaption, scatterPlots: try scatterPlots(), charts: charts,
      images: images(), imageScale: 1, appendix: appendix
    ).html
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

  /// Which seeds the samples below are of; empty where all are shown.
  private var shownSeeds: String {
    let trials = results.specification.trials
    guard results.specification.seeds.count > 1 else { return "" }
    let shown = results.variants.indices.compactMap { variant in
      shownTrial(variant).flatMap { FileManager.default.fileExists(atPath: directory.files(of: trials[$0]).samples) ? $0 : nil }
    }
    let rule =
      results.texts.first.map { "the worst seed in \($0.name), the first of equal ones" } ?? "the first seed that has some"
    let names = shown.map { "\(trials[$0].variant.label) \(trials[$0].seed)" }
    return shown.isEmpty ? "" : "The samples shown are those of \(rule): \(names.joined(separator: ", "))."
  }

  private var conditions: String {
    let study = results.specification
    return
      "Seeds \(study.seeds.map(String.init).joined(separator: ", ")); \(study.threadsPerTrial) thread\(study.threadsPerTrial == 1 ? "" : "s") a trial; "
      + "evaluated every \(NumberText.fixed(Double(study.rounds) / Double(study.evaluationSteps.count), digits: 0)) rounds or so. "
      + "The same program, machine type and thread count give the same numbers, times apart."
  }

  /// The index of the trial whose samples stand for a variant: the worst seed in the first measure; the first of equal ones.
  private func shownTrial(_ variant: Int) -> Int? {
    let seeds = results.specification.seeds.count
    let range = (variant * seeds)..<((variant + 1) * seeds)
    return range.filter { outcomes[$0].result != nil }.min { score($0) < score($1) }
  }

  /// Higher is better; a trial without a value is the worst.
  private func score(_ trial: Int) -> Double {
    guard let measure = results.measures.first, let value = outcomes[trial].result?.evaluations.last?[measure.name] else {
      return -.infinity
    }
    return measure.score(value)
  }

  private func scatterPlots() throws -> [ScatterPlot] {
    let trials = results.specification.trials
    return try results.variants.indices.compactMap { variant in
      guard let index = shownTrial(variant) else { return nil }
      let path = directory.files(of: trials[index]).samples
      guard FileManager.default.fileExists(atPath: path) else { return nil }
      let file = try NPYFile(reading: path)
      return ScatterPlot(
        title: trials[index].variant.label, samples: file.floats, dimension: file.shape.dropFirst().reduce(1, *),
        centers: modes?.centers ?? [], standardDeviation: modes?.standardDeviation ?? 0, colorIndex: variant)
    }
  }

  /// Grids of real samples, and of the samples of every trial: a row a variant, or one row of all where there is one seed.
  private func images() -> [[(png: [UInt8], label: String)]] {
    let seeds = results.specification.seeds.count
    func image(_ path: String, _ label: String) -> (png: [UInt8], label: String)? {
      FileManager.default.contents(atPath: path).map { (Array($0), label) }
    }
    let trials = results.specification.trials
    let rows = results.variants.indices.map { variant in
      trials[(variant * seeds)..<((variant + 1) * seeds)].compactMap { trial in
        image(directory.files(of: trial).image, "\(trial.variant.label), seed \(trial.seed)")
      }
    }.filter { !$0.isEmpty }
    guard !rows.isEmpty, let real = image(directory.realImagePath, results.hasHeldOut ? "real, held out" : "real") else { return rows }
    return seeds == 1 ? [[real] + rows.flatMap { $0 }] : [[real]] + rows
  }

  /// Two fit side by side on a page.
  private static let chartWidth = 512.0

  /// The course of the measures of the metrics that decide, and of the losses.
  private var charts: [LineChart] {
    let deciding = Set(results.measures.filter(\.isPrimary).map(\.metric))
    var charts = results.texts.filter { deciding.contains($0.measure.metric) }.map(chart)
    for (name, title) in [("discriminator.loss", "Discriminator's loss"), ("generator.loss", "Generator's loss")] {
      let series = outcomes.compactMap { $0.result }.compactMap { result in
        result.curves.first { $0.name == name }.map {
          LineChart.Series(label: result.variant, values: $0.values, steps: $0.steps)
        }
      }
      guard !series.isEmpty else { continue }
      charts.append(LineChart(title: title, series: series, xLabel: "round", yRange: Self.robustRange(series), width: Self.chartWidth))
    }
    return charts
  }

  private func chart(_ text: MeasureText) -> LineChart {
    let (measure, display) = (text.measure, text.measure.display)
    let series = outcomes.compactMap { $0.result }.map { result in
      LineChart.Series(
        label: result.variant,
        points: result.evaluations.map { PlotPoint(x: Double($0.step), y: $0[measure.name].map { $0 * display.scale } ?? .nan) })
    }
    var references: [LineChart.Reference] = []
    if let best = display.best, display.unit == .count {
      references.append(LineChart.Reference(value: best, label: "all \(text.name)"))
    } else if let null = measure.null {
      references.append(LineChart.Reference(value: null.mean * display.scale, label: "real data"))
    }
    let range = display.best.map { 0...($0 * display.scale * 1.16) }
    return LineChart(
      title: text.title.prefix(1).uppercased() + text.title.dropFirst(), series: series, xLabel: "round", yRange: range,
      references: references, width: Self.chartWidth)
  }

  /// A range that a few extreme values, such as those of the first rounds, do not stretch: the middle 98 %, with air.
  static func robustRange(_ series: [LineChart.Series]) -> ClosedRange<Double>? {
    let values = series.flatMap { $0.points.map(\.y) }.filter(\.isFinite).sorted()
    guard let first = values.first, let last = values.last, first < last else { return nil }
    let cut = values.count / 100
    let (low, high) = (values[cut], values[values.count - 1 - cut])
    guard low < high else { return nil }
    let air = (high - low) * 0.06
    return max(first, low - air)...min(last, high + air)
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

extension StudyReport {
  /// Writes `report.html`.
  public func write() throws {
    try StudyFile.write(Data(html().utf8), to: directory.reportPath)
  }
}
