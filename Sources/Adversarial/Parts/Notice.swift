/// What a component has to say about a composition.
public struct Notice: Sendable, Hashable, CustomStringConvertible {
  public enum Severity: String, Sendable, Codable {
    /// The composition is refused.
    case error
    /// The composition is allowed, but unlikely to do what was meant.
    case warning
  }

  public var severity: Severity
  /// What is wrong, why, and what to try.
  public var message: String
  /// Where that is shown.
  public var reference: String

  public init(_ severity: Severity, _ message: String, reference: String = "") {
    self.severity = severity
    self.message = message
    self.reference = reference
  }

  public var description: String { message + (reference.isEmpty ? "" : " (\(reference))") }
}
