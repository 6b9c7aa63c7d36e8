import Metrics
import Reports

/// What a study recorded over the rounds, as charts: for each variant the median of its runs, and the range that they span.
struct StudyCurves {
  let results: StudyResults
  let outcomes: [TrialOutcome]

  /// Fits a narrow screen, and three side by side on a wide one.
  static let width = 368.0
  /// Up to so many runs the band reaches from the lowest to the highest; of more it holds the middle half.
  static let mostForRange = 6

  /// How the charts are to be read.
  var caption: String {
    let seeds = results.specification.seeds.count
    guard seeds > 1 else { return "One run of each variant. Values are under the pointer." }
    return "Lines: the median over the seeds that played so far, as in the tables. Bands: "
      + (seeds <= Self.mostForRange ? "from the lowest to the highest." : "the middle half of the seeds.")
      + " Values are under the pointer."
  }

  /// The course of the measures of the metrics that decide, of the losses, and of the other measures.
  var charts: [BandChart] {
    let deciding = Set(results.measures.filter(\.isPrimary).map(\.metric))
    let texts = results.texts
    let losses = [("discriminator.loss", "Discriminator's loss"), ("generator.loss", "Generator's loss")].compactMap(loss)
    return texts.filter { deciding.contains($0.measure.metric) }.map(chart) + losses
      + texts.filter { !deciding.contains($0.measure.metric) }.map(chart)
  }

  private func chart(_ text: MeasureText) -> BandChart {
    let (measure, display) = (text.measure, text.measure.display)
    let series = series { result in
      result.evaluations.map { ($0.step, $0[measure.name].map { $0 * display.scale } ?? .nan) }
    }
    let shown = series.flatMap { $0.points.flatMap { [$0.value, $0.interval?.upperBound ?? $0.value] } }.filter(\.isFinite)
    let isLogarithmic = BandChart.isBetterLogarithmic(series.flatMap { $0.points.map(\.value) })
    // All that there can be is shown where the runs come near it, and otherwise what they do.
    let best = (display.best ?? .nan) * display.scale
    let most = shown.max() ?? 0
    let range: ClosedRange<Double>? = isLogarithmic || !best.isFinite ? nil : 0...(most > best / 4 ? best : max(most, best / 1_000)) * 1.08
    let isCount = display.unit == .count && best.isFinite
    return BandChart(
      title: text.title.prefix(1).uppercased() + text.title.dropFirst(), series: series,
      band: isCount
        ? nil
        : measure.null.map { null in
          let ends = (null.lower * display.scale)...(max(null.lower, null.upper) * display.scale)
          return BandChart.Band(ends, label: "real data: \(text.mean(null.lower)) to \(text.mean(null.upper))")
        }, references: isCount ? [LineChart.Reference(value: best, label: "all")] : [], xLabel: "round", isYLogarithmic: isLogarithmic,
      yRange: range, width: Self.width, height: 260)
  }

  private func loss(_ name: String, _ title: String) -> BandChart? {
    let series = series { result in
      result.curves.first { $0.name == name }.map { Array(zip($0.steps, $0.values)) } ?? []
    }
    guard series.contains(where: { !$0.points.isEmpty }) else { return nil }
    let values = series.flatMap { $0.points.map(\.value) }
    let isLogarithmic = BandChart.isBetterLogarithmic(values)
    return BandChart(
      title: title, series: series, xLabel: "round", isYLogarithmic: isLogarithmic, yRange: isLogarithmic ? nil : Self.robustRange(values),
      width: Self.width, height: 260)
  }

  /// One series a variant: at each step the median of the runs that have a value there, and the range that they span where there are several.
  private func series(_ values: (TrialResult) -> [(step: Int, value: Double)]) -> [BandChart.Series] {
    results.variants.map { variant in
      var found: [Int: [Double]] = [:]
      for result in outcomes.compactMap(\.result) where result.variant == variant.variant.label {
        for (step, value) in values(result) where value.isFinite { found[step, default: []].append(value) }
      }
      return BandChart.Series(
        label: variant.variant.label,
        points: found.keys.sorted().map { step in
          let values = found[step, default: []].sorted()
          return BandChart.Point(step: Double(step), value: Statistics.median(values), interval: Self.range(values))
        })
    }
  }

  /// The range of a few sorted values, the middle half of many; `nil` for one.
  static func range(_ sorted: [Double]) -> ClosedRange<Double>? {
    guard sorted.count > 1, let first = sorted.first, let last = sorted.last else { return nil }
    if sorted.count <= mostForRange { return first...last }
    let (low, high) = (Statistics.quantile(sorted: sorted, 0.25), Statistics.quantile(sorted: sorted, 0.75))
    return low...max(low, high)
  }

  /// A range that a few extreme values, such as those of the first rounds, do not stretch: the middle 98 %, with air.
  static func robustRange(_ values: [Double]) -> ClosedRange<Double>? {
    let values = values.filter(\.isFinite).sorted()
    guard let first = values.first, let last = values.last, first < last else { return nil }
    let cut = values.count / 100
    let (low, high) = (values[cut], values[values.count - 1 - cut])
    guard low < high else { return nil }
    let air = (high - low) * 0.06
    return max(first, low - air)...min(last, high + air)
  }
}
