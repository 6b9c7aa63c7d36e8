import Rival

extension Problem {
  /// Eight Gaussians on a circle.
  public static let ring = Problem(
    name: "ring", summary: "Eight Gaussians on a circle; two hidden layers of 128 each.", batchSize: 64,
    rounds: 8_000, variants: planeVariants, data: { RingOfGaussians() }, composition: { planeBaseline() })

  /// Twenty-five Gaussians on a square grid.
  public static let grid = Problem(
    name: "grid", summary: "Twenty-five Gaussians on a square grid; two hidden layers of 128 each.", batchSize: 64,
    rounds: 8_000, variants: planeVariants, data: { GridOfGaussians() }, composition: { planeBaseline() })

  /// A spiral.
  public static let swissRoll = Problem(
    name: "swiss-roll", summary: "A spiral in the plane; two hidden layers of 128 each.", batchSize: 64,
    rounds: 8_000, variants: planeVariants, data: { SwissRoll() }, composition: { planeBaseline() })

  /// The tricks that are compared in the plane by default.
  static let planeVariants = "baseline,label-smoothing,feature-matching,minibatch-discrimination,r1-penalty:gamma=1"

  /// Small networks for samples in the plane, without any trick, and a discriminator that learns ten times slower than the generator: the
  /// rates of the demonstration of Metz et al. 2017 (unrolled GANs), at which the plain GAN loses modes.
  private static func planeBaseline() -> GAN {
    GAN(latent: .normal(16)) {
      Generator {
        Dense(128)
        ReLU()
        Dense(128)
        ReLU()
        Dense(2)
      }
      Discriminator {
        Dense(128)
        ReLU()
        Dense(128)
        ReLU()
        Dense(1)
      }
      NonSaturatingLoss()
      Adam(learningRate: 1e-3, beta1: 0.5).for(.generator)
      Adam(learningRate: 1e-4, beta1: 0.5).for(.discriminator)
      AlternatingUpdates(discriminatorSteps: 1)
    }
  }
}
