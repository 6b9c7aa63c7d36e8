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

  /// A discriminator that is right about everything, and says the same of everything within a hundred-thousandth.
  static func discriminator(_ loss: any Loss) -> RunRecord {
    var observations = Observations()
    for step in stride(from: 100, through: 1_000, by: 100) {
      observations.append(
        [
          Reading(DiscriminatorOutputs.realAccuracy, 1), Reading(DiscriminatorOutputs.fakeAccuracy, 1),
          Reading(DiscriminatorOutputs.loss, 0.01), Reading(DiscriminatorOutputs.spread, 1e-5), Reading(DiscriminatorOutputs.real, 0.5),
          Reading(DiscriminatorOutputs.fake, 0.5), Reading(DiscriminatorOutputs.divergenceBound, 0),
        ], of: DiscriminatorOutputs.name, step: step)
    }
    let gan = GAN(latent: .normal(1)) { loss }
    return RunRecord(step: 1_000, history: History(), observations: observations, composition: gan)
  }

  /// The outputs of a critic have no scale, and to be right is its task: what a loss is, not what it is called, decides.
  @Test func criticsAreNoClassifiers() {
    let classifier = Diagnosis(Self.discriminator(NonSaturatingLoss()))
    #expect(classifier.findings.map(\.verdict) == [.discriminatorDead, .discriminatorOverpowered])
    #expect(classifier.lines.first?.level == .alarm)
    for critic: any Loss in [WassersteinLoss(), HingeLoss()] {
      let diagnosis = Diagnosis(Self.discriminator(critic))
      #expect(diagnosis.verdict == .inconclusive && diagnosis.lines.first?.level == .fine, "\(critic.name)")
    }
  }

  static func spectrum(_ real: Double, _ imaginary: Double = 0) -> String {
    var observations = Observations()
    observations.append(
      [
        Reading(UpdateMapSpectrum.radius, (real * real + imaginary * imaginary).squareRoot()), Reading(UpdateMapSpectrum.converged, 1),
        Reading(UpdateMapSpectrum.residual, 0), Reading(UpdateMapSpectrum.productCount, 40), Reading("eigenvalue-0.real", real),
        Reading("eigenvalue-0.imaginary", imaginary),
      ], of: UpdateMapSpectrum.name, step: 1_000)
    return Diagnosis(RunRecord(step: 1_000, history: History(), observations: observations)).lines.map(\.sentence).joined()
  }

  /// A smaller rate moves an eigenvalue towards 1: into the circle from −1.2 and from where it turns, never from 1.2.
  @Test func whatAnEigenvalueAsksFor() {
    #expect(Self.spectrum(0.9).hasSuffix(": small errors shrink."))
    #expect(Self.spectrum(1).hasSuffix(": small errors neither grow nor shrink."))
    #expect(Self.spectrum(-1.2).hasSuffix("since steps overshoot. Try a smaller learning rate."))
    #expect(Self.spectrum(0.9, 0.6).hasSuffix(": small errors grow here. Try a smaller learning rate or r1-penalty."))
    let repelling = Self.spectrum(1.2)
    #expect(repelling.contains("at any learning rate") && !repelling.contains("smaller learning rate"))
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
