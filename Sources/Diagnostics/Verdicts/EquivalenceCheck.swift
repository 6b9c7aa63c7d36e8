/// What a number says of the claim that the generator's samples are those of the data.
public struct EquivalenceCheck: Sendable, Equatable {
  public enum Outcome: String, Sendable, Codable {
    /// It is where it would be if the claim were true.
    case agrees
    /// It is not, but by so little that nobody would train on for it.
    case tolerable
    /// The claim is wrong.
    case contradicts
    /// It is worth knowing, and speaks neither for the claim nor against it.
    case beside
  }

  public var outcome: Outcome
  public var evidence: Evidence

  public init(_ outcome: Outcome, _ evidence: Evidence) {
    self.outcome = outcome
    self.evidence = evidence
  }
}
