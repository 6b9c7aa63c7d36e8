import Foundation
import Rival

/// What a sitting of training came to, and what to do next.
struct TrainingReport {
  let outcome: RunOutcome
  let trainer: Trainer
  let options: TrainingOptions
  let folder: String
  /// The newest good checkpoint; `nil` where training diverged before the first.
  let checkpoint: String?
  /// The step at which the sitting began.
  let first: Int
  let seconds: Double
  let artifacts: TrainingArtifacts
  let resumedFrom: String?
  let measures: TrainingMeasures?

  /// Writes the report: for people, or as one JSON document.
  func show(json: Bool) throws {
    if json { return try Console.result(document()) }
    for line in lines { Console.result(line) }
  }

  /// Whether it was ended because nothing became better or a callback said so, and not by a signal.
  private var endedEarly: Bool { (measures?.isExhausted == true || trainer.endReason != nil) && Interruption.signal == nil }

  private var roundsPerSecond: Double { seconds > 0 ? Double(trainer.step - first) / seconds : 0 }

  private var resumeCommand: String {
    CommandContext.current.commandLine(["resume", folder] + options.arguments)
  }

  private var lines: [String] {
    var lines: [String] = []
    let rate = NumberText.significant(roundsPerSecond, digits: 3)
    let pace = "\(NumberText.fixed(seconds, digits: 1)) s, \(rate) rounds a second"
    switch outcome {
    case .completed: lines.append("Trained to step \(trainer.step) (\(pace)).")
    case .interrupted where endedEarly:
      lines.append("Stopped after step \(trainer.step) (\(pace)): \(trainer.endReason ?? "the value that decides has not become better").")
    case .interrupted: lines.append("Interrupted after step \(trainer.step) (\(pace)); everything is saved.")
    case .stopped(let verdict): lines.append("Training \(verdict).")
    }
    for (failure, step) in trainer.recoveries { lines.append("  went back to the state of round \(step), since it \(failure)") }
    let losses = LossColumns.latest(trainer.history).map { "\($0.name) \(NumberText.significant($0.value, digits: 4))" }
    if !losses.isEmpty { lines.append("  " + losses.joined(separator: ", ")) }
    if let coverage = artifacts.coverage { lines.append("  " + coverage.text) }
    if let measures { lines += measures.lines.map { "  " + $0 } }
    if let cost = DiagnosticCost(trainer).line(of: trainer) { lines.append(cost) }
    for (name, reason) in trainer.diagnosticFailures { lines.append("  \(name) says nothing: \(reason)") }
    if !trainer.observations.isEmpty || trainer.failure != nil {
      lines.append("")
      lines += DiagnosisText(RunRecord(trainer)).verdict
    }
    lines.append("")
    lines.append("  checkpoint  \(checkpoint ?? "none: it diverged before the first")")
    for file in artifacts.files + (measures?.files ?? []) { lines.append("  written     \(file)") }
    return lines + next
  }

  private var next: [String] {
    let context = CommandContext.current
    switch outcome {
    case .completed,
      .interrupted where endedEarly:
      guard let checkpoint else { return [] }
      let more = ["resume", folder, "--until", String(max(trainer.step * 2, trainer.step + 1))]
      return [
        "", "Next:",
        "  " + context.commandLine(["sample", checkpoint, "--count", "1000", "--out", folder + "/samples.h5"]),
        "  " + context.commandLine(more),
        "  " + context.commandLine(["diagnose", folder]),
      ]
    case .interrupted: return ["", "Go on with:", "  " + resumeCommand]
    case .stopped:
      return [
        "",
        "A loss that is not finite rarely heals. Try a smaller learning rate, --heuristic r1-penalty, --heuristic "
          + "spectral-normalization or --heuristic gradient-clipping"
          + (checkpoint == nil ? "." : "; the checkpoint is from before."),
      ]
    }
  }

  private func document() throws -> JSONValue {
    var members: [String: JSONValue] = [
      "step": .count(trainer.step), "until": .count(options.until), "startedAt": .count(first),
      "seed": .string(String(trainer.seed)), "folder": .string(folder), "checkpoint": .optional(checkpoint),
      "files": .array(artifacts.files.map { .string($0) }), "seconds": .finite(seconds),
      "roundsPerSecond": .finite(roundsPerSecond),
      "losses": .object(
        Dictionary(
          LossColumns.latest(trainer.history).map { ($0.name, JSONValue.finite($0.value)) }, uniquingKeysWith: { $1 })),
      "warnings": .array(trainer.warnings.map { .string("\($0)") }),
    ]
    if !trainer.observations.isEmpty || trainer.failure != nil {
      members["diagnosis"] = DiagnosisText(RunRecord(trainer)).document
      members["diagnosticShare"] = .finite(trainer.timing.diagnosticShare)
      members["diagnosticShares"] = .object(
        Dictionary(trainer.diagnostics.map { ($0.name, JSONValue.finite(trainer.timing.share(of: $0.name))) }, uniquingKeysWith: { $1 }))
      members["diagnosticFailures"] = .object(
        Dictionary(trainer.diagnosticFailures.map { ($0.name, JSONValue.string($0.reason)) }, uniquingKeysWith: { $1 }))
    }
    if !trainer.recoveries.isEmpty {
      members["recoveries"] = .array(
        trainer.recoveries.map { .object(["to": .count($0.step), "step": .count($0.failure.step), "text": .string("\($0.failure)")]) })
    }
    if let resumedFrom { members["resumedFrom"] = .string(resumedFrom) }
    if let coverage = artifacts.coverage { members["coverage"] = coverage.document }
    if let measures { members["measured"] = try measures.document }
    switch outcome {
    case .completed: members["outcome"] = .string("completed")
    case .interrupted where endedEarly:
      members["outcome"] = .string("stoppedEarly")
      members["reason"] = .optional(trainer.endReason)
    case .interrupted:
      members["outcome"] = .string("interrupted")
      members["resumeCommand"] = .string(resumeCommand)
    case .stopped(let verdict):
      members["outcome"] = .string("diverged")
      var failure: [String: JSONValue] = [
        "step": .count(verdict.step), "record": .string(verdict.record), "value": .string("\(verdict.value)"),
        "text": .string("\(verdict)"),
      ]
      if let origin = verdict.origin {
        failure["origin"] = .object([
          "step": .count(origin.step), "tensor": .string(origin.name), "role": .string(origin.role.rawValue),
          "kind": .string(origin.kind.rawValue), "element": .count(origin.index), "count": .count(origin.count),
        ])
      }
      members["verdict"] = .object(failure)
    }
    return .object(members)
  }
}
