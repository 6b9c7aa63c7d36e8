import Rival

/// The page of a diagnosis: the verdict, a line for each diagnostic, and the plots that people look at.
struct DiagnosisPage {
  let page: HTMLPage

  /// - Parameters:
  ///   - title: what was examined.
  ///   - path: the line from an earlier checkpoint, where one was named.
  init(title: String, text: DiagnosisText, trainer: Trainer, path: DiagnosisPath?) throws {
    let figures = DiagnosisPlots.figures(of: text.diagnosis, path: path)
    var blocks: [HTMLPage.Block] = [.paragraph("Step \(trainer.step), batch size \(trainer.batchSize), seed \(trainer.seed).")]
    for finding in text.diagnosis.findings {
      blocks.append(.heading("\(finding.verdict.rawValue) (confidence \(NumberText.fixed(finding.confidence, digits: 2)))"))
      blocks.append(.paragraph(finding.verdict.meaning))
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
    }
    if !figures.isEmpty {
      blocks.append(.heading("What was recorded"))
      blocks.append(.figures(svgs: figures, caption: ""))
    }
    blocks.append(.heading("What each diagnostic says"))
    blocks.append(
      .table(
        TextTable(
          [.left("diagnostic"), .left("level"), .left("reading")],
          rows: text.lines.map { [$0.diagnostic, $0.level.rawValue, $0.sentence] }
            + (path.map { [["path", "fine", $0.profile.summary]] } ?? [])),
        caption: ""))
    if !trainer.diagnosticFailures.isEmpty {
      blocks.append(
        .table(
          TextTable([.left("says nothing"), .left("because")], rows: trainer.diagnosticFailures.map { [$0.name, $0.reason] }),
          caption: ""))
    }
    let shape = trainer.samples.sampleShape
    if PNGImage.canHold(shape) {
      let grid = try PNGImage.grid(samples: trainer.sample(64).scalars(), shape: shape).encoded()
      blocks.append(.heading("Samples"))
      blocks.append(.gallery(Gallery(rows: [.init("", [Picture(.image(png: grid, scale: 1), label: "generated samples")])])))
    } else if shape == [2] {
      blocks.append(.heading("Samples"))
      blocks.append(.figure(svg: try DiagnosisPage.scatter(trainer), caption: ""))
    }
    page = HTMLPage(title: title, blocks: blocks)
  }

  private static func scatter(_ trainer: Trainer) throws -> String {
    let values = try trainer.sample(1_000).scalars()
    let points = stride(from: 0, to: values.count, by: 2).map { PlotPoint(x: Double(values[$0]), y: Double(values[$0 + 1])) }
    let circles = (trainer.samples.modes?.centers ?? []).map {
      ScatterPlot.Circle(
        center: PlotPoint(x: Double($0[0]), y: Double($0[1])), radius: 3 * Double(trainer.samples.modes?.standardDeviation ?? 0))
    }
    return ScatterPlot(title: "Samples and modes", points: points, circles: circles).svg
  }
}
