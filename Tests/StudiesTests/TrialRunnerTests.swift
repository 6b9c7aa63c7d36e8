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

  private static let registry = Result { try Registry.builtIn() }

  /// A small study on the ring that measures `metrics`.
  private static func study(_ metrics: [any Metric] = [KnownModeCoverage(), EnergyDistance()], sampleCount: Int = 200) throws
    -> StudySpecification
  {
    try StudySpecification(
      problem: "ring", variants: [.baseline], seeds: [1], rounds: 40, batchSize: 16,
      plan: EvaluationPlan(metrics, sampleCount: sampleCount, evaluationCount: 4))
  }

  private func trainers(gan: GAN, stopAt step: Int? = nil, stop: StopSignal = StopSignal()) -> TrialTrainers {
    TrialTrainers(
      begin: { trial, study in
        try Trainer(
          gan, data: RingOfGaussians(), batchSize: study.batchSize, seed: trial.seed, threadCount: study.threadsPerTrial
        )
      },
      resume: { _, study, folder in try Trainer(resuming: folder, threadCount: study.threadsPerTrial) },
      checkpoint: { trainer in
        if trainer.step == step { stop.raise() }
        return try trainer.checkpoint()
      })
  }

  private func play(_ path: String, _ trainers: TrialTrainers, asked: StudySpecification? = nil, stop: StopSignal = StopSignal()) throws
    -> TrialRunner.Ending
  {
    let directory = StudyDirectory(path)
    let study = try directory.prepare(asked ?? Self.study())
    return try TrialRunner(
      study.trials[0], of: study, in: directory, trainers: trainers, registry: Self.registry.get(), stop: stop,
      warn: { _ in }
    ).run()
  }

  private func result(_ path: String) throws -> TrialResult? {
    try StudyDirectory(path).files(of: Self.study().trials[0]).readResult()
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
      #expect(whole.evaluations.allSatisfy { $0["energy-distance"] != nil && $0["covered-modes"] != nil })
      #expect(whole.curves.contains { $0.name == "generator.loss" && $0.values.count == 40 })
      #expect(whole.secondsPerRound != nil && parts.secondsPerRound != nil)
      whole.secondsPerRound = nil
      parts.secondsPerRound = nil
      #expect(whole == parts)
      let files = try StudyDirectory(path + "/parts").files(of: Self.study().trials[0])
      let reference = try StudyDirectory(path + "/whole").files(of: Self.study().trials[0])
      #expect(FileManager.default.contents(atPath: files.samples) != nil)
      #expect(
        FileManager.default.contents(atPath: files.samples) == FileManager.default.contents(atPath: reference.samples))
      // So do the pictures: a frame before the first round and one at each evaluation, the film, and the discriminator's surface.
      let frames = SampleFilm.frames(in: files.frames)
      #expect(frames.map(\.step) == [0, 10, 20, 30, 40])
      for (own, other) in zip(
        frames.map(\.path) + [files.film, files.surface],
        SampleFilm.frames(in: reference.frames).map(\.path) + [reference.film, reference.surface])
      {
        let bytes = try #require(FileManager.default.contents(atPath: own), "\(own)")
        #expect(bytes == FileManager.default.contents(atPath: other), "\(own)")
      }
      #expect(Set(frames.map { FileManager.default.contents(atPath: $0.path) }).count == 5)
    }
  }

  @Test func aTrialThatGoesOnForMoreRoundsIsTheOneThatRanWhole() throws {
    try withFolder { path in
      var longer = try Self.study()
      (longer.rounds, longer.evaluationCount) = (60, 6)
      #expect(try play(path + "/whole", trainers(gan: gan()), asked: longer) == .finished)
      #expect(try play(path + "/grown", trainers(gan: gan())) == .finished)
      let (whole, grown) = (StudyDirectory(path + "/whole"), StudyDirectory(path + "/grown"))
      let trial = longer.trials[0]
      // A result of fewer rounds is none yet.
      #expect(try grown.result(of: trial, in: Self.study())?.step == 40 && grown.result(of: trial, in: longer) == nil)
      var begun = 0
      var trainers = trainers(gan: gan())
      let begin = trainers.begin
      trainers.begin = {
        begun += 1
        return try begin($0, $1)
      }
      #expect(try play(path + "/grown", trainers, asked: longer) == .finished && begun == 0)
      var results = try [whole, grown].map { try #require(try $0.result(of: trial, in: longer)) }
      #expect(results[0].evaluations.map(\.step) == [10, 20, 30, 40, 50, 60])
      for index in results.indices { results[index].secondsPerRound = nil }
      #expect(results[0] == results[1])
      let files = try [whole, grown].map { try FileManager.default.subpathsOfDirectory(atPath: $0.files(of: trial).folder).sorted() }
      #expect(files[0] == files[1] && !files[0].isEmpty)
    }
  }

  @Test func aTrialKilledBetweenItsFilesPlaysTheRestAgain() throws {
    try withFolder { path in
      #expect(try play(path + "/whole", trainers(gan: gan())) == .finished)
      struct Killed: Error {}
      var dying = trainers(gan: gan())
      let checkpoint = dying.checkpoint
      // The third checkpoint is never written, though its evaluation is in the record.
      dying.checkpoint = { trainer in
        if trainer.step == 30 { throw Killed() }
        return try checkpoint(trainer)
      }
      #expect(throws: Killed.self) { try play(path + "/killed", dying) }
      #expect(try play(path + "/killed", trainers(gan: gan())) == .finished)
      let whole = try #require(try result(path + "/whole"))
      let killed = try #require(try result(path + "/killed"))
      #expect(whole.evaluations.count == 4)
      #expect(killed.evaluations == whole.evaluations)
    }
  }

  @Test func aTrialWhoseRecordIsLostBeginsAgain() throws {
    try withFolder { path in
      #expect(try play(path + "/whole", trainers(gan: gan())) == .finished)
      let stop = StopSignal()
      #expect(try play(path + "/lost", trainers(gan: gan(), stopAt: 20, stop: stop), stop: stop) == .interrupted)
      let files = try StudyDirectory(path + "/lost").files(of: Self.study().trials[0])
      try FileManager.default.removeItem(atPath: files.record)
      #expect(try play(path + "/lost", trainers(gan: gan())) == .finished)
      #expect(try result(path + "/lost")?.evaluations == result(path + "/whole")?.evaluations)
      // What it had played is kept beside.
      let kept = try FileManager.default.contentsOfDirectory(atPath: files.folder).filter { $0.hasSuffix(".aside") }
      #expect(!kept.isEmpty)
    }
  }

  @Test func aCheckpointOfAnotherSeedIsNotTaken() throws {
    try withFolder { path in
      let stop = StopSignal()
      #expect(try play(path, trainers(gan: gan(), stopAt: 20, stop: stop), stop: stop) == .interrupted)
      let files = try StudyDirectory(path).files(of: Self.study().trials[0])
      let other = try Trainer(gan(), data: RingOfGaussians(), batchSize: 16, seed: 9, threadCount: 1)
      try other.run(until: 30)
      try other.save(to: files.checkpoints.path(forStep: 30))
      let text = message { _ = try play(path, trainers(gan: gan())) }
      #expect(text.contains("is of seed 9 with batches of 16, not of seed 1 with batches of 16"), "\(text)")
      #expect(try result(path) == nil)
    }
  }

  @Test func damagedCheckpointsMeanBeginningAgain() throws {
    try withFolder { path in
      let stop = StopSignal()
      let stopped = trainers(gan: gan(), stopAt: 10, stop: stop)
      #expect(try play(path, stopped, stop: stop) == .interrupted)
      let files = try StudyDirectory(path).files(of: Self.study().trials[0])
      for file in try files.checkpoints.files() {
        try Data("no checkpoint".utf8).write(to: URL(fileURLWithPath: file.path))
      }
      #expect(try play(path, trainers(gan: gan())) == .finished)
      #expect(try result(path)?.evaluations.map(\.step) == [10, 20, 30, 40])
      #expect(FileManager.default.fileExists(atPath: files.checkpoints.path(forStep: 10) + ".damaged"))
    }
  }

  @Test func aFolderThatIsMadeAnewUnderATrialIsNotWrittenIn() throws {
    try withFolder { path in
      let files = try StudyDirectory(path).files(of: Self.study().trials[0])
      var trainers = trainers(gan: gan())
      let checkpoint = trainers.checkpoint
      trainers.checkpoint = { trainer in
        if trainer.step == 20 {
          try FileManager.default.moveItem(atPath: files.folder, toPath: path + "/moved")
          try FileManager.default.createDirectory(atPath: files.folder, withIntermediateDirectories: true)
        }
        return try checkpoint(trainer)
      }
      let text = message { _ = try play(path, trainers) }
      #expect(text.contains("was moved away") && text.contains("/moved"), "\(text)")
      let left = try FileManager.default.contentsOfDirectory(atPath: files.folder)
      #expect(left == [])
      // What had been saved by then goes on where it is put back.
      try FileManager.default.removeItem(atPath: files.folder)
      try FileManager.default.moveItem(atPath: path + "/moved", toPath: files.folder)
      #expect(try play(path, self.trainers(gan: gan())) == .finished)
    }
  }

  @Test func twoCheckpointsOfATrialStay() throws {
    try withFolder { path in
      #expect(try play(path, trainers(gan: gan())) == .finished)
      let checkpoints = try StudyDirectory(path).files(of: Self.study().trials[0]).checkpoints
      #expect(try checkpoints.files().map(\.step) == [30, 40])
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
      #expect(result.evaluations[0]["covered-modes"] == 0 && result.evaluations[0]["quality"] == 0)
      // Samples that are not finite have no distance, and the reason is kept.
      #expect(result.evaluations[0]["energy-distance"] == nil)
      #expect(result.evaluations[0].failures.map(\.metric) == ["energy-distance"])
      #expect(result.evaluations[0].failures[0].reason.contains("200 of 200 samples have a number that is not finite"))
    }
  }

  @Test func realSamplesScoreNearTheCeiling() throws {
    let samples = try RingOfGaussians().opened()
    let measures = try Evaluator(Self.study(sampleCount: 2500), samples: samples, registry: Self.registry.get()).nulls()
    #expect(measures.map(\.name) == ["covered-modes", "modes-by-share", "modes-by-rate", "quality", "reverse-kl", "energy-distance"])
    let nulls = try measures.map { try #require($0.null) }
    #expect(nulls.allSatisfy { $0.repeats == 39 && $0.sampleCount == 2500 && $0.referenceCount == 2500 })
    #expect(nulls[0].lower == 8 && nulls[0].upper == 8 && nulls[1].mean == 8)
    // 1 − exp(−4.5) = 0.98889; the deviation of the share of 2,500 is 0.0021, that of the mean of 39 0.0003.
    #expect(abs(nulls[3].mean - 0.98889) < 0.003)
    #expect(nulls[4].mean > 0 && nulls[4].mean < 0.003)
    #expect(abs(nulls[5].mean) < 0.005)
  }

  /// Energy distances of earlier releases, to the bit: the same reference, and the same first draw in its place.
  @Test func theReferenceIsThatOfEarlierStudies() throws {
    let samples = try RingOfGaussians().opened()
    let evaluator = try Evaluator(Self.study(sampleCount: 50), samples: samples, registry: Self.registry.get())
    let key = Key(seed: 0).derived("study")
    let real = samples.drawn(50, key: key.derived("real-score"))
    #expect(evaluator.reference.values == samples.drawn(50, key: key.derived("held-out")))
    let found = try evaluator.evaluate(real, step: 0).evaluation["energy-distance"]
    #expect(found == EnergyDistance.unbiased(real, evaluator.reference.values, dimension: 2))
  }

  @Test func finiteDataIsComparedWithWhatItKeepsBack() throws {
    var finite = RingOfGaussians()
    finite.points = 100
    let training = try finite.opened()
    let evaluator = try Evaluator(Self.study(), samples: training, registry: Self.registry.get())
    #expect(evaluator.hasHeldOut && evaluator.reference.count == 200)
    let rows = Set((0..<100).map { training.drawn(100, key: Key(seed: 1))[2 * $0] })
    #expect((0..<200).allSatisfy { !rows.contains(evaluator.reference.values[2 * $0]) }, "no training sample is in the reference")
    // What keeps nothing back is compared with itself, and says so.
    let all = try Evaluator(
      Self.study([EnergyDistance()]), samples: ArraySamples([0, 1, 2, 3], sampleShape: [2]).opened(), registry: Self.registry.get())
    #expect(!all.hasHeldOut && all.reference.count == 2)
  }

  @Test func metricsThatCannotBeUsedAreRefusedBeforeAnythingRuns() throws {
    let samples = try SwissRoll().opened()
    func text(_ plan: EvaluationPlan) -> String {
      message {
        let study = try StudySpecification(problem: "p", variants: [.baseline], seeds: [1], rounds: 1, batchSize: 1, plan: plan)
        _ = try Evaluator(study, samples: samples, registry: Self.registry.get())
      }
    }
    #expect(text(EvaluationPlan([KnownModeCoverage()])).contains("mode-coverage: it needs data of which the modes are known"))
    #expect(text(EvaluationPlan([ClassifierScore()])).contains("class-probability-score: no file is named"))
    #expect(text(EvaluationPlan([EnergyDistance()], features: RandomConvolution())).contains("random-convolution: it needs images"))
    #expect(text(EvaluationPlan([EnergyDistance()])).isEmpty)
  }
}
