import Rival

/// The drawings of a diagnosis: the losses, what each diagnostic has to show, and the path from an earlier checkpoint.
enum DiagnosisPlots {
  /// Fits a narrow screen, and three side by side on a wide one.
  private static let width = 368.0

  /// The drawings as SVG elements, in order.
  static func figures(of diagnosis: Diagnosis, path: DiagnosisPath?) -> [String] {
    let plots: [any Plot] = [losses(diagnosis.record.history)].compactMap { $0 } + diagnosis.plots
    return plots.map { plot in
      var plot = plot
      plot.width = min(plot.width, width)
      return plot.svg
    } + (path.map { [chart($0)] } ?? [])
  }

  /// Means over equal stretches: what single rounds do is noise.
  private static func losses(_ history: History) -> LineChart? {
    let steps = history.steps
    guard steps.count >= 2 else { return nil }
    let stretch = max(1, steps.count / 200)
    let series = history.names.filter { $0.hasSuffix(".loss") }.compactMap { name -> LineChart.Series? in
      guard let values = history[name] else { return nil }
      let points = stride(from: 0, to: steps.count - stretch + 1, by: stretch).map { start in
        PlotPoint(x: Double(steps[start + stretch - 1]), y: values[start..<start + stretch].reduce(0, +) / Double(stretch))
      }
      return LineChart.Series(label: String(name.dropLast(".loss".count)), points: points)
    }
    let values = series.flatMap { $0.points.map(\.y) }
    return LineChart(title: "Losses", series: series, xLabel: "round", isYLogarithmic: BandChart.isBetterLogarithmic(values))
  }

  private static func chart(_ path: DiagnosisPath) -> String {
    PathChart(
      title: "Path from step \(path.fromStep)",
      points: path.profile.points.map { .init(position: $0.position, cosine: $0.cosine, norm: $0.norm) }, width: width
    ).svg
  }
}
