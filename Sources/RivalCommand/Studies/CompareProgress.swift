import Foundation
import Rival

/// Shows on standard error how far a study is: one line that is rewritten on a terminal, a line for each finished trial elsewhere.
final class CompareProgress {
  private let isTerminal = Console.isTerminal
  private var shown = ""
  private var lastDone = -1

  /// Shows the progress.
  func show(_ progress: StudyProgress) {
    guard isTerminal || progress.done != lastDone else { return }
    lastDone = progress.done
    let text = Self.text(progress)
    guard text != shown else { return }
    shown = text
    if isTerminal {
      Console.progress(text)
    } else {
      Console.note(text)
    }
  }

  /// Leaves the line.
  func end() {
    if isTerminal, !shown.isEmpty { Console.progress("") }
  }

  /// `3 of 15 trials done, 2 running, 21 %, 1 min 5 s left`.
  static func text(_ progress: StudyProgress) -> String {
    var parts = ["\(progress.done) of \(progress.total) trials done"]
    if progress.failed > 0 { parts.append("\(progress.failed) failed") }
    if progress.running > 0 { parts.append("\(progress.running) running") }
    if progress.done < progress.total {
      parts.append("\(100 * progress.rounds / max(1, progress.totalRounds)) %")
      if let seconds = progress.secondsLeft { parts.append("\(duration(seconds)) left") }
    }
    return parts.joined(separator: ", ")
  }

  /// `45 s`, `3 min 20 s`, `2 h 5 min`.
  static func duration(_ seconds: Double) -> String {
    let whole = Int(min(seconds, 1e9).rounded(.up))
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole % 3600 / 60) min"
  }
}
