import Foundation
import Rival
import Testing

/// The Dirac-GAN of Mescheder et al. 2018: real data at 0, a generator at θ, a discriminator D(x) = ψ·x. What training does there is known.
@Suite("The Dirac-GAN")
struct DiracTests {
  private func trainer(
    _ theta: Double, _ psi: Double, rate: Double, loss: any Loss = MinimaxLoss(),
    rule: any UpdateRule = SimultaneousUpdates(),
    gamma: Double = 0
  ) throws -> Trainer {
    let gan = GAN(latent: .normal(1)) {
      Generator { Position(1, initial: theta) }
      Discriminator { Dense(1, usesBias: false, initializer: .constant(psi)) }
      loss
      SGD(learningRate: rate)
      rule
      if gamma > 0 { R1Penalty(gamma: gamma) }
    }
    return try Trainer(gan, data: PointMass(), batchSize: 1)
  }

  private func point(_ trainer: Trainer) throws -> (theta: Double, psi: Double) {
    let state = trainer.state
    return (
      try #require(state["generator/params/00_position/value"]).item(),
      try #require(state["discriminator/params/00_dense/weight"]).item()
    )
  }

  private func distance(_ trainer: Trainer) throws -> Double {
    let (theta, psi) = try point(trainer)
    return (theta * theta + psi * psi).squareRoot()
  }

  /// The linear part of one simultaneous step at the equilibrium: trace and determinant.
  private func step(rate: Double, gamma: Double, loss: any Loss = MinimaxLoss()) throws -> (
    trace: Double, determinant: Double
  ) {
    let e = 1e-3
    var columns: [(Double, Double)] = []
    for (theta, psi) in [(e, 0.0), (0.0, e)] {
      let trainer = try trainer(theta, psi, rate: rate, loss: loss, gamma: gamma)
      try trainer.advance()
      let moved = try point(trainer)
      columns.append((moved.theta / e, moved.psi / e))
    }
    return (
      columns[0].0 + columns[1].1, columns[0].0 * columns[1].1 - columns[1].0 * columns[0].1
    )
  }

  @Test("Unregularized simultaneous descent spirals outwards by √(1 + h²/4) a step", arguments: [0.1, 0.2, 0.5])
  func spiral(h: Double) throws {
    let trainer = try trainer(0.001, 0.001, rate: h)
    let before = try distance(trainer)
    try trainer.run(until: 100)
    let growth = pow(try distance(trainer) / before, 0.01)
    #expect(abs(growth - (1 + h * h / 4).squareRoot()) < 1e-5, "\(growth)")
  }

  @Test("Eigenvalues of v′: ±i/2 alone, −γ/2 ± √(γ²/4 − ¼) with R1", arguments: [0.0, 0.3, 1, 1.6])
  func eigenvalues(gamma: Double) throws {
    let h = 0.1
    for loss: any Loss in [MinimaxLoss(), NonSaturatingLoss()] {
      let (trace, determinant) = try step(rate: h, gamma: gamma, loss: loss)
      // λ = (μ − 1) / h for the eigenvalues μ of a step.
      let sum = (trace - 2) / h
      let product = (determinant - trace + 1) / (h * h)
      #expect(abs(sum + gamma) < 1e-3, "λ₁ + λ₂ = \(sum)")
      #expect(abs(product - 0.25) < 1e-3, "λ₁ λ₂ = \(product)")
    }
  }

  @Test("R1 contracts by |1 + hλ| a step")
  func contraction() throws {
    let (h, gamma) = (0.2, 0.3)
    let real = 1 - h * gamma / 2
    let imaginary = h * (0.25 - gamma * gamma / 4).squareRoot()
    let expected = (real * real + imaginary * imaginary).squareRoot()
    let trainer = try trainer(0.01, 0.01, rate: h, gamma: gamma)
    // Whole turns of the spiral: the angle of 1 + hλ is 0.0980 rad, 64.09 steps a turn.
    let turn = 2 * Double.pi / atan2(imaginary, real)
    let rounds = Int((5 * turn).rounded())
    let before = try distance(trainer)
    try trainer.run(until: rounds)
    let factor = pow(try distance(trainer) / before, 1 / Double(rounds))
    #expect(abs(factor - expected) < 1e-3, "\(factor), not \(expected)")
    #expect(factor < 1)
  }

  @Test("500 simultaneous steps from (1, 1): GAN, non-saturating, R1")
  func trajectories() throws {
    // The table's discriminator is high on generated samples, this one on real ones: ψ changes its sign.
    for (loss, gamma, expected): (any Loss, Double, Double) in [
      (MinimaxLoss(), 0, 3.09695), (MinimaxLoss(), 0.3, 2.64266e-6), (NonSaturatingLoss(), 0, 0.640207),
    ] {
      let trainer = try trainer(1, -1, rate: 0.2, loss: loss, gamma: gamma)
      try trainer.run(until: 500)
      let end = try distance(trainer)
      #expect(abs(end / expected - 1) < 1e-3, "\(loss.name), γ = \(gamma): \(end)")
    }
  }

  @Test("Alternating steps, as a loop of two numbers plays them", arguments: [1, 5])
  func alternating(steps: Int) throws {
    let (h, gamma) = (0.2, 0.3)
    func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
    for (isSaturating, gamma) in [(true, 0), (false, 0), (true, gamma)] {
      var (theta, psi) = (1.0, 1.0)
      for _ in 0..<200 {
        for _ in 0..<steps { psi -= h * (theta * sigmoid(psi * theta) + gamma * psi) }
        theta += h * psi * (isSaturating ? sigmoid(psi * theta) : sigmoid(-psi * theta))
      }
      let trainer = try trainer(
        1, 1, rate: h, loss: isSaturating ? MinimaxLoss() : NonSaturatingLoss(),
        rule: AlternatingUpdates(discriminatorSteps: steps), gamma: gamma)
      try trainer.run(until: 200)
      let end = try point(trainer)
      let scale = max((theta * theta + psi * psi).squareRoot(), 1e-12)
      #expect(abs(end.theta - theta) < 1e-3 * scale, "θ is \(end.theta), not \(theta)")
      #expect(abs(end.psi - psi) < 1e-3 * scale, "ψ is \(end.psi), not \(psi)")
    }
  }
}
