import Rival

extension PlantedPathology {
  /// A ring whose modes overlap (three standard deviations between neighbours), small steps, a penalty and an average: it converges.
  static var clean: PlantedRing {
    PlantedRing(
      data: RingOfGaussians(standardDeviation: 0.5), generatorRate: 5e-4, discriminatorRate: 5e-4, beta1: 0, beta2: 0.99,
      rule: AlternatingUpdates(discriminatorSteps: 2), heuristics: [R1Penalty(gamma: 0.1), ExponentialMovingAverage(decay: 0.999)],
      batchSize: 256, rounds: 4_000)
  }

  static let controls: [PlantedPathology] = [
    PlantedPathology("converged", .converged) { seed in try clean.trained(seed: seed) },
    // The same run, stopped early.
    PlantedPathology("still improving", .stillImproving) { seed in
      var ring = clean
      ring.rounds = 400
      return try ring.trained(seed: seed)
    },
  ]
}
