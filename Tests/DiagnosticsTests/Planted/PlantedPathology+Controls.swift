import Rival

extension PlantedPathology {
  /// The ring with overlapping modes, a penalty and an average: it converges.
  static var clean: PlantedRing {
    PlantedRing(
      data: RingOfGaussians(standardDeviation: 0.3), beta1: 0, beta2: 0.99, rule: AlternatingUpdates(discriminatorSteps: 2),
      heuristics: [R1Penalty(gamma: 0.1), ExponentialMovingAverage(decay: 0.999)],
      batchSize: 256, rounds: 10_000)
  }

  static let controls: [PlantedPathology] = [
    PlantedPathology("converged", .converged) { seed in try clean.trained(seed: seed) },
    PlantedPathology("still improving", .stillImproving) { seed in
      var ring = clean
      ring.rounds = 300
      return try ring.trained(seed: seed)
    },
  ]
}
