import Adversarial
import Components
import Losses
import Networks
import Optimizers
import UpdateRules

/// Least squares in place of cross entropy, on the networks of DCGAN.
public struct LSGAN: Recipe {
  public static let name = "lsgan"
  public static let summary = "Least squares instead of cross entropy."
  public static let reference = "Mao et al. 2017, equation 9"
  public static let fieldDescriptions = ["width": "Channels at half the size of an image; twice as many at each further halving"]
  public static let deviations = ["the networks are DCGAN's; the paper's have two more convolutions at each size and 112×112 images"]

  /// Channels at half the size of an image; twice as many at each further halving.
  public var width = 64

  public init() {}

  public static var small: LSGAN {
    LSGAN().setting {
      $0.width = 16
    }
  }
  public var paperFields: [Field] { Field.colors(64) }
  public var batchSize: Int { 64 }

  public func validateFields() throws {
    try requirePositive("width", width)
  }

  public func composition(for fields: [Field]) throws -> any Composition {
    let networks = ConvolutionalNetworks(shape: try ImageShape(of: fields, for: self), width: width)
    return GAN(latent: .normal(100)) {
      Generator { networks.generator(latent: 100) }
      Discriminator { networks.discriminator() }
      LeastSquaresLoss()
      Adam(learningRate: 1e-3, beta1: 0.5)
      AlternatingUpdates()
    }
  }
}
