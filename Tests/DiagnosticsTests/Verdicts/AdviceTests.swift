import Foundation
import Rival
import Testing

/// What a diagnosis tells a user to add can be added.
@Suite("Advice of verdicts")
struct AdviceTests {
  /// The findings of runs that set off every rule that advises components, as if their compositions were unknown: nothing is left out.
  static func findings() throws -> [Finding] {
    let names = [
      "cycling (Dirac)", "diverging (Dirac)", "collapse (ring)", "hopping (ring)", "dead discriminator", "overpowered discriminator",
      "overfitting discriminator", "NaN in a gradient", "converged", "still improving",
    ]
    return try names.flatMap { name in
      let planted = try #require(PlantedPathology.all.first { $0.name == name })
      let run = try planted.trained(0)
      let record = RunRecord(
        step: run.step, history: run.history, observations: run.observations, failure: run.failure, modeWeights: run.samples.modes?.weights)
      return Diagnosis(record).findings
    }
  }

  @Test func everyAdvisedComponentIsBuiltIn() throws {
    let registry = try Registry.builtIn()
    let findings = try Self.findings()
    var advised = 0
    for finding in findings {
      for component in finding.advice.flatMap(\.components) {
        advised += 1
        let known = try registry.component(parsing: component)
        try known.validateFields()
      }
    }
    let silent: Set<ConvergenceVerdict> = [.stableNotNash, .inconclusive]
    #expect(Set(findings.map(\.verdict)).isSuperset(of: Set(ConvergenceVerdict.builtIn).subtracting(silent)))
    #expect(advised >= 20)
  }
}
