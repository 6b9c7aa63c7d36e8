import Rival

/// A stretch of a run that is played again, and what it is compared with: digests on the way, and all bytes at the later checkpoint.
struct Replay {
  private let trainer: Trainer
  private let last: SavedRun
  private let digests: StateDigests
  /// The rounds whose digests are compared, ascending.
  private let steps: [Int]
  /// The last round.
  let target: Int

  /// Prepares to play from where `trainer` stands.
  ///
  /// - Parameters:
  ///   - rounds: how many are played; as many as lie before `last` by default.
  ///   - others: the steps of other checkpoints that could be played to.
  /// - Throws: ``CommandFailure`` where there is nothing to compare the last round with.
  init(_ trainer: Trainer, to last: SavedRun, rounds: Int?, others: [Int]) throws {
    self.trainer = trainer
    self.last = last
    let (start, end) = (trainer.step, last.contents.step)
    guard end > start else { throw CommandFailure("\(last.path) stands at step \(end), which is not after step \(start)") }
    let target = rounds.map { start + $0 } ?? end
    // Digests are those of tensors in order: they belong to a state of the same tensors only.
    let isComparable = try Set(last.contents.trainingState().paths) == Set(trainer.state.paths)
    let digests = isComparable ? try StateDigests(last.contents) : StateDigests()
    steps = digests.steps.filter { (start...target).contains($0) }
    (self.digests, self.target) = (digests, target)
    guard target == end || steps.last == target else {
      let known = Set(digests.steps.filter { $0 > start } + others + [end]).sorted().map(String.init).joined(separator: ", ")
      throw CommandFailure("nothing is known of step \(target), but of step \(known); give --rounds that end at one of them")
    }
  }

  /// Plays, up to the first round that differs.
  ///
  /// - Parameter progress: told the step now and then.
  func play(progress: (Int) -> Void) throws -> Outcome {
    var outcome = Outcome(start: trainer.step, end: target, tensors: trainer.state.count)
    func compare() throws -> Bool {
      guard steps.contains(trainer.step), let paths = try digests.differences(from: trainer.state, at: trainer.step) else { return true }
      guard !paths.isEmpty else {
        outcome.equalSteps.append(trainer.step)
        return true
      }
      outcome.end = trainer.step
      outcome.different = inOrder(paths.map { "/" + $0 })
      return false
    }
    guard try compare() else { return outcome }
    let ending = try trainer.run(until: target, every: [StateDigests.cadence]) { trainer in
      if trainer.step.isMultiple(of: 100) { progress(trainer.step) }
      return try compare()
    }
    if case .stopped(let failure) = ending { throw CommandFailure("the replay \(failure)") }
    guard outcome.isEqual, target == last.contents.step else { return outcome }
    outcome.isWhole = true
    // Diagnostics may have looked between the two that do not look now, and an older program recorded no digests; they change nothing.
    let differences = CheckpointDifference(try trainer.checkpoint(), last.contents).tensors.filter { tensor in
      !tensor.path.hasPrefix("/metrics/") && !tensor.path.hasPrefix("/state/digests/") || tensor.path.hasPrefix("/metrics/train/")
    }
    outcome.different = inOrder(differences.map(\.path))
    outcome.differences = differences
    return outcome
  }

  /// Paths in the order of the file; those that it does not have at the end.
  private func inOrder(_ paths: [String]) -> [String] {
    let wanted = Set(paths)
    let found = last.contents.tensors.map { "/" + $0.path }.filter(wanted.contains)
    return found + paths.filter { !Set(found).contains($0) }
  }

  /// What came out.
  struct Outcome {
    let start: Int
    /// The last round that was compared.
    var end: Int
    /// How many tensors the state has.
    let tensors: Int
    /// The rounds whose digests were equal.
    var equalSteps: [Int] = []
    /// Whether the bytes themselves were compared at the end.
    var isWhole = false
    /// The paths of the tensors that differ in the last round, in the order of the file.
    var different: [String] = []
    /// The same tensors with the largest difference first, where their bytes were compared.
    var differences: [CheckpointDifference.Tensor] = []

    var isEqual: Bool { different.isEmpty }

    /// For people.
    var lines: [String] {
      let way = start == end ? "at step \(start), before any round" : "from step \(start) to step \(end)"
      let equal = equalSteps.isEmpty ? nil : "equal by their digests at steps \(equalSteps.map(String.init).joined(separator: ", "))"
      guard let first = different.first else {
        let whole = "all \(tensors) tensors of the state"
        guard isWhole else { return ["\(way): \(whole) are \(equal ?? "equal")"] }
        return ["\(way): \(whole), and the history, are equal bit for bit"] + (equal.map { ["  and \($0)"] } ?? [])
      }
      let count = "\(way): \(different.count) of \(tensors) tensors differ" + (equal.map { "; all were \($0)" } ?? "")
      guard let worst = differences.first else {
        return [count, "  first: \(first)"]
      }
      let line = differences.first { $0.path == first }.map(Self.text) ?? first
      return [count, "  first: \(line)", "  most:  \(Self.text(worst))"]
    }

    /// For machines.
    var document: JSONValue {
      .object([
        "equal": .bool(isEqual), "from": .count(start), "to": .count(end), "tensors": .count(tensors),
        "equalDigests": .array(equalSteps.map { .count($0) }), "different": .array(different.map { .string($0) }),
      ])
    }

    private static func text(_ tensor: CheckpointDifference.Tensor) -> String {
      guard let differing = tensor.differingElements, let elements = tensor.elements else {
        return "\(tensor.path), \(tensor.kind.rawValue)"
      }
      let largest = tensor.maximumAbsoluteDifference.map { ", by at most \(NumberText.significant($0, digits: 3))" } ?? ""
      return "\(tensor.path): \(differing) of \(elements) elements\(largest)"
    }
  }
}
