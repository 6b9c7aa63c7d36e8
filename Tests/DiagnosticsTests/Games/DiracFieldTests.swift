import Foundation
import Rival
import Testing

/// Eigenvalues of the Dirac-GAN's vector field at its equilibrium: Mescheder et al. 2018, sections 2 and 4.
@Suite("The vector field of the Dirac-GAN")
struct DiracFieldTests {
  /// J at (0, 0) of a GAN of the frame.
  private func eigenvalues(_ loss: any Loss, gamma: Double = 0, rates: [Player: Double] = [:]) throws -> [ComplexNumber] {
    let gan = GAN(latent: .normal(1)) {
      Generator { Position(1, initial: 0) }
      Discriminator { Dense(1, usesBias: false, initializer: .constant(0)) }
      loss
      SGD(learningRate: 0.1)
      SimultaneousUpdates()
      if gamma > 0 { R1Penalty(gamma: gamma) }
    }
    let trainer = try Trainer(gan, data: PointMass(), batchSize: 1)
    return try VectorField(FrozenRound(trainer), rates: rates).jacobian.matrix().eigenvalues()
  }

  private func pair(_ real: Double, _ imaginary: Double) -> [ComplexNumber] {
    [ComplexNumber(real, imaginary), ComplexNumber(real, -imaginary)]
  }

  @Test("Without regularization all eigenvalues are imaginary")
  func imaginary() throws {
    #expect(mismatch(try eigenvalues(MinimaxLoss()), pair(0, 0.5)) < 1e-9)
    #expect(mismatch(try eigenvalues(NonSaturatingLoss()), pair(0, 0.5)) < 1e-9)
    #expect(mismatch(try eigenvalues(WassersteinLoss()), pair(0, 1)) < 1e-9)
    #expect(mismatch(try eigenvalues(HingeLoss()), pair(0, 1)) < 1e-9)
    let field = try Dirac.nonSaturating(0, 0).field()
    #expect(try field.spectrum(count: 2).isRotationDominated())
    #expect(try #require(field.spectrum(count: 2).rotationShare) == 1)
  }

  @Test("A linear discriminator without a bias makes least squares degenerate")
  func leastSquares() throws {
    // v = (…, −θ(θψ) + 0): nilpotent at 0, so that differences of the eigenvalues grow as the root of rounding.
    #expect(mismatch(try eigenvalues(LeastSquaresLoss()), pair(0, 0)) < 1e-9)
    for (fake, real, aim) in [(0.0, 1.0, 1.0), (-1, 1, 0)] {
      let game = PlaneGame(
        x: [0], y: [0], first: { x, y in 0.5 * square(x * y - aim).sum() },
        second: { x, y in (0.5 * square(x * y - fake) + 0.5 * square(0 * y - real)).sum() })
      #expect(mismatch(try game.field().jacobian.matrix().eigenvalues(), pair(0, 0)) < 1e-9)
    }
  }

  @Test("R1 damps: −γ/2 ± √(γ²/4 − f′(0)²)")
  func gradientPenalty() throws {
    for loss: any Loss in [MinimaxLoss(), NonSaturatingLoss()] {
      #expect(mismatch(try eigenvalues(loss, gamma: 0.3), pair(-0.15, 0.476_969_600)) < 1e-8)
      #expect(mismatch(try eigenvalues(loss, gamma: 1), pair(-0.5, 0)) < 1e-5, "a double eigenvalue")
      #expect(
        mismatch(try eigenvalues(loss, gamma: 2), [ComplexNumber(-0.133_974_596), ComplexNumber(-1.866_025_404)]) < 1e-8)
    }
    #expect(mismatch(try eigenvalues(WassersteinLoss(), gamma: 0.3), pair(-0.15, 0.988_685_997)) < 1e-8)
    // R1 and R2 together count twice: −γ ± √(γ² − ¼).
    #expect(mismatch(try eigenvalues(NonSaturatingLoss(), gamma: 0.6), pair(-0.3, 0.4)) < 1e-9)
    #expect(mismatch(try eigenvalues(NonSaturatingLoss(), gamma: 1.0), pair(-0.5, 0)) < 1e-5)
    // Euler's bound 2|Re λ|/|λ|².
    let value = try eigenvalues(NonSaturatingLoss(), gamma: 0.3)[0]
    #expect(agree(2 * abs(value.real) / (value.magnitude * value.magnitude), 1.2, 1e-9))
    #expect(agree(try #require(Dirac.nonSaturating(0, 0, gamma: 0.3).field().spectrum(count: 2).largestStableStep), 1.2, 1e-9))
    #expect(try Dirac.nonSaturating(0, 0).field().spectrum(count: 2).largestStableStep == nil)
  }

  @Test("Relativistic pairing has the same field as the non-saturating loss")
  func relativistic() throws {
    // Paired logits D(real) − D(fake) = 0 − θψ.
    let relativistic = PlaneGame(
      x: [0.7], y: [1.3], first: { x, y in softplus(0 * y - x * y).sum() }, second: { x, y in softplus(x * y - 0 * y).sum() })
    let plain = Dirac.nonSaturating(0.7, 1.3)
    #expect(zip(try relativistic.field().value(), try plain.field().value()).allSatisfy { agree($0, $1, 1e-15) })
    let origin = PlaneGame(x: [0], y: [0], first: relativistic.first, second: relativistic.second)
    #expect(mismatch(try origin.field().jacobian.matrix().eigenvalues(), pair(0, 0.5)) < 1e-9)
  }

  @Test("Instance noise: −σ²/4 ± √(σ⁴/16 − ¼)")
  func instanceNoise() throws {
    // E f(ψ(x + σε)) by a three-point Gauss–Hermite rule, exact for what J at 0 needs.
    func noisy(_ sigma: Double) -> PlaneGame {
      let points: [(Double, Double)] = [(0, 2.0 / 3), (3.0.squareRoot(), 1.0 / 6), (-3.0.squareRoot(), 1.0 / 6)]
      @Sendable func mean(_ value: (Double) -> Tensor) -> Tensor {
        points.map { value($0.0 * sigma) * $0.1 }.reduce(Tensor.zeros([1], dtype: .float64), +)
      }
      return PlaneGame(
        x: [0], y: [0], first: { x, y in mean { softplus(-(y * (x + $0))) }.sum() },
        second: { x, y in (mean { softplus(y * (x + $0)) } + mean { softplus(-(y * $0)) }).sum() })
    }
    #expect(mismatch(try noisy(1).field().jacobian.matrix().eigenvalues(), pair(-0.25, 0.433_012_702)) < 1e-8)
    #expect(
      mismatch(
        try noisy(2).field().jacobian.matrix().eigenvalues(), [ComplexNumber(-0.133_974_596), ComplexNumber(-1.866_025_404)]) < 1e-8)
  }

  @Test("Consensus optimization: −γ/4 ± i/2")
  func consensus() throws {
    // v − γ Jᵀv is the field of the losses L + γ/2 ‖v‖² with v of the unregularized game (Mescheder et al. 2017, equation 7).
    let gamma = 0.3
    @Sendable func penalty(_ x: Tensor, _ y: Tensor) -> Tensor {
      gamma / 2 * (square(y * sigmoid(-(x * y))) + square(x * sigmoid(x * y))).sum()
    }
    @Sendable func first(_ x: Tensor, _ y: Tensor) -> Tensor { softplus(-(x * y)).sum() + penalty(x, y) }
    @Sendable func second(_ x: Tensor, _ y: Tensor) -> Tensor { softplus(x * y).sum() + penalty(x, y) }
    let game = PlaneGame(x: [0], y: [0], first: first, second: second)
    #expect(mismatch(try game.field().jacobian.matrix().eigenvalues(), pair(-0.075, 0.5)) < 1e-9)
    // Away from the equilibrium: the regularizer's own slope, ½∂θ‖v‖² of the saturating game (a published implementation, whose
    // discriminator is high on generated samples, loses a factor of 2 in one term and gets −0.0255608205).
    @Sendable func energy(_ x: Tensor, _ y: Tensor) -> Tensor { 0.5 * (square(sigmoid(x * y)) * (square(x) + square(y))).sum() }
    let slope = try PlaneGame(x: [0.7], y: [-1.3], first: energy, second: energy).field().value()
    #expect(agree(-slope[0], -0.108_779_875_5, 1e-10), "\(slope)")
  }

  @Test("The hinge loss's field is that of the Wasserstein loss until its discriminator stops learning, at θψ = −1")
  func hinge() throws {
    for (theta, psi, isFlat) in [(0.5, 1.0, false), (2, -0.4, false), (2, -0.6, true), (-3, 0.5, true)] {
      let gan = GAN(latent: .normal(1)) {
        Generator { Position(1, initial: theta) }
        Discriminator { Dense(1, usesBias: false, initializer: .constant(psi)) }
        HingeLoss()
        SGD(learningRate: 0.1)
        SimultaneousUpdates()
      }
      let value = try VectorField(FrozenRound(Trainer(gan, data: PointMass(), batchSize: 1))).value()
      #expect(agree(value[0], psi, 1e-7) && agree(value[1], isFlat ? 0 : -theta, 1e-7), "\(theta), \(psi): \(value)")
    }
  }

  @Test("R1 damps relativistic pairing as it damps the others")
  func relativisticPenalty() throws {
    func values(_ gamma: Double) throws -> [ComplexNumber] {
      try PlaneGame(
        x: [0], y: [0], first: { x, y in softplus(0 * y - x * y).sum() },
        second: { x, y in (softplus(x * y - 0 * y) + gamma / 2 * y * y).sum() }
      ).field().jacobian.matrix().eigenvalues()
    }
    #expect(mismatch(try values(0.3), pair(-0.15, 0.476_969_600)) < 1e-8)
    #expect(mismatch(try values(1), pair(-0.5, 0)) < 1e-5, "a double eigenvalue")
    #expect(mismatch(try values(2), [ComplexNumber(-0.133_974_596), ComplexNumber(-1.866_025_404)]) < 1e-8)
    // With R2, the same on generated samples, twice the damping: critical at γ = ½.
    #expect(mismatch(try values(2 * 0.3), pair(-0.3, 0.4)) < 1e-8)
    #expect(mismatch(try values(2 * 0.5), pair(-0.5, 0)) < 1e-5)
  }

  @Test("Two learning rates: ±i √(hθ hψ) f′(0)")
  func twoRates() throws {
    let values = try eigenvalues(NonSaturatingLoss(), rates: [.generator: 0.1, .discriminator: 0.4])
    #expect(mismatch(values, pair(0, 0.1)) < 1e-9)
  }

  @Test("The saturating flow conserves θ² + ψ²; the non-saturating one loses 2θψ·tanh(θψ/2)")
  func invariants() throws {
    for (theta, psi) in [(0.7, 1.3), (-0.4, 0.9), (2, 1.5)] {
      let saturating = try Dirac.saturating(theta, psi).field().value()
      #expect(agree(saturating[0] * theta + saturating[1] * psi, 0, 1e-14))
      let plain = try Dirac.nonSaturating(theta, psi).field().value()
      #expect(agree(2 * (plain[0] * theta + plain[1] * psi), -2 * theta * psi * tanh(theta * psi / 2), 1e-12))
      let wasserstein = try Dirac.wasserstein(theta, psi).field().value()
      #expect(agree(wasserstein[0], psi, 1e-14) && agree(wasserstein[1], -theta, 1e-14))
    }
  }
}
