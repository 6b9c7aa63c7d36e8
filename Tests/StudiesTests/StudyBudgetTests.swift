import Adversarial
import Components
import Testing

@testable import Studies

/// Rounds that fit a budget.
@Suite struct StudyBudgetTests {
  private let cost = RoundCost(operations: 300, updates: ["generator": 1, "discriminator": 5])

  private func rounds(_ text: String, seconds: Double = 0.25) throws -> Int {
    try StudyBudget(parsing: text).rounds(of: "a", cost: cost) { seconds }
  }

  @Test func asManyRoundsArePlayedAsFit() throws {
    #expect(try rounds("operations=3000") == 10 && rounds("operations=3299") == 10 && rounds("operations=3300") == 11)
    #expect(try rounds("discriminatorUpdates=23") == 4 && rounds("generatorUpdates=23") == 23)
    #expect(try rounds("seconds=1") == 4 && rounds("operations=1e30") == 1_000_000_000)
    #expect(try StudyBudget(parsing: "operations = 2e12") == StudyBudget(2e12, of: .operations))
    #expect(try StudyBudget(parsing: StudyBudget(2e12, of: .operations).description) == StudyBudget(2e12, of: .operations))
  }

  @Test func budgetsThatFitNothingAreRefused() {
    #expect(message { _ = try rounds("operations=299") }.contains("a round of 'a' takes 300 operations, more than the budget of 299"))
    #expect(message { _ = try rounds("operation=5") }.contains("did you mean 'operations'?"))
    #expect(message { _ = try rounds("operations") }.contains("such as operations=2e12"))
    #expect(message { _ = try rounds("seconds=-1") }.contains("must be above 0"))
    let none = RoundCost(operations: 1, updates: ["psi": 1])
    #expect(
      message { _ = try StudyBudget(5, of: .generatorUpdates).rounds(of: "b", cost: none) { 0 } }.contains(
        "a round of 'b' has no generatorUpdates"))
  }

  @Test func eachVariantIsEvaluatedOverItsOwnRounds() throws {
    var study = study(variants: ["baseline", "a"], seeds: 2, rounds: 60)
    study.evaluationCount = 3
    #expect(message { try study.validate() }.isEmpty)
    study.budget = try StudyBudget(1, of: .operations)
    #expect(message { try study.validate() }.contains("the variant 'baseline' has 0 rounds"))
    (study.variants[0].rounds, study.variants[1].rounds) = (60, 30)
    #expect(message { try study.validate() }.isEmpty)
    #expect(study.evaluationSteps(of: study.variants[0]) == [20, 40, 60] && study.evaluationSteps(of: study.variants[1]) == [10, 20, 30])
    // It grows by a variant with more rounds, which changes nothing for the others, and not to another budget.
    var asked = study
    asked.variants.append(Variant(label: "b", components: [.init(name: "b")]))
    asked.variants[2].rounds = 90
    asked.rounds = 90
    let grown = try StudyGrowth(of: study, by: asked, in: "there")
    #expect(grown.specification.rounds == 90 && grown.specification.evaluationCount == 3 && grown.additions == ["1 variant (b)"])
    #expect(grown.specification.evaluationSteps(of: grown.specification.variants[0]) == [20, 40, 60])
    // Nor does a study without a budget get one.
    let equal = StudiesTests.study(variants: ["baseline"], seeds: 1, rounds: 7)
    #expect(message { _ = try StudyGrowth(of: equal, by: asked, in: "there") }.contains("budget: none → operations=1"))
    asked.budget = try StudyBudget(2, of: .operations)
    #expect(message { _ = try StudyGrowth(of: study, by: asked, in: "there") }.contains("budget: operations=1 → operations=2"))
  }
}
