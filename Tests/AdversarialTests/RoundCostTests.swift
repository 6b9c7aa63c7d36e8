import Rival
import Testing

/// What a round takes, against numbers counted by hand.
@Suite struct RoundCostTests {
  private func cost(steps: Int = 1, batch: Int = 4, _ heuristics: [any Heuristic] = []) throws -> RoundCost {
    var gan = GAN(latent: .normal(3)) {
      Generator { Dense(2, usesBias: false) }
      Discriminator { Dense(1, usesBias: false) }
      WassersteinLoss()
      SGD(learningRate: 0.1)
      AlternatingUpdates(discriminatorSteps: steps)
    }
    gan.heuristics = heuristics
    return try RoundCost(of: gan, fields: [Field("samples", shape: [2])], batchSize: batch)
  }

  @Test func productsCountTwiceAndGrowWithTheBatch() throws {
    let (small, large) = (try cost(batch: 4), try cost(batch: 8))
    #expect(small.updates == ["generator": 1, "discriminator": 1])
    // At least the products of both players' steps, two networks each: 3·2 from latent numbers to a sample, 2·1 from a sample to its score.
    let perSample = Double(large.operations - small.operations) / 4
    #expect(perSample >= Double(2 * (2 * 3 * 2 + 2 * 2 * 1)) && perSample < 400, "\(perSample)")
    #expect(try cost(batch: 16).operations - large.operations == 2 * (large.operations - small.operations), "linear in the batch")
  }

  @Test func moreStepsAndTricksCostMore() throws {
    let one = try cost()
    let three = try cost(steps: 3)
    #expect(three.updates == ["generator": 1, "discriminator": 3])
    // Each further step of the discriminator costs the same, and the generator's single one nothing more.
    let step = try cost(steps: 2).operations - one.operations
    #expect(step > 0 && step < one.operations && three.operations == one.operations + 2 * step)
    #expect(try cost([R1Penalty(gamma: 1)]).operations > one.operations)
  }

  @Test func whatCannotBeTrainedIsSaid() throws {
    let still = GAN(latent: .normal(3)) {
      Generator { Dense(5) }
      Discriminator { Dense(1) }
      WassersteinLoss()
      SGD(learningRate: 0.1)
    }
    #expect(throws: CompositionError.self) { try RoundCost(of: still, fields: [Field("samples", shape: [2])], batchSize: 4) }
    var wrong = still
    wrong.updateRule = AlternatingUpdates()
    #expect(throws: (any Error).self) { try RoundCost(of: wrong, fields: [Field("samples", shape: [2])], batchSize: 4) }
  }
}
