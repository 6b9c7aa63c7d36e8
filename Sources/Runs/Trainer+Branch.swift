import Adversarial
import Checkpoints
import Components
import Networks
import Tensors

/// What became of the tensors of a state when a run was branched.
public struct BranchedState: Sendable, Equatable {
  /// Taken over bit for bit.
  public var kept: [String] = []
  /// New with the change; they stand at their initial values.
  public var added: [String] = []
  /// No longer part of the run.
  public var dropped: [String] = []
}

extension Trainer {
  /// Goes on from a checkpoint with other parts: what both compositions have is taken over bit for bit, what is new begins as in a new run of the
  /// same seed. Random streams, data order and history stay those of the run.
  ///
  /// - Parameters:
  ///   - run: what the checkpoint says of its run.
  ///   - changes: what is to be different.
  ///   - description: the changes as people write them, for ``lineage``.
  ///   - digest: the checkpoint's SHA-256 digest.
  /// - Returns: the trainer at the checkpoint's round, and what became of its state.
  /// - Throws: `CompositionError` for changes that do not belong to the composition, and what making a trainer throws.
  public static func branch(
    _ run: StoredRun, contents: CheckpointContents, changes: [CompositionChange], description: [String], digest: String,
    data: (any DataSource)? = nil, threadCount: Int? = nil, device: Device? = nil
  ) throws -> (trainer: Trainer, state: BranchedState) {
    let trainer = try Trainer(
      run.composition.changed(by: changes), data: data ?? run.data, batchSize: run.batchSize, seed: run.seed, threadCount: threadCount,
      device: device
    ) { try run.requireData(of: $0) }
    let stored = try contents.trainingState()
    var state = trainer.state
    var result = BranchedState()
    for (path, initial) in state {
      if let tensor = stored[path], TensorType(tensor) == TensorType(initial) {
        state[path] = tensor
        result.kept.append(path)
      } else {
        result.added.append(path)
      }
    }
    let kept = Set(result.kept)
    result.dropped = stored.paths.filter { !kept.contains($0) }
    try trainer.restore(
      state: state, step: contents.step, history: History(contents), observations: Observations(contents))
    trainer.edited = contents.edited
    trainer.lineage = contents.lineage + [Branch(step: contents.step, changes: description, checkpoint: digest)]
    return (trainer, result)
  }
}
