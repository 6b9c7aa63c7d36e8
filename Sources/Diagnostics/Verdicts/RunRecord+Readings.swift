import Adversarial

/// Readings by column.
extension RunRecord {
  /// The last value of a reading; `nil` where there is none or it is not finite.
  public func latest(_ column: ReadingColumn) -> Double? {
    observations.latest(column).flatMap { $0.isFinite ? $0 : nil }
  }

  /// The last null of a reading; `nil` where it has none.
  public func null(of column: ReadingColumn) -> NullInterval? { observations.null(of: column) }

  /// The finite values of a reading, and their rounds.
  public func series(_ column: ReadingColumn) -> (steps: [Int], values: [Double]) { observations.series(column) }

  /// The finite values of a reading in the last part of the run, and their rounds.
  ///
  /// - Parameter share: how much of the run counts as its last part, in 0…1.
  public func recent(_ column: ReadingColumn, share: Double = 0.5) -> (steps: [Int], values: [Double]) {
    let series = series(column)
    let from = Double(step) * (1 - share)
    let first = series.steps.firstIndex { Double($0) > from } ?? series.steps.count
    return (Array(series.steps[first...]), Array(series.values[first...]))
  }

  /// What a diagnostic has read, in its order, without the columns of nulls; empty where it has read nothing.
  public func columns(of diagnostic: String) -> [ReadingColumn] {
    let names = observations[diagnostic]?.names ?? []
    return names.filter { name in !["mean", "lower", "upper"].contains { name.hasSuffix("null.\($0)") } }.map {
      ReadingColumn(diagnostic: diagnostic, reading: $0)
    }
  }
}
