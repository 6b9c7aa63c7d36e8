import Adversarial
import Checkpoints
import Components
import Foundation
import Networks
import Rival
import Tensors

/// The proof that a run which stops and resumes is the run that never stopped, bit for bit; and the proof that this proof can fail.
///
/// ```swift
/// #expect(try ResumeConformance.check(gan, data: RingOfGaussians(modes: 8)).isEmpty)
/// ```
public enum ResumeConformance {
  /// What ``report(_:data:batchSize:seed:before:after:registry:)`` found.
  public struct Report: Sendable {
    /// What breaks exactness, one sentence each; empty for a composition that conforms.
    public var violations: [String] = []
    /// State tensors without effect: reset to their initial values, or moved where they still have them, they leave everything else in
    /// the state and the history as it was. An average that training does not see is one; so is a field that is forgotten.
    public var silent: [String] = []
    /// How many tensors the state has.
    public var fieldCount = 0
  }

  /// Trains `before` + `after` rounds at once, and again with a checkpoint and a fresh trainer in between, and compares all bytes.
  ///
  /// - Parameters:
  ///   - data: opened again by the resumed trainer, so samples in memory work.
  ///   - registry: the components of the checkpoint; the built-in ones by default.
  /// - Returns: what differs, and which lost or reset fields go unnoticed, one sentence each; empty for a composition that conforms.
  /// - Throws: what training, writing or reading throws.
  public static func check(
    _ composition: any Composition, data: any DataSource, batchSize: Int = 16, seed: UInt64 = 1, before: Int = 3, after: Int = 2,
    registry: Registry? = nil
  ) throws -> [String] {
    try report(composition, data: data, batchSize: batchSize, seed: seed, before: before, after: after, registry: registry)
      .violations
  }

  /// As ``check(_:data:batchSize:seed:before:after:registry:)``, with the fields that have no effect listed.
  public static func report(
    _ composition: any Composition, data: any DataSource, batchSize: Int = 16, seed: UInt64 = 1, before: Int = 3, after: Int = 2,
    registry: Registry? = nil
  ) throws -> Report {
    var report = Report()
    let whole = try Trainer(composition, data: data, batchSize: batchSize, seed: seed)
    let initial = whole.state
    try whole.run(until: before)
    let saved = try whole.checkpoint()
    let middle = (state: whole.state, history: whole.history)
    try whole.run(until: before + after)
    report.fieldCount = initial.count
    guard whole.failure == nil else {
      report.violations.append("the run diverges, which proves nothing: \(whole.failure?.description ?? "")")
      return report
    }

    let resumed = try Trainer(
      contents: throughBytes(saved), registry: registry ?? .builtIn(), data: data)
    report.violations += try StateComparison.differences(middle.state, resumed.state).map { "after restoring, \($0)" }
    try resumed.run(until: before + after)
    report.violations += try StateComparison.differences(whole.state, resumed.state).map {
      "after \(before) + \(after) rounds against \(before + after), \($0)"
    }
    if try image(whole) != image(resumed) {
      report.violations.append("the checkpoints of both runs differ past their headers")
    }
    if let sampled = try? (whole.sample(8), resumed.sample(8)), try StateComparison.mismatches(sampled.0, sampled.1) > 0 {
      report.violations.append("both runs end with other samples")
    }
    try examineFields(resumed, whole, initial, middle, before, after, &report)
    return report
  }

  /// Loses and resets one field after the other, and looks whether it shows.
  private static func examineFields(
    _ trainer: Trainer, _ whole: Trainer, _ initial: Parameters, _ middle: (state: Parameters, history: History),
    _ before: Int, _ after: Int, _ report: inout Report
  ) throws {
    func differs(_ state: Parameters, step: Int, ignoring path: String) throws -> Bool {
      try trainer.restore(state: state, step: step, history: middle.history)
      try trainer.run(until: step + after)
      for (other, tensor) in trainer.state where other != path {
        if let reference = whole.state[other], try StateComparison.mismatches(tensor, reference) > 0 { return true }
      }
      return trainer.history.names.contains { name in
        trainer.history[name]?.suffix(after).map(\.bitPattern) != whole.history[name]?.suffix(after).map(\.bitPattern)
      }
    }
    if try differs(middle.state, step: before, ignoring: "") {
      report.violations.append("the same state restored twice goes on in two ways")
    }
    // The number of the round is part of what is saved: batches and random numbers depend on it.
    if try !differs(middle.state, step: 0, ignoring: "") {
      report.violations.append("the number of rounds has no effect on the run")
    }
    for (path, tensor) in middle.state {
      var lost = middle.state
      lost[path] = nil
      if (try? trainer.restore(state: lost, step: before, history: middle.history)) != nil {
        report.violations.append("a state without '\(path)' is restored without an error")
      }
      var reset = middle.state
      guard let first = initial[path] else { continue }
      let isMoved = try StateComparison.mismatches(first, tensor) > 0
      reset[path] = isMoved ? first : try moved(tensor)
      if try !differs(reset, step: before, ignoring: path) { report.silent.append(path) }
    }
  }

  private static func moved(_ tensor: Tensor) throws -> Tensor {
    switch tensor.dtype {
    case .float32, .float64: try (tensor + 0.5).materialized()
    case .int32: try (tensor + Tensor(int32: [1], shape: [])).materialized()
    case .bool: try tensor.converted(to: .int32).isEqual(to: 0).materialized()
    }
  }

  /// The contents as a reader finds them in the file that a writer makes of them.
  private static func throughBytes(_ contents: CheckpointContents) throws -> CheckpointContents {
    let bytes = try CheckpointFile.image(of: contents)
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("conformance-\(UUID().uuidString).h5")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(bytes).write(to: file)
    return try CheckpointFile.read(file.path)
  }

  /// A checkpoint's bytes without its header, which holds the time.
  static func image(_ trainer: Trainer) throws -> ArraySlice<UInt8> {
    try CheckpointFile.image(of: trainer.checkpoint()).dropFirst(512)
  }
}
