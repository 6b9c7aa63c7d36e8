import Components
import Networks

/// One part of a composition.
public enum GANPart: Sendable {
  case generator(Generator)
  case discriminator(Discriminator)
  case loss(any Loss)
  case optimizer(any Optimizer, Player?)
  case updateRule(any UpdateRule)
  case heuristic(any Heuristic)
  case diagnostic(any Observer)
}

/// Collects the parts of a ``GAN``. Takes `if`, `else`, `for`, optionals and arrays of heuristics.
@resultBuilder
public enum GANBuilder {
  public static func buildExpression(_ part: Generator) -> [GANPart] { [.generator(part)] }
  public static func buildExpression(_ part: Discriminator) -> [GANPart] { [.discriminator(part)] }
  public static func buildExpression(_ part: any Loss) -> [GANPart] { [.loss(part)] }
  public static func buildExpression(_ part: any Optimizer) -> [GANPart] { [.optimizer(part, nil)] }
  public static func buildExpression(_ part: PlayerOptimizer) -> [GANPart] { [.optimizer(part.optimizer, part.player)] }
  public static func buildExpression(_ part: any UpdateRule) -> [GANPart] { [.updateRule(part)] }
  public static func buildExpression(_ part: any Heuristic) -> [GANPart] { [.heuristic(part)] }
  public static func buildExpression(_ part: any Observer) -> [GANPart] { [.diagnostic(part)] }
  public static func buildExpression(_ parts: [any Observer]) -> [GANPart] { parts.map { .diagnostic($0) } }
  public static func buildExpression(_ parts: [any Heuristic]) -> [GANPart] { parts.map { .heuristic($0) } }
  public static func buildExpression(_ part: (any Heuristic)?) -> [GANPart] { part.map { [.heuristic($0)] } ?? [] }
  @available(
    *, unavailable,
    message: "a GAN holds a Generator, a Discriminator, a loss, optimizers, an update rule, heuristics and diagnostics"
  )
  public static func buildExpression<Other>(_ other: Other) -> [GANPart] { [] }

  public static func buildBlock() -> [GANPart] { [] }
  public static func buildPartialBlock(first: [GANPart]) -> [GANPart] { first }
  public static func buildPartialBlock(accumulated: [GANPart], next: [GANPart]) -> [GANPart] { accumulated + next }
  public static func buildOptional(_ parts: [GANPart]?) -> [GANPart] { parts ?? [] }
  public static func buildEither(first: [GANPart]) -> [GANPart] { first }
  public static func buildEither(second: [GANPart]) -> [GANPart] { second }
  public static func buildArray(_ groups: [[GANPart]]) -> [GANPart] { groups.flatMap { $0 } }
  public static func buildLimitedAvailability(_ parts: [GANPart]) -> [GANPart] { parts }
}
