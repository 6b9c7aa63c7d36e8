import Components
import Foundation
import MetricParts
import Metrics
import Networks
import Testing

@testable import Studies

@Suite struct SpecificationTests {
  @Test func evaluationsAreEvenlySpacedAndEndTheRun() {
    var study = study(variants: ["baseline"], seeds: 1, rounds: 2000)
    #expect(study.evaluationSteps == (1...20).map { $0 * 100 })
    study.rounds = 7
    #expect(study.evaluationSteps == [1, 2, 3, 4, 5, 6, 7])
    study.rounds = 45
    #expect(study.evaluationSteps.last == 45)
    #expect(study.evaluationSteps == study.evaluationSteps.sorted() && Set(study.evaluationSteps).count == 20)
  }

  @Test func trialsAreOrderedByVariantThenSeed() {
    let trials = study(variants: ["baseline", "a"], seeds: 2).trials
    #expect(trials.map(\.variant.label) == ["baseline", "baseline", "a", "a"])
    #expect(trials.map(\.seed) == [1, 2, 1, 2])
  }

  @Test func goingOnKeepsTheStoredThreadCount() throws {
    try withFolder { path in
      let directory = StudyDirectory(path)
      var study = study(variants: ["baseline"], seeds: 1)
      study.threadsPerTrial = 3
      _ = try directory.prepare(study)
      study.threadsPerTrial = 1
      #expect(try directory.prepare(study).threadsPerTrial == 3)
    }
  }

  @Test func changedDefaultsOfAComponentAreSeen() {
    var old = study(variants: ["baseline", "a"], seeds: 1)
    let new = old
    old.variants[1].components[0].fields = .object(["x": .integer(2)])
    #expect(new.differences(from: old) == ["variants: the components of a, or their defaults, have changed"])
  }

  @Test func damagedOrForeignStudyFilesAreRefused() throws {
    try withFolder { path in
      let directory = StudyDirectory(path)
      try Data("{".utf8).write(to: URL(fileURLWithPath: directory.specificationPath))
      let text1 = message { _ = try directory.prepare(study(variants: ["baseline"], seeds: 1)) }
      #expect(text1.contains("study.json"))
      var future = study(variants: ["baseline"], seeds: 1)
      future.version = 99
      try StudyFile.write(future, to: directory.specificationPath)
      let text2 = message { _ = try directory.specification() }
      #expect(text2.contains("form 99"))
      // The first form had no metrics: it is refused by its number, not as damaged.
      let first = #"{"version":1,"problem":"ring","variants":[],"seeds":[1],"rounds":4,"batchSize":8,"sampleCount":9,"evaluationCount":2}"#
      try Data(first.utf8).write(to: URL(fileURLWithPath: directory.specificationPath))
      let text3 = message { _ = try directory.prepare(study(variants: ["baseline"], seeds: 1)) }
      #expect(text3.contains("the study has form 1, but this program knows form 3") && text3.contains("another folder"))
    }
  }

  @Test func impossibleNumbersAreRefused() throws {
    var one = study(variants: ["baseline"], seeds: 1)
    one.rounds = 0
    let text3 = message { try one.validate() }
    #expect(text3.contains("rounds: 0"))
    let text4 = message { try study(variants: ["a", "a"], seeds: 1).validate() }
    #expect(text4.contains("given twice"))
    one.rounds = 1
    one.metrics = [try NamedComponent(EnergyDistance()), try NamedComponent(EnergyDistance())]
    #expect(message { try one.validate() }.contains("'energy-distance' is given twice"))
    var twins = study(variants: ["a", "b"], seeds: 1)
    twins.variants[1].components = twins.variants[0].components
    #expect(message { try twins.validate() }.contains("the variants 'a' and 'b' are the same"))
    let text5 = message { try study(variants: ["a"], seeds: 1).validate() }
    #expect(text5.isEmpty)
  }
}
