import Adversarial
import Components
import Studies

extension TrialTrainers {
  /// Trainers that `begin` makes and that go on from the newest valid checkpoint of their trial.
  ///
  /// - Parameters:
  ///   - registry: the components that checkpoints name.
  ///   - warn: called with checkpoints that were passed over.
  ///   - begin: makes the trainer of a trial, before its first round.
  public init(
    registry: Registry, warn: @escaping (String) -> Void = { print($0) }, begin: @escaping (Trial, StudySpecification) throws -> Trainer
  ) {
    self.init(
      begin: begin,
      resume: { trial, study, folder in
        let trainer = try begin(trial, study)
        // The checkpoint of another variant or seed is refused.
        try trainer.restore(SavedRun(folder, warn: warn).contents, registry: registry)
        return trainer
      },
      checkpoint: { try $0.checkpoint() })
  }
}
