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

  /// The diagnostic, or which of its subjects.
  public var diagnostic: String
  public var level: Level
  /// The sentence.
  public var text: String
  /// What to try; `nil` where there is nothing to do.
  public var advice: Advice?

  public init(_ diagnostic: String, _ level: Level, _ text: String, advice: Advice? = nil) {
    self.diagnostic = diagnostic
    self.level = level
    self.text = text
    self.advice = advice
  }

  /// The sentence, and what to try.
  public var sentence: String { text + (advice.map { " " + $0.text } ?? "") }
}
