import Adversarial
import Checkpoints
import Networks

extension StateDigests {
  private static let path = CheckpointLayout.digestsGroup

  /// As a checkpoint holds them; nothing before the first.
  var storedTensors: [StoredTensor] {
    guard let first = rows.first else { return [] }
    return [
      StoredTensor(path: "\(Self.path)/step", shape: [steps.count], values: steps.map(Int64.init)),
      StoredTensor(path: "\(Self.path)/value", shape: [steps.count, first.count], values: rows.flatMap { $0 }),
    ]
  }

  /// Those of a checkpoint; none where it was written before there were any.
  ///
  /// - Throws: `NetworkError` where they are not one for each tensor of the state, or the rounds not in order; `CheckpointError` for another type
  ///   of numbers.
  public init(_ contents: CheckpointContents) throws {
    guard let stored = contents.tensor("\(Self.path)/step") else {
      self.init()
      return
    }
    let steps = try stored.values(as: Int64.self).map { Int($0) }
    let width = contents.stateTensors.count
    guard let values = contents.tensor("\(Self.path)/value"), values.shape == [steps.count, width],
      steps.allSatisfy({ (1...max(contents.step, 1)).contains($0) }), zip(steps, steps.dropFirst()).allSatisfy({ $0 < $1 })
    else {
      throw NetworkError(
        "'/\(Self.path)' does not hold digests of \(width) tensors after rounds in ascending order up to \(contents.step); delete the group, or use another checkpoint"
      )
    }
    let numbers = try values.values(as: UInt64.self)
    self.init(steps: steps, rows: steps.indices.map { Array(numbers[($0 * width)..<(($0 + 1) * width)]) })
  }
}

extension CheckpointContents {
  /// The tensors of the training state: all but the history, the digests and the state that a rollback goes back to.
  var stateTensors: [StoredTensor] {
    tensors.filter { tensor in !["metrics/", "data/", "state/"].contains { tensor.path.hasPrefix($0) } }
  }
}
