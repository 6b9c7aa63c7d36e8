import Rival
import Testing

/// Verdicts of records made by hand, whose answer is known.
@Suite("Verdicts of records made by hand")
struct RecordTests {
  /// A run at rest after 1,000 rounds, by an adversary of so many test samples.
  static func resting(accuracy: Double = 0.505, testSamples: Double = 4_000) -> Observations {
    var observations = Observations()
    for step in stride(from: 100, through: 1_000, by: 100) {
      observations.append(
        [
          Reading("sliced-wasserstein", 0.01), Reading("sliced-wasserstein.null.mean", 0.01),
          Reading("sliced-wasserstein.null.upper", 0.02),
        ], of: SampleDistance.name, step: step)
    }
    observations.append(
      [
        Reading("accuracy", accuracy), Reading("null.upper", 0.5 + 1.645 * 0.5 / testSamples.squareRoot()), Reading("p-value", 0.3),
        Reading("test-samples", testSamples),
      ], of: IndependentAdversary.name, step: 1_000)
    return observations
  }

  static func verdict(_ observations: Observations, failure: NumericFailure? = nil) -> ConvergenceVerdict {
    Diagnosis(RunRecord(step: 1_000, history: History(), observations: observations, failure: failure)).verdict
  }

  @Test func nothingRecordedDecidesNothing() {
    #expect(Self.verdict(Observations()) == .inconclusive)
  }

  @Test func atRest() {
    #expect(Self.verdict(Self.resting()) == .converged)
    // 0.55 is where a tenth of the mass is in the wrong place.
    #expect(Self.verdict(Self.resting(accuracy: 0.56)) == .inconclusive)
  }

  /// Chance on a few samples shows nothing: 0.505 + 1.645 · 0.5/√n lies above 0.55 where n is below 334.
  @Test func fewSamplesProveNoEquality() {
    #expect(Self.verdict(Self.resting(testSamples: 340)) == .converged)
    #expect(Self.verdict(Self.resting(testSamples: 330)) == .inconclusive)
  }

  @Test func aStablePointThatIsNotNash() {
    var observations = Self.resting()
    observations.append(
      [Reading("generator.smallest-curvature", -0.1), Reading("stable", 1)], of: EquilibriumReading.name, step: 1_000)
    #expect(Self.verdict(observations) == .stableNotNash)
    var repelling = Self.resting()
    repelling.append([Reading("generator.smallest-curvature", -0.1), Reading("stable", 0)], of: EquilibriumReading.name, step: 1_000)
    #expect(Self.verdict(repelling) == .converged)
  }

  @Test func whatIsNotFiniteOutranksTheRest() {
    let failure = NumericFailure(step: 1_000, record: "generator.loss", value: .nan)
    #expect(Self.verdict(Self.resting(), failure: failure) == .numeric)
    var hidden = Self.resting()
    hidden.append([Reading("generator.norm", 1)], of: ParameterProjections.name, step: 500)
    hidden.append([Reading("generator.norm", .nan)], of: ParameterProjections.name, step: 1_000)
    #expect(Self.verdict(hidden) == .numeric)
    // A run that went back to a good state is sound again.
    hidden.append([Reading("generator.norm", 1)], of: ParameterProjections.name, step: 1_001)
    #expect(Self.verdict(hidden) == .converged)
  }
}
