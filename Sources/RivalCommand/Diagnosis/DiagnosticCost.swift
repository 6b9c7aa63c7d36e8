import Rival

/// What the diagnostics of a run cost, and the cadences that would cost less.
struct DiagnosticCost {
  /// The part of the time that diagnostics may take.
  static let limit = 0.1

  let share: Double
  /// The cadences that hold the limit; empty where it is held.
  let remedies: [String]

  /// - Parameter trainer: after it has trained for a while.
  init(_ trainer: Trainer) {
    let timing = trainer.timing
    share = timing.diagnosticShare
    let spent = timing.diagnosticTime / .seconds(1)
    let allowed = timing.training / .seconds(1) * Self.limit / (1 - Self.limit)
    guard share > Self.limit, allowed > 0 else {
      remedies = []
      return
    }
    let factor = spent / allowed
    // Those that cost least stay as they are.
    remedies = trainer.diagnostics.filter { $0.every > 0 && timing.share(of: $0.name) > 0.01 }.map { diagnostic in
      "\(diagnostic.name):every=\(StandardDiagnostics.rounded(Double(diagnostic.every) * factor))"
    }
  }

  /// One line for the end of a run; `nil` where no diagnostics ran.
  func line(of trainer: Trainer) -> String? {
    guard !trainer.timing.diagnostics.isEmpty else { return nil }
    let text = "  diagnostics took \(NumberText.fixed(100 * share, digits: 1)) % of the time"
    return remedies.isEmpty ? text : text + "; 10 % would be held by " + remedies.map { "--diagnose \($0)" }.joined(separator: " ")
  }
}
