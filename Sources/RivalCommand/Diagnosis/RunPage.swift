import Rival

/// The page of a run: its pictures, what was recorded, and, where diagnostics looked, the verdict and a line for each of them.
struct RunPage {
  let page: HTMLPage

  /// - Parameters:
  ///   - title: what is shown.
  ///   - text: what is said of it; shown where something was observed, or the run failed.
  ///   - frames: the folder with the frames of the run's film; `nil` for none.
  ///   - film: the address of the moving picture, relative to the page; `nil` for none.
  ///   - path: the line from an earlier checkpoint, where one was named.
  init(title: String, text: DiagnosisText, trainer: Trainer, frames: String?, film: String? = nil, path: DiagnosisPath? = nil) throws {
    let isDiagnosed = !trainer.observations.isEmpty || trainer.failure != nil
    var blocks: [HTMLPage.Block] = [.paragraph("Step \(trainer.step), batch size \(trainer.batchSize), seed \(trainer.seed).")]
    blocks += try RunPictures(trainer, frames: frames, film: film).blocks()
    if isDiagnosed { blocks += Self.findings(text) }
    let figures = DiagnosisPlots.figures(of: text.diagnosis, path: path)
    if !figures.isEmpty {
      blocks.append(.heading("What was recorded"))
      blocks.append(.figures(svgs: figures, caption: "Values are under the pointer."))
    }
    if isDiagnosed { blocks += Self.readings(text, trainer, path) }
    page = HTMLPage(title: title, blocks: blocks)
  }

  /// The verdict, what it means, what speaks for it, and what to try.
  private static func findings(_ text: DiagnosisText) -> [HTMLPage.Block] {
    text.diagnosis.findings.flatMap { finding -> [HTMLPage.Block] in
      var blocks: [HTMLPage.Block] = [
        .heading("\(finding.verdict.rawValue) (confidence \(NumberText.fixed(finding.confidence, digits: 2)))"),
        .paragraph(finding.verdict.meaning),
      ]
      if !finding.evidence.isEmpty {
        blocks.append(
          .table(
            TextTable(
              [.left("evidence"), .right("value"), .left("held against")],
              rows: finding.evidence.map { [$0.name, NumberText.significant($0.value, digits: 4), $0.threshold] }), caption: ""))
      }
      for advice in finding.advice {
        let parts = advice.components.map { "\(DiagnosisText.option(for: $0)) \($0)" }.joined(separator: " or ")
        blocks.append(.paragraph("Try: " + advice.text + (parts.isEmpty ? "" : " (\(parts))")))
      }
      return blocks
    }
  }

  /// A line for each diagnostic, and those that could not be computed.
  private static func readings(_ text: DiagnosisText, _ trainer: Trainer, _ path: DiagnosisPath?) -> [HTMLPage.Block] {
    var blocks: [HTMLPage.Block] = [
      .heading("What each diagnostic says"),
      .table(
        TextTable(
          [.left("diagnostic"), .left("level"), .left("reading")],
          rows: text.lines.map { [$0.diagnostic, $0.level.rawValue, $0.sentence] }
            + (path.map { [["path", "fine", $0.profile.summary]] } ?? [])),
        caption: ""),
    ]
    if !trainer.diagnosticFailures.isEmpty {
      blocks.append(
        .table(
          TextTable([.left("says nothing"), .left("because")], rows: trainer.diagnosticFailures.map { [$0.name, $0.reason] }),
          caption: ""))
    }
    return blocks
  }
}
