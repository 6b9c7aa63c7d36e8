import Metrics
import Reports

extension StudyResults {
  /// A plot for each measure that decides or is counted out of so many: every run of every variant, medians and their intervals, and real data.
  var forestPlots: [ForestPlot] {
    texts.filter { $0.measure.isPrimary || ($0.measure.display.unit == .count && $0.measure.display.best != nil) }.map { text in
      let scale = text.measure.display.scale
      let rows = variants.enumerated().map { index, variant -> ForestPlot.Row in
        let summary = variant.summary(of: text.measure)
        let values = (summary?.values ?? []).compactMap { $0.map { $0 * scale } }
        var interval: ClosedRange<Double>?
        if let median = summary?.median, median.isFull, let lower = median.lower, let upper = median.upper {
          interval = (lower * scale)...(upper * scale)
        }
        return ForestPlot.Row(
          label: variant.variant.label, values: values, missing: specification.seeds.count - values.count,
          median: summary?.median?.median.map { $0 * scale }, interval: interval, colorIndex: index)
      }
      let null = text.measure.null.map { ((min($0.lower, $0.upper) * scale)...(max($0.lower, $0.upper) * scale), "real data") }
      let title = text.title.prefix(1).uppercased() + text.title.dropFirst()
      return ForestPlot(title: title, rows: rows, band: null.map { (range: $0.0, label: $0.1) }, width: 512)
    }
  }

  /// How ``forestPlots`` are to be read.
  var forestCaption: String {
    "A dot is a run, a diamond the median"
      + (specification.seeds.count >= 6 ? ", a bar its interval" : "; below six seeds there are no intervals of 95 %") + "."
  }
}
