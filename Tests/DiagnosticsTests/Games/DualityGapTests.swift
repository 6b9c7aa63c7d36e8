import Foundation
import Rival
import Testing

@Suite("Duality gaps")
struct DualityGapTests {
  private static let box: @Sendable (Player, [Double]) -> [Double] = { _, point in point.map { min(max($0, -1), 1) } }
  private let boxed = AdversarySettings(steps: 400, learningRate: 0.05, constraint: DualityGapTests.box)
  private let free = AdversarySettings(steps: 1_500, learningRate: 0.05)

  @Test("xy on a box: R (|x| + |y|)")
  func bilinear() throws {
    for (x, y) in [(0.3, -0.7), (0, 0.5), (-1, 1)] {
      let gap = try DualityGap(PlaneGame.quadratic(0, 1, 0, at: x, y).frozen(), settings: boxed)
      #expect(agree(gap.gap.value, abs(x) + abs(y), 1e-9), "\(gap.gap)")
      #expect(agree(gap.minimaxLoss.value, abs(x), 1e-9) && agree(gap.maximinLoss.value, -abs(y), 1e-9))
      #expect(agree(gap.current.value, x * y, 1e-12))
    }
    // A larger box.
    let settings = AdversarySettings(
      steps: 800, learningRate: 0.05, constraint: { _, point in point.map { min(max($0, -2.5), 2.5) } })
    let gap = try DualityGap(PlaneGame.quadratic(0, 1, 0, at: 0.3, -0.7).frozen(), settings: settings)
    #expect(agree(gap.gap.value, 2.5, 1e-9), "\(gap.gap)")
  }

  @Test("3x² + 4xy − y² at (1, 1): both sides, and the gap")
  func quadratic() throws {
    let gap = try DualityGap(PlaneGame.quadratic(6, 4, -2, at: 1, 1).frozen(), settings: free)
    #expect(agree(gap.minimaxLoss.value, 7, 1e-6) && agree(gap.maximinLoss.value, -7.0 / 3, 1e-6), "\(gap)")
    #expect(agree(gap.gap.value, 28.0 / 3, 1e-6))
    // Zero-sum: the players' gains add up to the same.
    let gains = try NikaidoIsoda(PlaneGame.quadratic(6, 4, -2, at: 1, 1).frozen(), settings: free)
    #expect(agree(gains.total.value, 28.0 / 3, 1e-6))
    #expect(gains.gains.map(\.player) == [.generator, .discriminator])
    #expect(agree(gains.gains[0].gain.value, 6 + 7.0 / 3, 1e-6) && agree(gains.gains[1].gain.value, 1, 1e-6))
  }

  @Test("At a stationary point that is no equilibrium only a perturbed search sees the gap")
  func perturbed() throws {
    let frozen = try PlaneGame.quadratic(-6, 4, -2).frozen()
    var blind = boxed
    blind.perturbation = 0
    #expect(try DualityGap(frozen, settings: blind).gap.value == 0)
    #expect(agree(try DualityGap(frozen, settings: boxed).gap.value, 3, 1e-9))
  }

  @Test("The proximal gap: from Stackelberg to Nash", arguments: [(0.1, 7.095_890_41), (1, 7.7), (10, 8.891_891_89), (1e4, 9.332_789_02)])
  func proximal(weight: Double, expected: Double) throws {
    let settings = AdversarySettings(steps: 600, learningRate: 0.05)
    let gap = try ProximalDualityGap(PlaneGame.quadratic(6, 4, -2, at: 1, 1).frozen(), weight: weight, settings: settings)
    #expect(agree(gap.minimaxLoss.value, 7, 1e-6))
    #expect(agree(gap.gap.value, expected, 1e-7), "\(gap.gap.value)")
  }

  @Test("The proximal gap recognizes a Stackelberg point below λ = 1/3 and none above")
  func stackelberg() throws {
    let settings = AdversarySettings(steps: 300, learningRate: 0.05)
    let frozen = try PlaneGame.quadratic(-6, 4, -2).frozen()
    #expect(agree(try ProximalDualityGap(frozen, weight: 0.2, settings: settings).gap.value, 0, 1e-6))
    #expect(try ProximalDualityGap(frozen, weight: 1, settings: settings).gap.value > 10, "unbounded")
  }

  /// p = (½, ½) against q = (s, 1 − s), a discriminator with one logit for each value.
  private func tabular(_ share: Double, logits: [Double]) throws -> FrozenRound {
    @Sendable func q(_ x: Tensor) -> Tensor { concatenated([x, 1 - x]) }
    return try PlaneGame(
      x: [share], y: logits, first: { x, y in -(q(x) * softplus(y)).sum() },
      second: { x, y in (0.5 * softplus(-y) + q(x) * softplus(y)).sum() }
    ).frozen()
  }

  @Test("The tabular GAN: an ideal discriminator, and a dead one that looks converged")
  func table() throws {
    let settings = AdversarySettings(
      steps: 1_500, learningRate: 0.05,
      constraint: { player, point in player == .generator ? point.map { min(max($0, 0), 1) } : point })
    let ideal = [0.9, 0.1].map { Foundation.log(0.5 / $0) }
    let best = try DualityGap(tabular(0.9, logits: ideal), settings: settings)
    #expect(agree(best.gap.value, 1.214_934_045_3, 1e-8), "\(best.gap.value)")
    // Some authors halve M, and with it the gap.
    #expect(agree(best.gap.value / 2, 0.607_467_022_6, 5e-9))
    let dead = try DualityGap(tabular(0.9, logits: [0, 0]), settings: settings)
    #expect(agree(-dead.current.value, 2 * Foundation.log(2.0), 1e-12), "the loss looks converged")
    #expect(agree(dead.gap.value, 0.203_498_450_2, 1e-8), "\(dead.gap.value)")
    #expect(agree(dead.minimaxLoss.value, -2 * Foundation.log(2.0) + 0.203_498_450_2, 1e-8))
  }

  @Test("A gap below 0 is shown as it is: answers to two samples that fail on others")
  func failedSearch() throws {
    let gan = GAN(latent: .normal(2)) {
      Generator { Dense(2) }
      Discriminator {
        Dense(32)
        Tanh()
        Dense(1)
      }
      MinimaxLoss()
      SGD(learningRate: 0.01)
      SimultaneousUpdates()
    }
    let trainer = try Trainer(gan, data: RingOfGaussians(), batchSize: 2, seed: 4)
    let gap = try DualityGap(trainer, draws: 1, settings: AdversarySettings(steps: 300, learningRate: 0.05))
    #expect(gap.gap.value < 0 && gap.gap.value == gap.minimaxLoss.value - gap.maximinLoss.value, "\(gap)")
  }

  @Test("A dead discriminator of a GAN is found out by a fresh one, on batches that it was not trained on")
  func independentAdversary() throws {
    let gan = GAN(latent: .normal(2)) {
      Generator { Dense(2) }
      Discriminator {
        Dense(16, initializer: .constant(0))
        Tanh()
        Dense(1, initializer: .constant(0))
      }
      MinimaxLoss()
      SGD(learningRate: 0.01)
      SimultaneousUpdates()
    }
    let trainer = try Trainer(gan, data: PointMass(location: [3, 3]), batchSize: 64, seed: 4)
    let before = trainer.state
    let settings = AdversarySettings(steps: 60, learningRate: 0.05, startsFresh: true)
    let gap = try DualityGap(trainer, draws: 4, settings: settings)
    #expect(agree(gap.current.value, -2 * Foundation.log(2.0), 1e-9), "as if it had converged")
    #expect(gap.gap.value > 0.5 && gap.gap.standardError < 0.2, "\(gap.gap)")
    #expect(gap.minimaxLoss.value > gap.current.value + 0.5 && gap.minimaxLoss.value <= 0)
    #expect(try DualityGap(trainer, draws: 4, settings: settings).gap == gap.gap, "the same numbers again")
    for (path, tensor) in trainer.state { #expect(try tensor.doubles() == (try before[path]?.doubles())) }
    let gains = try NikaidoIsoda(trainer, draws: 3, settings: settings)
    #expect(gains.total.value > 0.5 && gains.total.standardError.isFinite)
  }

  @Test("Against a living discriminator the generator's answer is sought through its samples")
  func generatorAnswers() throws {
    let gan = GAN(latent: .normal(1)) {
      Generator { Position(1, initial: 0.5) }
      Discriminator { Dense(1, usesBias: false, initializer: .constant(1)) }
      WassersteinLoss()
      SGD(learningRate: 0.1)
      SimultaneousUpdates()
    }
    let trainer = try Trainer(gan, data: PointMass(), batchSize: 1)
    // M = −θψ: on the box |·| ≤ 1 the best answers give M1 = ½ (ψ = −1) and M2 = −1 (θ = 1).
    let gap = try DualityGap(FrozenRound(trainer), settings: boxed)
    #expect(agree(gap.minimaxLoss.value, 0.5, 1e-9) && agree(gap.maximinLoss.value, -1, 1e-9), "\(gap)")
  }

  @Test("Settings that search for nothing are refused")
  func refusals() throws {
    let frozen = try PlaneGame.quadratic(6, 4, -2).frozen()
    #expect(throws: DiagnosticsError.self) { try DualityGap(frozen, settings: AdversarySettings(steps: 0, learningRate: 0.1)) }
    #expect(throws: DiagnosticsError.self) { try ProximalDualityGap(frozen, weight: 0) }
  }
}
