import Adversarial
import Components
import Heuristics
import Layers
import Losses
import Networks
import Optimizers
import UpdateRules

/// An autoencoder whose error is an energy, with the pulling-away term.
public struct EBGAN: Recipe {
  public static let name = "ebgan"
  public static let summary = "An autoencoding discriminator with a margin."
  public static let reference = "Zhao et al. 2017, appendix C"
  public static let fieldDescriptions = ["width": "Channels at half the size of an image in the discriminator"]
  public static let deviations = ["the discriminator has no batch norm"]

  /// Channels at half the size of an image in the discriminator.
  public var width = 64

  public init() {}

  public static var small: EBGAN {
    EBGAN().setting {
      $0.width = 16
    }
  }
  public var paperFields: [Field] { Field.colors(64) }
  public var batchSize: Int { 64 }

  public func validateFields() throws {
    try requirePositive("width", width)
  }

  public func composition(for fields: [Field]) throws -> any Composition {
    let shape = try ImageShape(of: fields, for: self, least: 2)
    let networks = ConvolutionalNetworks(shape: shape, width: 2 * width)
    let depth = min(3, shape.doublings)
    return GAN(latent: .normal(100)) {
      Generator { networks.generator(latent: 100) }
      Discriminator {
        ReconstructionScore {
          for index in 0..<depth {
            Conv2D(width << index, kernel: 4, stride: 2)
            LeakyReLU(0.2)
          }
        } decoder: {
          for index in (0..<(depth - 1)).reversed() {
            ConvTranspose2D(width << index, kernel: 4, stride: 2)
            LeakyReLU(0.2)
          }
          ConvTranspose2D(shape.channels, kernel: 4, stride: 2)
          Tanh()
        }
      }
      EnergyBasedLoss(margin: 20, pullingAway: 0.1)
      Adam(learningRate: 2e-4, beta1: 0.5)
      AlternatingUpdates()
    }
  }
}
