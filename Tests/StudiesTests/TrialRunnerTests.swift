import Foundation
import Rival
import Testing

@testable import Studies

/// Real, small trials played in this process.
@Suite(.serialized) struct TrialRunnerTests {
  private func gan() -> GAN {
    GAN(latent: .normal(2)) {
      Generator {
        Dense(8)
        ReLU()
        Dense(2)
      }
      Discriminator {
        Dense(8)
        ReLU()
        Dense(1)
      }
      NonSaturatingLoss()
      Adam(learningRate: 1e-3)
      AlternatingUpdates()
    }
  }

  private var study: StudySpecification {
    StudySpecification(
      problem: "ring", variants: [.baseline], seeds: [1], rounds: 40, batchSize: 16, sampleCount: 200,
      evaluationCount: 4)
  }

  private func trainers(gan: GAN, stopAt step: Int? = nil, stop: StopSignal = StopSignal()) -> TrialTrainers {
    TrialTrainers(
      begin: { trial, study in
        try Trainer(
          gan, data: RingOfGaussians(), batchSize: study.batchSize, seed: trial.seed, threadCount: study.threadsPerTrial
        )
      },
      resume: { _, study, folder in try Trainer(resuming: folder, threadCount: study.threadsPerTrial) },
      save: { trainer, path in
        try trainer.save(to: path)
        if trainer.step == step { stop.raise() }
      })
  }

  private func play(_ path: String, _ trainers: TrialTrainers, stop: StopSignal = StopSignal()) throws
    -> TrialRunner.Ending
  {
    let directory = StudyDirectory(path)
    let study = try directory.prepare(study)
    return try TrialRunner(
      study.trials[0], of: study, in: directory, trainers: trainers, stop: stop,
      warn: { _ in }
    ).run()
  }

  private func result(_ path: String) throws -> TrialResult? {
    try StudyDirectory(path).files(of: study.trials[0]).readResult()
  }

  @Test func aStoppedTrialComesToTheSameResult() throws {
    try withFolder { path in
      #expect(try play(path + "/whole", trainers(gan: gan())) == .finished)
      // Stopped after the second evaluation, at 20 rounds: one more is played and saved.
      let stop = StopSignal()
      let stopped = trainers(gan: gan(), stopAt: 20, stop: stop)
      #expect(try play(path + "/parts", stopped, stop: stop) == .interrupted)
      #expect(try result(path + "/parts") == nil)
      #expect(try play(path + "/parts", trainers(gan: gan())) == .finished)
      var whole = try #require(try result(path + "/whole"))
      var parts = try #require(try result(path + "/parts"))
      #expect(whole.evaluations.map(\.step) == [10, 20, 30, 40])
      #expect(whole.evaluations.allSatisfy { $0.energyDistance != nil && $0.coveredModes != nil })
      #expect(whole.curves.contains { $0.name == "generator.loss" && $0.values.count == 40 })
      #expect(whole.secondsPerRound != nil && parts.secondsPerRound != nil)
      whole.secondsPerRound = nil
      parts.secondsPerRound = nil
      #expect(whole == parts)
      let files = StudyDirectory(path + "/parts").files(of: study.trials[0])
      let reference = StudyDirectory(path + "/whole").files(of: study.trials[0])
      #expect(FileManager.default.contents(atPath: files.samples) != nil)
      #expect(
        FileManager.default.contents(atPath: files.samples) == FileManager.default.contents(atPath: reference.samples))
    }
  }

  @Test func aTrialKilledBetweenItsFilesPlaysTheRestAgain() throws {
    try withFolder { path in
      #expect(try play(path + "/whole", trainers(gan: gan())) == .finished)
      struct Killed: Error {}
      var dying = trainers(gan: gan())
      let save = dying.save
      // The third checkpoint is never written, though its evaluation is in the record.
      dying.save = { trainer, file in
        if trainer.step == 30 { throw Killed() }
        try save(trainer, file)
      }
      #expect(throws: Killed.self) { try play(path + "/killed", dying) }
      #expect(try play(path + "/killed", trainers(gan: gan())) == .finished)
      let whole = try #require(try result(path + "/whole"))
      let killed = try #require(try result(path + "/killed"))
      #expect(whole.evaluations.count == 4)
      #expect(killed.evaluations == whole.evaluations)
    }
  }

  @Test func damagedCheckpointsMeanBeginningAgain() throws {
    try withFolder { path in
      let stop = StopSignal()
      let stopped = trainers(gan: gan(), stopAt: 10, stop: stop)
      #expect(try play(path, stopped, stop: stop) == .interrupted)
      let files = StudyDirectory(path).files(of: study.trials[0])
      for file in try files.checkpoints.files() {
        try Data("no checkpoint".utf8).write(to: URL(fileURLWithPath: file.path))
      }
      #expect(try play(path, trainers(gan: gan())) == .finished)
      #expect(try result(path)?.evaluations.map(\.step) == [10, 20, 30, 40])
      #expect(FileManager.default.fileExists(atPath: files.checkpoints.path(forStep: 10) + ".damaged"))
    }
  }

  @Test func aDivergedTrialLeavesAResultWithItsVerdict() throws {
    try withFolder { path in
      var wild = gan()
      wild.optimizers = [SGD(learningRate: 1e30).for(.generator), SGD(learningRate: 1e30).for(.discriminator)]
      #expect(try play(path, trainers(gan: wild)) == .finished)
      let result = try #require(try result(path))
      let verdict = try #require(result.verdict)
      #expect(verdict.step == result.step && result.step < 40)
      #expect(result.evaluations.count == 1 && result.evaluations[0].step == result.step)
      #expect(result.evaluations[0].coveredModes == 0)
    }
  }

  @Test func realSamplesScoreNearTheCeiling() throws {
    let samples = try RingOfGaussians().opened()
    let score = Evaluator.realScore(samples, sampleCount: 2500)
    #expect(score.coveredModes == 8 && score.sharedModes == 8)
    // 1 − exp(−4.5) = 0.98889; the deviation of the share of 2,500 is 0.0021.
    let quality = try #require(score.highQualityFraction)
    #expect(abs(quality - 0.98889) < 0.008)
    let divergence = try #require(score.reverseKL)
    #expect(divergence < 0.006)
    let distance = try #require(score.energyDistance)
    #expect(abs(distance) < 0.01)
    #expect(
      Evaluator.real(samples, count: 10, stream: "real-score") != Evaluator.real(samples, count: 10, stream: "held-out")
    )
  }
}
