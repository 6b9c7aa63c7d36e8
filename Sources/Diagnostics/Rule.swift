import Components

/// Reads a record and says what it finds: the part of a diagnosis that judges.
///
/// A ``Diagnostic`` judges its own readings. What weighs those of several against each other is a rule of its own, and a part like any other:
///
/// ```swift
/// struct TooSlow: Rule {
///   static let name = "too-slow"
///   static let summary = "Finds runs that cycle although their steps are small."
///   func findings(in record: RunRecord) -> [Finding] { … }
/// }
/// ```
public protocol Rule: Component {
  /// What the record shows, as a function of it alone; empty where nothing is found. A finding of `inconclusive` says what is known and
  /// what to try where no rule finds anything else.
  func findings(in record: RunRecord) -> [Finding]
}

extension Rule {
  public func findings(in record: RunRecord) -> [Finding] { [] }
}

extension Registry {
  /// All rules with their default fields, diagnostics among them, in order of registration: who is asked in a diagnosis.
  public var rules: [any Rule] { names.compactMap { ((try? type(named: $0)) as? any Rule.Type)?.init() } }

  /// All diagnostics with their default fields, in order of registration.
  public var diagnostics: [any Diagnostic] { rules.compactMap { $0 as? any Diagnostic } }
}
