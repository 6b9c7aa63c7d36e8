import Adversarial
import Checkpoints
import Components

/// How a trial gets its trainer: all that a study needs to know of problems, components and what checkpoints hold.
public struct TrialTrainers {
  /// Makes the trainer of a trial, before its first round.
  public var begin: (Trial, StudySpecification) throws -> Trainer
  /// Makes the trainer that stands where the latest checkpoint in the folder does; it is only asked where there is one.
  public var resume: (Trial, StudySpecification, _ folder: String) throws -> Trainer
  /// What a checkpoint of the trainer holds.
  public var checkpoint: (Trainer) throws -> CheckpointContents

  /// Creates the three ways; see the fields.
  public init(
    begin: @escaping (Trial, StudySpecification) throws -> Trainer,
    resume: @escaping (Trial, StudySpecification, _ folder: String) throws -> Trainer,
    checkpoint: @escaping (Trainer) throws -> CheckpointContents
  ) {
    self.begin = begin
    self.resume = resume
    self.checkpoint = checkpoint
  }
}
