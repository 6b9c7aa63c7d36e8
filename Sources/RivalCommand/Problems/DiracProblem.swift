import Rival

extension Problem {
  /// The smallest GAN whose training need not converge.
  ///
  /// Data at 0, a generator that is one number θ, a discriminator D(x) = ψ·x (Mescheder et al. 2018, definition 2.1). Its vector
  /// field turns around the equilibrium (0, 0), so plain gradient steps spiral away from it and R1 brings them back.
  public static let dirac = Problem(
    name: "dirac", summary: "One number against another: the Dirac-GAN, whose dynamics are known.", batchSize: 1,
    rounds: 500, variants: "baseline,r1-penalty", data: { PointMass() },
    composition: {
      GAN(latent: .normal(1)) {
        Generator { Position(1, initial: 1) }
        Discriminator { Dense(1, usesBias: false, initializer: .constant(1)) }
        NonSaturatingLoss()
        SGD(learningRate: 0.1)
        SimultaneousUpdates()
      }
    })
}
