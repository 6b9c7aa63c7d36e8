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
  public var failure: Verdict?
  /// The names of the composition's heuristics, layers, loss and update rule: what need not be advised again.
  public var parts: Set<String>
  /// The probability of each mode, where the modes are known.
  public var modeWeights: [Double]?

  /// - Parameter gan: the composition; `nil` where it is unknown.
  public init(
    step: Int, history: History, observations: Observations, failure: Verdict? = nil, gan: GAN? = nil, modeWeights: [Double]? = nil
  ) {
    self.step = step
    self.history = history
    self.observations = observations
    self.failure = failure
    self.modeWeights = modeWeights
    var parts: Set<String> = []
    if let gan {
      parts.formUnion(gan.heuristics.map(\.name))
      if let loss = gan.loss { parts.insert(loss.name) }
      if let rule = gan.updateRule { parts.insert(rule.name) }
      for player in [Player.generator, .discriminator] { parts.formUnion(gan.layers(of: player).layers.map(\.layer.name)) }
    }
    self.parts = parts
  }

  /// What a trainer has recorded until now.
  public init(_ trainer: Trainer) {
    self.init(
      step: trainer.step, history: trainer.history, observations: trainer.observations, failure: trainer.verdict, gan: trainer.gan,
      modeWeights: trainer.samples.modes?.weights)
  }

  /// The finite values of a reading in the last part of the run.
  ///
  /// - Parameter share: how much of the run counts as its last part, in 0…1.
  func recent(_ diagnostic: String, _ reading: String, share: Double = 0.5) -> (steps: [Int], values: [Double]) {
    let series = observations.series(diagnostic, reading)
    let from = Double(step) * (1 - share)
    let first = series.steps.firstIndex { Double($0) > from } ?? series.steps.count
    return (Array(series.steps[first...]), Array(series.values[first...]))
  }

  /// The last value of a reading; `nil` where there is none or it is not finite.
  func latest(_ diagnostic: String, _ reading: String) -> Double? {
    observations.latest(diagnostic, reading).flatMap { $0.isFinite ? $0 : nil }
  }

  /// The advice that names at least one component which the composition lacks, or none at all.
  func fitting(_ advice: [Advice]) -> [Advice] {
    advice.compactMap { entry in
      guard !entry.components.isEmpty else { return entry }
      let left = entry.components.filter { component in
        !parts.contains(String(component.prefix { $0 != ":" }))
      }
      return left.isEmpty ? nil : Advice(entry.text, components: left)
    }
  }
}
