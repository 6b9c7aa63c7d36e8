import Rival

extension EvaluationPlan {
  /// What is measured where a problem does not say.
  ///
  /// - Data with known modes: modes reached, quality, and the divergence of their frequencies; quality and divergence decide. The energy distance.
  /// - Images: the Fréchet and the kernel distance, which decide, and precision, recall, density and coverage, all of 64 principal components of the
  ///   held-out images. These see what random convolutions overlook: a digit that is never drawn stands out by 24 standard deviations of the
  ///   null, against 0.9 (Docs/metrics.md has the table).
  /// - Other data: the energy distance, which decides, and the sliced Wasserstein distance.
  ///
  /// Generated samples are as many as the held-out ones, at most 2,500 (2,000 images), because most of these depend on numbers.
  public static func standard(for samples: any Samples) -> EvaluationPlan {
    var plan: EvaluationPlan
    if samples.modes != nil {
      plan = EvaluationPlan([KnownModeCoverage(), EnergyDistance()], primary: ["quality", "reverse-kl"])
    } else if PNGImage.canHold(samples.sampleShape) {
      plan = EvaluationPlan(
        [FrechetDistance(), KernelDistance(), PrecisionRecall(), DensityCoverage()], features: PrincipalComponents(),
        primary: ["frechet-distance", "kernel-distance"], sampleCount: 2_000, evaluationCount: 5)
    } else {
      plan = EvaluationPlan([EnergyDistance(), SlicedWasserstein()], primary: ["energy-distance"])
    }
    if let count = (samples.heldOut ?? samples).count { plan.sampleCount = max(2, min(plan.sampleCount, count)) }
    return plan
  }
}
