import Foundation
import Rival

/// Progress on standard error: a line that is redrawn on a terminal, a plain line now and then elsewhere.
final class ProgressDisplay {
  private let first: Int
  private let until: Int
  private let isQuiet: Bool
  private let isTerminal: Bool
  /// Seconds between two lines.
  private let interval: Double
  private var start = ContinuousClock.now
  private var lastShown = ContinuousClock.now
  private var elapsed: Duration?
  /// Where the rate is measured from: some seconds back, so that it follows the machine.
  private var mark: (step: Int, time: ContinuousClock.Instant)
  private var isDrawn = false
  private var verdictStep = -1
  private var shownVerdict = ""

  /// Creates a display for the rounds from `first` to `until`.
  init(first: Int, until: Int, isQuiet: Bool) {
    self.first = first
    self.until = until
    self.isQuiet = isQuiet
    isTerminal = Console.isTerminal
    interval = isTerminal ? 0.1 : 10
    mark = (first, start)
  }

  /// Seconds from `begin` to `end`, or until now.
  var seconds: Double {
    let time = elapsed ?? (ContinuousClock.now - start)
    return time / .seconds(1)
  }

  /// Starts the clock.
  func begin(_ title: String) {
    start = .now
    lastShown = start
    mark = (first, start)
    if !isQuiet { Console.note("Training \(title), to step \(until).") }
  }

  /// Shows how far training is, if it is time again.
  func update(_ trainer: Trainer) {
    guard !isQuiet else { return }
    let now = ContinuousClock.now
    guard (now - lastShown) / .seconds(1) >= interval else { return }
    lastShown = now
    show(trainer, now)
    if (now - mark.time) / .seconds(1) > 20 { mark = (trainer.step, now) }
  }

  /// Stops the clock and ends the line.
  func end() {
    elapsed = ContinuousClock.now - start
    if isDrawn { Console.progress("") }
    isDrawn = false
  }

  private func show(_ trainer: Trainer, _ now: ContinuousClock.Instant) {
    var origin = mark
    if trainer.step == origin.step { origin = (first, start) }
    let rate = Double(trainer.step - origin.step) / max((now - origin.time) / .seconds(1), 1e-9)
    let share = until > first ? 100 * (trainer.step - first) / (until - first) : 100
    var line = "step \(trainer.step) of \(until)  \(share) %  \(NumberText.significant(rate, digits: 3)) rounds/s"
    if rate > 0 { line += "  \(ProgressDisplay.clock(Double(until - trainer.step) / rate)) left" }
    if !trainer.observations.isEmpty { line += "  " + verdict(trainer) }
    for loss in LossColumns.latest(trainer.history) {
      line += "  \(loss.name) \(NumberText.fixed(loss.value, digits: 3))"
    }
    if isTerminal {
      Console.progress(line)
      isDrawn = true
    } else {
      Console.note(line)
    }
  }

  /// The verdict on what has been recorded until now; made anew when something was.
  private func verdict(_ trainer: Trainer) -> String {
    let last = trainer.observations.names.compactMap { trainer.observations[$0]?.steps.last }.max() ?? 0
    if last != verdictStep {
      verdictStep = last
      let finding = Diagnosis(RunRecord(trainer), asking: CommandContext.current.registry.rules).primary
      shownVerdict = "\(finding.verdict.rawValue) (\(Int((100 * finding.confidence).rounded())) %)"
    }
    return shownVerdict
  }

  /// Seconds as `1:02:03` or `2:03`.
  static func clock(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e8 else { return "unknown" }
    let whole = Int(seconds.rounded(.up))
    let pad = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
    let (hours, minutes) = (whole / 3600, whole / 60 % 60)
    return hours > 0 ? "\(hours):\(pad(minutes)):\(pad(whole % 60))" : "\(minutes):\(pad(whole % 60))"
  }
}
