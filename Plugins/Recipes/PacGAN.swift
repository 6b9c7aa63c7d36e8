import Adversarial
import Components
import Heuristics
import Losses
import Networks
import Optimizers
import UpdateRules

/// A discriminator that sees two samples at once, on the networks of DCGAN.
public struct PacGAN: Recipe {
  public static let name = "pacgan"
  public static let summary = "The discriminator judges two samples at once."
  public static let reference = "Lin et al. 2018, section 4.2"
  public static let fieldDescriptions = ["width": "Channels at half the size of an image; twice as many at each further halving"]
  public static let deviations = [
    "the networks are DCGAN's; the paper's for stacked digits have kernels of 5 and batch norm in the discriminator"
  ]

  /// Channels at half the size of an image; twice as many at each further halving.
  public var width = 64

  public init() {}

  public static var small: PacGAN {
    PacGAN().setting {
      $0.width = 16
    }
  }
  public var paperFields: [Field] { [Field("samples", shape: [28, 28, 3])] }
  public var batchSize: Int { 64 }

  public func validateFields() throws {
    try requirePositive("width", width)
  }

  public func composition(for fields: [Field]) throws -> any Composition {
    let networks = ConvolutionalNetworks(shape: try ImageShape(of: fields, for: self), width: width)
    return GAN(latent: .normal(100)) {
      Generator { networks.generator(latent: 100) }
      Discriminator { networks.discriminator(normalized: false) }
      NonSaturatingLoss()
      Adam(learningRate: 2e-4, beta1: 0.5)
      AlternatingUpdates()
      Packing(size: 2)
    }
  }
}
