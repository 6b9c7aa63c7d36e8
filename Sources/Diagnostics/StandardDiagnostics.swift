import Adversarial
import Foundation
import Networks

/// The diagnostics that look at any run for less than a tenth of its time.
///
/// A look costs about the same in every run; a round does not. So the cadences, which are made for a ring GAN of 36,000 parameters and batches
/// of 64, follow the work of a round: a network with much more of it is looked at more often. They depend on the composition alone, never on a
/// clock, so that two runs of one seed record the same.
///
/// ```swift
/// trainer.diagnostics = StandardDiagnostics.fitting(trainer)
/// ```
public enum StandardDiagnostics {
  /// Parameters times batch size: the multiplications of one pass through dense layers, of the run that the default cadences are made for.
  static let referenceWork = 36_000.0 * 64
  /// The part of that run's round that does not depend on the work. Measured: rounds with batches of 64 and 256 take 0.19 and 0.51 ms.
  static let fixedPart = 0.44

  /// Those of `diagnostics` that have a cadence and can be computed, with cadences that fit the run.
  ///
  /// - Parameters:
  ///   - trainer: the run.
  ///   - diagnostics: what to choose from, with cadences for the reference run.
  public static func fitting(_ trainer: Trainer, among diagnostics: [any Diagnostic]) -> [any Observer] {
    let parameters = trainer.game.parameterCount
    let work = Double(parameters) * Double(trainer.batchSize) / referenceWork
    let factor = max(0.02, 1 / (fixedPart + (1 - fixedPart) * work))
    let run = Observation(trainer)
    return diagnostics.compactMap { diagnostic in
      guard diagnostic.every > 0, diagnostic.applies(to: run) else { return nil }
      var fitted = diagnostic
      fitted.every = rounded(Double(diagnostic.every) * factor)
      return fitted
    }
  }

  /// The next number with at most two digits other than zeros; at least 1.
  package static func rounded(_ value: Double) -> Int {
    let scale = pow(10, max(0, floor(log10(max(value, 1))) - 1))
    return max(1, Int((value / scale).rounded(.up) * scale))
  }
}
