import Adversarial
import Components
import Networks

/// What a diagnosis is made from: everything that a run has recorded. No network is needed, so a diagnosis can be made of any file.
public struct RunRecord: Sendable {
  /// How many rounds have been played.
  public var step: Int
  /// What rounds recorded.
  public var history: History
  /// What diagnostics read.
  public var observations: Observations
  /// Where training stopped because a number was not finite.
  public var failure: NumericFailure?
  /// The names of the composition's parts: what need not be advised again.
  public var parts: Set<String>
  /// What the loss takes the discriminator's output for; `nil` where the composition is unknown.
  public var lossKind: LossKind?
  /// The probability of each mode, where the modes are known.
  public var modeWeights: [Double]?
  /// Who can read the observations: at first the run's own diagnostics; in a ``Diagnosis`` all that were asked.
  public var diagnostics: [any Diagnostic]

  /// - Parameters:
  ///   - composition: `nil` where it is unknown.
  ///   - diagnostics: those of the run, with their fields.
  public init(
    step: Int, history: History, observations: Observations, failure: NumericFailure? = nil, composition: (any Composition)? = nil,
    modeWeights: [Double]? = nil,
    diagnostics: [any Diagnostic] = []
  ) {
    self.step = step
    self.history = history
    self.observations = observations
    self.failure = failure
    self.modeWeights = modeWeights
    self.diagnostics = diagnostics
    parts = Set(composition?.components.map(\.name) ?? [])
    lossKind = composition?.lossKind
  }

  /// What a trainer has recorded until now.
  public init(_ trainer: Trainer) {
    self.init(
      step: trainer.step, history: trainer.history, observations: trainer.observations, failure: trainer.failure,
      composition: trainer.composition, modeWeights: trainer.samples.modes?.weights,
      diagnostics: trainer.diagnostics.compactMap { $0 as? any Diagnostic })
  }

  /// The advice that names at least one component which the composition lacks, or none at all.
  public func fitting(_ advice: [Advice]) -> [Advice] {
    advice.compactMap { entry in
      guard !entry.components.isEmpty else { return entry }
      let left = entry.components.filter { component in
        !parts.contains(String(component.prefix { $0 != ":" }))
      }
      return left.isEmpty ? nil : Advice(entry.text, components: left)
    }
  }
}
