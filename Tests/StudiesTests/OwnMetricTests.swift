import Foundation
import Rival
import RivalTesting
import Testing

/// A metric of a user's own, through public doors alone: known to a comparison as any other.
struct UpperHalf: Metric {
  static let name = "upper-half"
  static let summary = "The share of samples whose first number is above a level."

  /// The level.
  var level = 0.0

  init() {}

  func measure(_ samples: SampleSet, against reference: SampleSet, key: Key) throws -> [MetricValue] {
    let above = stride(from: 0, to: samples.values.count, by: samples.dimension).count { Double(samples.values[$0]) > level }
    return [
      MetricValue(
        "upper-half", Double(above) / Double(samples.count), goal: .null,
        display: MetricDisplay("upper half", meaning: "the share above the level", unit: .percent, digits: 1))
    ]
  }
}

@Suite struct OwnMetricTests {
  private static func gan(_ variant: Variant) -> GAN {
    GAN(latent: .normal(2)) {
      Generator {
        Dense(4)
        ReLU()
        Dense(2)
      }
      Discriminator {
        Dense(4)
        ReLU()
        Dense(1)
      }
      NonSaturatingLoss()
      Adam(learningRate: variant.components.isEmpty ? 1e-3 : 1e-2)
      AlternatingUpdates()
    }
  }

  @Test func aMetricOfOnesOwnIsInTableDocumentAndReport() throws {
    let folder = NSTemporaryDirectory() + "/own-metric-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var registry = try Registry.builtIn()
    try registry.register(UpperHalf.self)
    var shifted = UpperHalf()
    shifted.level = 1
    let directory = StudyDirectory(folder)
    let study = try directory.prepare(
      StudySpecification(
        problem: "mine", variants: VariantList.parse("baseline,adam:learningRate=0.01", registry: registry), seeds: [1, 2], rounds: 6,
        batchSize: 8,
        plan: EvaluationPlan([EnergyDistance(), UpperHalf(), shifted], primary: ["upper-half"], sampleCount: 100, evaluationCount: 2)))
    let trainers = TrialTrainers(
      begin: { trial, study in
        try Trainer(Self.gan(trial.variant), data: RingOfGaussians(), batchSize: study.batchSize, seed: trial.seed, threadCount: 1)
      },
      resume: { _, _, folder in try Trainer(resuming: folder, threadCount: 1) }, checkpoint: { try $0.checkpoint() })
    var outcomes: [TrialOutcome] = []
    for trial in study.trials {
      let runner = TrialRunner(
        trial, of: study, in: directory, trainers: trainers, registry: registry, stop: StopSignal(), warn: { Issue.record("\($0)") })
      #expect(try runner.run() == .finished)
      outcomes.append(.finished(try #require(try directory.files(of: trial).readResult())))
    }
    let samples = try RingOfGaussians().opened()
    let evaluator = try Evaluator(study, samples: samples, registry: registry)
    let results = try StudyResults(study, outcomes: outcomes, evaluator: evaluator)
    #expect(results.measures.map(\.name) == ["energy-distance", "upper-half", "upper-half:level=1"])
    #expect(results.measures.map(\.isPrimary) == [false, true, true])
    // Of the ring's eight centres three lie above 0 by their first number and two on it, and of two units' radius three above 1.
    let nulls = try results.measures.map { try #require($0.null) }
    #expect(abs(nulls[1].mean - 0.5) < 0.1 && abs(nulls[2].mean - 0.375) < 0.1)

    let tables = StudyTables(results)
    #expect(tables.main.columns.map(\.title) == ["variant", "upper half % =", "upper half (level=1) % =", "ms/round"])
    #expect(tables.main.rows.map { $0[0] } == ["baseline", "adam:learningRate=0.01", "real data"])
    #expect(tables.further?.columns.map(\.title) == ["variant", "energy distance ↓"])
    #expect(tables.caption.contains("Upper half: the share above the level"))
    let json = try results.json()
    #expect(json.contains(#""metric" : "upper-half:level=1""#) && json.contains(#""name" : "upper-half""#))
    #expect(StudyFindings(results).sentences.contains { $0.hasPrefix("adam:learningRate=0.01 against baseline in upper half: P = ") })
    let page = try StudyReport(results, outcomes: outcomes, in: directory, modes: samples.modes, command: "mine").html()
    #expect(page.contains("Upper half (%)") && page.contains("upper half (level=1) % =") && page.contains("Best median upper half: "))
  }

  @Test func itConforms() throws {
    #expect(try MetricConformance.check(UpperHalf()).isEmpty)
  }
}
