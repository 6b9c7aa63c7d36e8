import Foundation
import Rival
import Testing

@testable import Studies

/// Trials of one variant that are played at once.
@Suite(.serialized) struct SeedsAtOnceTests {
  private static let registry = Result { try Registry.builtIn() }

  private func gan(learningRate: Double = 1e-3) -> GAN {
    GAN(latent: .normal(2)) {
      Generator {
        Dense(8)
        LeakyReLU(0.2)
        Dense(2)
      }
      Discriminator {
        Dense(8)
        LeakyReLU(0.2)
        Dense(1)
      }
      LeastSquaresLoss()
      SGD(learningRate: learningRate)
      AlternatingUpdates()
    }
  }

  private func study(_ seeds: [UInt64] = [1, 2, 3]) throws -> StudySpecification {
    try StudySpecification(
      problem: "ring", variants: [.baseline], seeds: seeds, rounds: 40, batchSize: 16,
      plan: EvaluationPlan([EnergyDistance()], sampleCount: 200, evaluationCount: 4))
  }

  private func trainers(_ gan: GAN, savingThrough check: @escaping (Trainer) throws -> Void = { _ in }) -> TrialTrainers {
    TrialTrainers(
      begin: { trial, study in
        try Trainer(gan, data: RingOfGaussians(), batchSize: study.batchSize, seed: trial.seed, threadCount: study.threadsPerTrial)
      },
      resume: { _, study, folder in try Trainer(resuming: folder, threadCount: study.threadsPerTrial) },
      checkpoint: { trainer in
        try check(trainer)
        return try trainer.checkpoint()
      })
  }

  private func play(
    _ path: String, _ trainers: TrialTrainers, seeds: [UInt64] = [1, 2, 3], stop: StopSignal = StopSignal()
  ) throws -> TrialRunner.Ending {
    let directory = StudyDirectory(path)
    let study = try directory.prepare(study(seeds))
    return try TrialRunner(
      study.trials, atOnceOn: .cpu, of: study, in: directory, trainers: trainers, registry: Self.registry.get(), stop: stop, warn: { _ in }
    ).run()
  }

  /// What came out, times aside.
  private func results(_ path: String) throws -> [TrialResult] {
    try study().trials.map { trial in
      var result = try #require(try StudyDirectory(path).files(of: trial).readResult(), "seed \(trial.seed)")
      result.secondsPerRound = nil
      return result
    }
  }

  @Test func eachIsTheTrialThatItIsAlone() throws {
    try withFolder { path in
      #expect(try play(path + "/at-once", trainers(gan())) == .finished)
      let directory = StudyDirectory(path + "/alone")
      let study = try directory.prepare(study())
      for trial in study.trials {
        let runner = TrialRunner(
          trial, of: study, in: directory, trainers: trainers(gan()), registry: try Self.registry.get(), stop: StopSignal(), warn: { _ in })
        #expect(try runner.run() == .finished)
      }
      for (one, other) in zip(try results(path + "/at-once"), try results(path + "/alone")) {
        #expect(one.seed == other.seed && one.step == 40 && one.evaluations.map(\.step) == [10, 20, 30, 40])
        for (left, right) in zip(one.evaluations, other.evaluations) {
          let (a, b) = (try #require(left["energy-distance"]), try #require(right["energy-distance"]))
          #expect(abs(a - b) < 1e-4 * max(1, abs(b)), "seed \(one.seed), round \(left.step): \(a) and \(b)")
        }
      }
      #expect(Set(try results(path + "/at-once").map { $0.evaluations.last?["energy-distance"] ?? .nan }).count == 3)
    }
  }

  @Test func stoppedAndKilledTheyComeToTheSameResults() throws {
    try withFolder { path in
      #expect(try play(path + "/whole", trainers(gan())) == .finished)
      let whole = try results(path + "/whole")
      // Stopped after the second evaluation.
      let stop = StopSignal()
      let stopping = trainers(gan()) { if $0.step == 20, $0.seed == 3 { stop.raise() } }
      #expect(try play(path + "/stopped", stopping, stop: stop) == .interrupted)
      #expect(try play(path + "/stopped", trainers(gan())) == .finished)
      #expect(try results(path + "/stopped") == whole)
      // Killed while they are saved: one stands an evaluation further than the others, which catch up first.
      struct Killed: Error {}
      let dying = trainers(gan()) { if $0.step == 30, $0.seed == 2 { throw Killed() } }
      #expect(throws: Killed.self) { try play(path + "/killed", dying) }
      #expect(try play(path + "/killed", trainers(gan())) == .finished)
      let killed = try results(path + "/killed")
      for (one, other) in zip(killed, whole) {
        #expect(one.step == 40 && one.evaluations.map(\.step) == other.evaluations.map(\.step))
        for (left, right) in zip(one.evaluations, other.evaluations) {
          let (a, b) = (try #require(left["energy-distance"]), try #require(right["energy-distance"]))
          #expect(abs(a - b) < 1e-4 * max(1, abs(b)))
        }
      }
    }
  }

  @Test func oneThatDivergesLeavesTheOthersGoing() throws {
    try withFolder { path in
      let seeds = [UInt64](1...6)
      func failures(_ rate: Double) throws -> [Int?] {
        try seeds.map { seed in
          let trainer = try Trainer(gan(learningRate: rate), data: RingOfGaussians(), batchSize: 16, seed: seed, threadCount: 1)
          try trainer.run(until: 40)
          return trainer.failure?.step
        }
      }
      // The first rate at which some seeds diverge and others do not.
      let rate = try #require(
        try stride(from: 0.2, through: 4, by: 0.1).first {
          let steps = try failures($0)
          return steps.contains(nil) && steps.contains { $0 != nil }
        })
      let alone = try failures(rate)
      let wild = gan(learningRate: rate)
      #expect(try play(path + "/wild", trainers(wild), seeds: seeds) == .finished)
      let found = try study(seeds).trials.map { try #require(try StudyDirectory(path + "/wild").files(of: $0).readResult()) }
      #expect(found.map { $0.verdict?.step } == alone)
      #expect(found.allSatisfy { $0.step == $0.verdict?.step ?? 40 })
    }
  }
}
