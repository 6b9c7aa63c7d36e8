import Adversarial
import Components
import Networks
import Tensors

/// Goes back to the last good state with smaller steps where a number is no longer finite, a few times at most.
///
/// Until then it changes nothing. Every rollback multiplies all later updates, and with them the learning rates, by one factor:
/// θ ← θ + fᵏ·Δθ after k rollbacks.
///
/// ```swift
/// Rollback(budget: 3, learningRateFactor: 0.5)
/// ```
public struct Rollback: Recovery {
  public static let name = "rollback"
  public static let summary = "Goes back to the last good state with a smaller learning rate where a number is no longer finite."
  public static let equation = "theta = theta + factor^rollbacks update"
  public static let reference = "lightweight-gan's reloading after NaN, with a bound on the retries"
  public static let fieldDescriptions = [
    "budget": "How often a run may go back before it ends, 1 or more; 3 by default",
    "learningRateFactor": "The factor f of all later updates, in (0, 1]; 0.5 by default",
  ]

  /// How often a run may go back before it ends, 1 or more; 3 by default.
  public var budget: Int = 3
  /// f, in (0, 1]; 0.5 by default.
  public var learningRateFactor: Double = 0.5

  public init() {}

  public init(budget: Int, learningRateFactor: Double = 0.5) {
    self.budget = budget
    self.learningRateFactor = learningRateFactor
  }

  public func validateFields() throws {
    guard budget >= 1 else {
      throw ComponentError(component: Self.name, field: "budget", value: budget, expected: "at least 1")
    }
    guard learningRateFactor > 0, learningRateFactor <= 1 else {
      throw ComponentError(component: Self.name, field: "learningRateFactor", value: learningRateFactor, expected: "in (0, 1]")
    }
  }

  public func review(_ gan: GAN) -> [Notice] {
    guard gan.heuristics.count(where: { $0 is any Recovery }) > 1 else { return [] }
    return [Notice(.error, "there is more than one heuristic that recovers a run, and each would choose a state; keep one")]
  }

  public func updated(_ parameters: Parameters, of player: Player, in round: Round) throws -> Parameters {
    let used = try round.persistent("used", initial: Tensor(int32: [0], shape: []))
    let factor = try round.persistent("factor", initial: Tensor([1], shape: []))
    round.record("rollback.used", used.converted(to: .float32))
    return round.parameters(of: player).zipped(with: parameters) { before, after in
      let scale = factor.converted(to: after.dtype)
      // The very same bytes as without this heuristic, as long as it is not needed.
      return select(used.isGreater(than: 0), before + scale * (after - before), after)
    }
  }

  public func recovered(from failure: NumericFailure, good: Parameters, failed: Parameters) throws -> Parameters? {
    let path = StatePath.heuristic(Self.name)
    guard let used = try failed[path + "used"]?.scalars().first, let factor = try failed[path + "factor"]?.scalars().first,
      Int(used) < budget
    else { return nil }
    var state = good
    state[path + "used"] = Tensor(int32: [Int32(used) + 1], shape: [])
    state[path + "factor"] = Tensor([factor * Float(learningRateFactor)], shape: [])
    return state
  }
}
