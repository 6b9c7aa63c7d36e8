/// What a diagnostic says in one line: the reading with what it is held against, what it means, and what to try.
public struct ReadingLine: Sendable, Equatable {
  public enum Level: String, Sendable, Codable {
    /// As it should be, or nothing to hold it against.
    case fine
    /// Worth knowing.
    case note
    /// Something to act on.
    case alarm
  }

  /// The diagnostic.
  public var diagnostic: String
  public var level: Level
  /// The sentence.
  public var text: String

  public init(_ diagnostic: String, _ level: Level, _ text: String) {
    self.diagnostic = diagnostic
    self.level = level
    self.text = text
  }
}

extension RunRecord {
  /// A line for every diagnostic that has read something, in the order of the table.
  public var lines: [ReadingLine] {
    [
      adversaryLine, outputsLine, overfittingLine, distanceLine, frechetLine, modesLine, coverageLine, saturationLine, gradientLine,
      layerLine, oscillationLine, spectrumLine, rotationLine, equilibriumLine, gapLine, memorizationLine, stopLine, reproducibilityLine,
    ].compactMap { $0 }
  }
}
