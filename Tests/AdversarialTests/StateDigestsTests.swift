import Foundation
import Rival
import Testing

@testable import Adversarial

/// Digests of the state on the way, by which a run is played again without its old checkpoints.
@Suite struct StateDigestsTests {
  private static let state = Parameters([("b", Tensor([0, 0])), ("a/c", Tensor([1, 2, 3])), ("a", Tensor([0]))])

  private func digests(until last: Int) throws -> StateDigests {
    var digests = StateDigests()
    for step in 1...last { try digests.record(Self.state, step: step) }
    return digests
  }

  @Test("They are the first bytes of SHA-256, by path in order")
  func known() throws {
    let digests = try digests(until: 100)
    #expect(digests.steps == [100])
    // sha256(bytes)[:8] of the float32 numbers [0], [1, 2, 3] and [0, 0], as Python's hashlib gives them.
    #expect(digests.rows == [[0xdb2f_a904_9861_3fdf, 0xe04e_a7e6_7987_628e, 0x7a0b_81a1_f570_55af]])
    #expect(try digests.differences(from: Self.state, at: 100) == [])
    #expect(try digests.differences(from: Self.state, at: 99) == nil)
    var other = Self.state
    other["b"] = Tensor([0, -0.0])
    #expect(try digests.differences(from: other, at: 100) == ["b"])
    other["a/c"] = Tensor([3, 2, 1])
    #expect(try digests.differences(from: other, at: 100) == ["a/c", "b"])
  }

  @Test(
    "There are 32 at most, evenly apart",
    arguments: [(3_200, 100), (3_399, 100), (3_400, 200), (6_400, 200), (6_800, 400), (30_000, 1_600)])
  func sparser(last: Int, spacing: Int) throws {
    let digests = try digests(until: last)
    #expect(digests.steps == Array(stride(from: spacing, through: min(last, 32 * spacing), by: spacing)))
    #expect(digests.steps.count <= StateDigests.most && digests.rows.count == digests.steps.count)
  }

  @Test("A run that stopped has the same ones, and checkpoints hold them")
  func resumed() throws {
    func trainer() throws -> Trainer { try Trainer(ringGAN([Rollback()]), data: RingOfGaussians(), batchSize: 8, seed: 3) }
    let whole = try trainer()
    try whole.run(until: 250)
    let stopped = try trainer()
    try stopped.run(until: 130)
    let contents = try stopped.checkpoint()
    #expect(try StateDigests(contents) == stopped.digests && stopped.digests.steps == [100])
    let resumed = try Trainer(contents: contents, registry: .builtIn())
    try resumed.run(until: 250)
    #expect(resumed.digests == whole.digests && whole.digests.steps == [100, 200])
    #expect(try image(resumed) == image(whole))
    // A file of an earlier version has none, and goes on.
    var old = contents
    old.tensors.removeAll { $0.path.hasPrefix("state/digests/") }
    let later = try Trainer(contents: old, registry: .builtIn())
    try later.run(until: 200)
    #expect(later.digests.steps == [200] && later.digests.rows[0] == whole.digests.rows[1])
  }

  @Test("What a file holds in their place is refused")
  func malformed() throws {
    let trainer = try Trainer(ringGAN(), data: RingOfGaussians(), batchSize: 8)
    try trainer.run(until: 200)
    let whole = try trainer.checkpoint()
    let count = trainer.state.count
    func refusal(steps: [Int64], shape: [Int], path: String = "value") -> String {
      var contents = whole
      contents.tensors.removeAll { $0.path.hasPrefix("state/digests/") }
      contents.tensors.append(StoredTensor(path: "state/digests/step", shape: [steps.count], values: steps))
      contents.tensors.append(
        StoredTensor(path: "state/digests/\(path)", shape: shape, values: [UInt64](repeating: 0, count: shape.reduce(1, *))))
      return failureText { _ = try Trainer(contents: contents, registry: .builtIn()) }
    }
    #expect(refusal(steps: [100, 200], shape: [2, count]) == "")
    for steps in [[200, 100], [100, 100], [0, 100], [100, 201], [.min, .max]] as [[Int64]] {
      #expect(refusal(steps: steps, shape: [2, count]).contains("in ascending order up to 200"), "\(steps)")
    }
    #expect(refusal(steps: [100], shape: [1, count - 1]).contains("digests of \(count) tensors"))
    #expect(refusal(steps: [100], shape: [count]).contains("digests of \(count) tensors"))
    #expect(refusal(steps: [100], shape: [1, count], path: "values").contains("digests of \(count) tensors"))
  }

  @Test("A branch begins without them, and differences of digests come last")
  func branch() throws {
    let trainer = try Trainer(ringGAN([R1Penalty(gamma: 1)]), data: RingOfGaussians(), batchSize: 8, seed: 3)
    try trainer.run(until: 120)
    let contents = try trainer.checkpoint()
    let branch = try Trainer.branch(
      StoredRun(contents, registry: .builtIn()), contents: contents, changes: [.replacement(R1Penalty(gamma: 2))], description: ["x"],
      digest: "")
    #expect(branch.trainer.digests.steps == [])
    let other = try Trainer(ringGAN([R1Penalty(gamma: 1)]), data: RingOfGaussians(), batchSize: 8, seed: 4)
    try other.run(until: 120)
    let difference = CheckpointDifference(contents, try other.checkpoint())
    let last = try #require(difference.tensors.last)
    #expect(last.path == "/state/digests/value" && last.maximumAbsoluteDifference == nil && last.firstIndex == [0, 0])
  }
}
