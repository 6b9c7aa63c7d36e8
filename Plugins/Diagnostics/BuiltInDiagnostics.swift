import Adversarial
import Components
import Diagnostics

/// The diagnostics that come with Rival.
public enum BuiltInDiagnostics {
  /// Their types, in the order in which they are listed, run and asked: the samples, the discriminator, the networks, the game.
  public static let types: [any Component.Type] = [
    IndependentAdversary.self, SampleDistance.self, SampleFrechetDistance.self, KnownModeShares.self, SampleCoverage.self,
    DiscriminatorOutputs.self, GradientSignals.self, LayerNorms.self, ParameterProjections.self, UpdateMapSpectrum.self,
    RotationReading.self, EquilibriumReading.self, DualityGapReading.self, MemorizationReading.self, ReproducibilityReading.self,
  ]
}

/// The callbacks that come with Rival: what acts while a run goes on, and has nothing to say of it afterwards.
public enum BuiltInCallbacks {
  /// Their types.
  public static let types: [any Component.Type] = [RunLog.self, EarlyStopping.self]
}

/// The rules that come with Rival: what weighs the readings of several diagnostics, or of none.
public enum BuiltInRules {
  /// Their types.
  public static let types: [any Component.Type] = [ConvergenceRule.self, NumericRule.self]

  /// All that is asked in a diagnosis, the diagnostics among them, with default fields.
  static var asked: [any Rule] { (BuiltInDiagnostics.types + types).compactMap { ($0 as? any Rule.Type)?.init() } }
}

extension Diagnosis {
  /// Diagnoses a record by the built-in rules and the record's own diagnostics. A pure function: the same record gives the same findings.
  public init(_ record: RunRecord) { self.init(record, asking: BuiltInRules.asked) }
}

extension StandardDiagnostics {
  /// Those built-in diagnostics that have a cadence and can be computed, with cadences that fit the run.
  public static func fitting(_ trainer: Trainer) -> [any Observer] { fitting(trainer, among: builtIn) }

  /// All built-in diagnostics with their default fields.
  public static var builtIn: [any Diagnostic] { BuiltInRules.asked.compactMap { $0 as? any Diagnostic } }
}
