import Rival
import TemplatePlugin
import Testing

@Suite struct PastAveragingTests {
  /// A game of two numbers, played with plain gradient steps.
  private func trainer(weight: Double) throws -> Trainer {
    let gan = GAN(latent: .normal(1)) {
      Generator { Position(1, initial: 1) }
      Discriminator { Dense(1, usesBias: false, initializer: .constant(1)) }
      NonSaturatingLoss()
      SGD(learningRate: 0.1)
      SimultaneousUpdates()
      PastAveraging(weight: weight)
    }
    return try Trainer(gan, data: PointMass(), batchSize: 1, seed: 1)
  }

  private func number(_ prefix: String, _ trainer: Trainer) throws -> Double {
    let tensors = trainer.state.subtree(prefix).tensors
    #expect(tensors.count == 1)
    return try #require(tensors.first).item()
  }

  @Test func keepsTheMeanOfAllPoints() throws {
    let trainer = try trainer(weight: 0.5)
    for player in ["generator", "discriminator"] { #expect(try number("\(player)/params/", trainer) == 1) }
    var sums = ["generator": 1.0, "discriminator": 1.0]
    for round in 1...7 {
      try trainer.advance()
      for player in ["generator", "discriminator"] {
        let sum = try sums[player, default: 0] + number("\(player)/params/", trainer)
        sums[player] = sum
        let average = try number("\(player)_past_average/params/", trainer)
        #expect(abs(average - sum / Double(round + 1)) < 1e-6)
      }
    }
  }

  @Test func pullsBackByTheSlopeOfItsTerm() throws {
    let weight = 0.5
    let (without, with) = try (trainer(weight: 0), trainer(weight: weight))
    // At first every player stands on its average, so the first update is the same.
    try without.advance()
    try with.advance()
    let first = try number("generator/params/", with)
    #expect(try first == number("generator/params/", without))
    #expect(first != 1)
    // Then the slope is 2 · weight · (θ₁ − (θ₀ + θ₁) / 2).
    try without.advance()
    try with.advance()
    let expected = try number("generator/params/", without) - 0.1 * weight * (first - 1)
    #expect(try abs(number("generator/params/", with) - expected) < 1e-6)
  }

  @Test func recordsTheDistance() throws {
    let trainer = try trainer(weight: 1)
    try trainer.run(until: 3)
    let distances = try #require(trainer.history["past-averaging.generator"])
    #expect(distances.count == 3)
    #expect(distances[0] == 0)
    #expect(distances[1] > 0)
  }

  @Test func refusesANegativeWeight() {
    #expect(throws: CompositionError.self) { try trainer(weight: -1) }
  }
}
