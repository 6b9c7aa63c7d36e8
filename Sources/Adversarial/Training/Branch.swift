/// Where a run left another one: the same run up to a round, and from there on with other parts.
public struct Branch: Codable, Sendable, Equatable, CustomStringConvertible {
  /// The rounds that both have in common.
  public var step: Int
  /// What was changed, as it is written on the command line: `r1-penalty:gamma=1`, `without feature-matching`.
  public var changes: [String]
  /// The SHA-256 digest of the checkpoint that it left.
  public var checkpoint: String

  public init(step: Int, changes: [String], checkpoint: String) {
    self.step = step
    self.changes = changes
    self.checkpoint = checkpoint
  }

  public var description: String { "at step \(step) of \(checkpoint.prefix(12)) with \(changes.joined(separator: ", "))" }
}
