/// One part of a ``NetworkGame``.
public enum NetworkGamePart: Sendable {
  case network(NamedNetwork)
  case side(Side)
  case objective(any Objective)
  case updateRule(any UpdateRule)
  case heuristic(any Heuristic)
  case diagnostic(any Observer)
}

/// Collects the parts of a ``NetworkGame``. Takes `if`, `else`, `for`, optionals and arrays.
@resultBuilder
public enum NetworkGameBuilder {
  public static func buildExpression(_ part: NamedNetwork) -> [NetworkGamePart] { [.network(part)] }
  public static func buildExpression(_ parts: [NamedNetwork]) -> [NetworkGamePart] { parts.map { .network($0) } }
  public static func buildExpression(_ part: Side) -> [NetworkGamePart] { [.side(part)] }
  public static func buildExpression(_ part: any Objective) -> [NetworkGamePart] { [.objective(part)] }
  public static func buildExpression(_ part: any UpdateRule) -> [NetworkGamePart] { [.updateRule(part)] }
  public static func buildExpression(_ part: any Heuristic) -> [NetworkGamePart] { [.heuristic(part)] }
  public static func buildExpression(_ parts: [any Heuristic]) -> [NetworkGamePart] { parts.map { .heuristic($0) } }
  public static func buildExpression(_ part: any Observer) -> [NetworkGamePart] { [.diagnostic(part)] }
  public static func buildExpression(_ parts: [any Observer]) -> [NetworkGamePart] { parts.map { .diagnostic($0) } }

  @available(
    *, unavailable, message: "a game holds named networks, sides, an objective, an update rule, heuristics and diagnostics"
  )
  public static func buildExpression<Other>(_ other: Other) -> [NetworkGamePart] { [] }

  public static func buildBlock() -> [NetworkGamePart] { [] }
  public static func buildPartialBlock(first: [NetworkGamePart]) -> [NetworkGamePart] { first }
  public static func buildPartialBlock(accumulated: [NetworkGamePart], next: [NetworkGamePart]) -> [NetworkGamePart] { accumulated + next }
  public static func buildOptional(_ parts: [NetworkGamePart]?) -> [NetworkGamePart] { parts ?? [] }
  public static func buildEither(first: [NetworkGamePart]) -> [NetworkGamePart] { first }
  public static func buildEither(second: [NetworkGamePart]) -> [NetworkGamePart] { second }
  public static func buildArray(_ groups: [[NetworkGamePart]]) -> [NetworkGamePart] { groups.flatMap { $0 } }
}
