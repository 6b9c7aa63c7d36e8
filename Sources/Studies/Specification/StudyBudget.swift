import Adversarial
import Components

/// What each run of a study may spend. A variant plays as many rounds as fit, so that a trick whose rounds cost more plays fewer.
public struct StudyBudget: Codable, Sendable, Hashable, CustomStringConvertible {
  /// What is spent.
  public enum Unit: String, Codable, Sendable, CaseIterable {
    /// Moves of the discriminator.
    case discriminatorUpdates
    /// Moves of the generator.
    case generatorUpdates
    /// Floating-point operations, as `RoundCost` counts them.
    case operations
    /// Seconds of training, from the time of a round that is measured once, before the study begins.
    case seconds
  }

  /// What is spent.
  public var unit: Unit
  /// How much of it, above 0.
  public var amount: Double

  /// Creates a budget.
  ///
  /// - Throws: ``StudyError`` where the amount is not above 0, or not finite.
  public init(_ amount: Double, of unit: Unit) throws {
    guard amount > 0, amount.isFinite else { throw StudyError("the budget is \(amount) \(unit.rawValue), but must be above 0") }
    self.unit = unit
    self.amount = amount
  }

  /// The budget that `text` writes, such as `operations=2e12`.
  ///
  /// - Throws: ``StudyError`` where the unit or the amount is wrong.
  public init(parsing text: String) throws {
    let parts = text.split(separator: "=", maxSplits: 1).map { VariantList.trimmed(String($0)) }
    guard parts.count == 2, let amount = Double(parts[1]) else {
      throw StudyError("the budget '\(text)' must be a unit and an amount, such as operations=2e12")
    }
    try self.init(amount, of: Self.unit(named: parts[0]))
  }

  /// The unit of that name.
  ///
  /// - Throws: ``StudyError`` that names the nearest one.
  public static func unit(named name: String) throws -> Unit {
    guard let unit = Unit(rawValue: name) else {
      throw StudyError("a budget is not counted in '\(name)'" + Registry.suggestion(name, Unit.allCases.map(\.rawValue), ""))
    }
    return unit
  }

  /// As ``init(parsing:)`` takes it.
  public var description: String { "\(unit.rawValue)=\(Self.text(amount))" }

  /// An amount, whole ones without a fraction.
  package static func text(_ amount: Double) -> String { Int(exactly: amount).map(String.init) ?? "\(amount)" }

  /// How many rounds of a variant fit.
  ///
  /// - Parameters:
  ///   - label: the variant's label, for messages.
  ///   - secondsPerRound: measures the time of a round; called where that is what counts.
  /// - Throws: ``StudyError`` where not one round fits, or the game has no such player; what `secondsPerRound` throws.
  public func rounds(of label: String, cost: RoundCost, secondsPerRound: () throws -> Double) throws -> Int {
    let perRound: Double
    switch unit {
    case .discriminatorUpdates: perRound = Double(cost.updates["discriminator"] ?? 0)
    case .generatorUpdates: perRound = Double(cost.updates["generator"] ?? 0)
    case .operations: perRound = Double(cost.operations)
    case .seconds: perRound = try secondsPerRound()
    }
    guard perRound > 0 else {
      throw StudyError("a round of '\(label)' has no \(unit.rawValue), so that its budget never ends; choose another unit")
    }
    guard amount >= perRound else {
      throw StudyError("a round of '\(label)' takes \(Self.text(perRound)) \(unit.rawValue), more than the budget of \(Self.text(amount))")
    }
    return Int(min(1e9, amount / perRound))
  }
}
