/// One verdict with what speaks for it.
public struct Finding: Sendable, Equatable {
  public var verdict: ConvergenceVerdict
  /// How sure the rule is, in 0…1: the share of its conditions that hold with a margin, or one minus the p-value that decides.
  public var confidence: Double
  /// The numbers that triggered it.
  public var evidence: [Evidence]
  /// What to try next, best first.
  public var advice: [Advice]

  public init(_ verdict: ConvergenceVerdict, confidence: Double, evidence: [Evidence], advice: [Advice] = []) {
    self.verdict = verdict
    self.confidence = min(1, max(0, confidence))
    self.evidence = evidence
    self.advice = advice
  }
}

/// A number that a verdict rests on.
public struct Evidence: Sendable, Equatable {
  /// `diagnostic.reading`, or the name of a derived number.
  public var name: String
  public var value: Double
  /// What the value is held against: `below 0.537 expected by chance`.
  public var threshold: String

  public init(_ name: String, _ value: Double, _ threshold: String) {
    self.name = name
    self.value = value
    self.threshold = threshold
  }
}

/// Something to try next.
public struct Advice: Sendable, Equatable {
  /// One sentence.
  public var text: String
  /// Components to add, as the command line takes them; empty where the advice is of another kind.
  public var components: [String]

  public init(_ text: String, components: [String] = []) {
    self.text = text
    self.components = components
  }
}
