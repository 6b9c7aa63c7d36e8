import Adversarial
import Reports

/// Readings as curves.
extension RunRecord {
  /// At most this many points are drawn of a curve.
  private static let pointLimit = 400

  /// A reading over time, thinned out to what an eye can tell apart.
  public func points(_ column: ReadingColumn) -> [BandChart.Point] {
    let series = series(column)
    let stride = max(1, (series.steps.count + Self.pointLimit - 1) / Self.pointLimit)
    return Swift.stride(from: 0, to: series.steps.count, by: stride).map {
      BandChart.Point(step: Double(series.steps[$0]), value: series.values[$0])
    }
  }

  /// A chart of readings over time; `nil` where none has been read twice.
  ///
  /// - Parameters:
  ///   - series: what is drawn, each with its label.
  ///   - band: where the values would lie if there were nothing to find.
  ///   - references: values worth a line.
  ///   - isYLogarithmic: whether the values have a logarithmic axis; `false` by default.
  ///   - yRange: the range of the values; that of all that is shown by default.
  public func chart(
    _ title: String, _ series: [(column: ReadingColumn, label: String)], band: BandChart.Band? = nil,
    references: [LineChart.Reference] = [], isYLogarithmic: Bool = false, yRange: ClosedRange<Double>? = nil
  ) -> BandChart? {
    let drawn = series.map { BandChart.Series(label: $0.label, points: points($0.column)) }.filter { $0.points.count >= 2 }
    guard !drawn.isEmpty else { return nil }
    return BandChart(
      title: title, series: drawn, band: band, references: references, isYLogarithmic: isYLogarithmic, yRange: yRange)
  }
}

extension NullInterval {
  /// The interval as a band of a chart; `nil` where an end is missing.
  public func band(label: String) -> BandChart.Band? {
    guard let lower, let upper, lower <= upper else { return nil }
    return BandChart.Band(lower...upper, label: label)
  }
}
