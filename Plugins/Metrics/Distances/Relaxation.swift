import Metrics

/// When and how far Sinkhorn's iteration steps beyond its plain update.
///
/// Plain rounds shrink the residual by a factor Λ each in the end. Where that is close to 1, rounds with the step
/// ω = 2/(1 + √(1 − Λ)) shrink it by ω − 1 each (Young 1954; Lehmann et al. 2022, theorem 3): .94 in place of .999.
struct Relaxation {
  /// Over-relaxed rounds in a row.
  static let rounds = 40
  /// Plain rounds between them, from whose last two Λ is measured.
  private static let plainRounds = 5

  private var residuals: [Double] = []
  private var before = Double.infinity
  /// The largest ω − 1, halved when over-relaxed rounds did harm.
  private var limit = 0.98

  /// Takes the residual before a plain round; returns ω where over-relaxed rounds shall follow that round.
  mutating func factor(afterResidual residual: Double) -> Double? {
    residuals.append(residual)
    guard residuals.count > Relaxation.plainRounds, let last = residuals.dropLast().last else { return nil }
    residuals = []
    if residual > before { limit /= 2 }
    before = residual
    let rate = min(residual / last, 1)
    // Plain rounds are fast enough, or far from the solution still.
    guard rate > 0.8, residual < 0.1, limit > 0.01 else { return nil }
    return 1 + min(2 / (1 + (1 - rate).squareRoot()) - 1, limit)
  }
}
