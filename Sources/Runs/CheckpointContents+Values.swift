import Checkpoints

extension CheckpointContents {
  /// The last value of a recorded column: of the history, such as `generator.loss`, or of a diagnostic, such as `coverage/modes`.
  ///
  /// - Returns: `nil` where the checkpoint has no such column, or nothing in it.
  public func lastValue(of column: String) -> Double? {
    let path = column.contains("/") ? "metrics/\(column)" : "metrics/train/\(column)"
    return try? tensor(path)?.values(as: Double.self).last
  }

  /// The names by which ``lastValue(of:)`` knows the recorded columns.
  public var recordedColumns: [String] {
    tensors.map(\.path).filter { $0.hasPrefix("metrics/") && !$0.hasSuffix("/step") }.map { path in
      path.hasPrefix("metrics/train/") ? String(path.dropFirst("metrics/train/".count)) : String(path.dropFirst("metrics/".count))
    }
  }
}
