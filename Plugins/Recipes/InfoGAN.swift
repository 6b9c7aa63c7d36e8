import Adversarial
import Components
import Heuristics
import Layers
import Losses
import Networks
import Optimizers
import UpdateRules

/// A code in the latent vector that can be read off the samples.
public struct InfoGAN: Recipe {
  public static let name = "infogan"
  public static let summary = "Codes of the latent vector are recognized in the samples."
  public static let reference = "Chen et al. 2016, appendix C.1"
  public static let fieldDescriptions = ["width": "Channels at half the size of an image"]
  public static let deviations = [
    "all twelve numbers of the code are continuous; of the paper's one is a class of ten", "the discriminator has no batch norm",
  ]

  /// Channels at half the size of an image.
  public var width = 64

  public init() {}

  public static var small: InfoGAN {
    InfoGAN().setting {
      $0.width = 16
    }
  }
  public var paperFields: [Field] { [Field("samples", shape: [28, 28, 1])] }
  public var batchSize: Int { 128 }

  public func validateFields() throws {
    try requirePositive("width", width)
  }

  public func composition(for fields: [Field]) throws -> any Composition {
    let shape = try ImageShape(of: fields, for: self, least: 2)
    return GAN(latent: .normal(74)) {
      Generator {
        normalized(Dense(16 * width, usesBias: false))
        normalized(Dense(shape.base * shape.base * 2 * width, usesBias: false))
        Reshape([shape.base, shape.base, 2 * width])
        for _ in 1..<shape.doublings { normalized(ConvTranspose2D(width, kernel: 4, stride: 2, usesBias: false)) }
        ConvTranspose2D(shape.channels, kernel: 4, stride: 2)
        Tanh()
      }
      Discriminator {
        for doubling in 0..<shape.doublings {
          Conv2D(doubling == 0 ? width : 2 * width, kernel: 4, stride: 2)
          LeakyReLU(0.1)
        }
        Flatten()
        Dense(16 * width)
        LeakyReLU(0.1)
        Dense(1)
      }
      NonSaturatingLoss()
      MutualInformation(weight: 1, codeSize: 12)
      Adam(learningRate: 1e-3, beta1: 0.5).for(.generator)
      Adam(learningRate: 2e-4, beta1: 0.5).for(.discriminator)
      AlternatingUpdates()
    }
  }

  @LayerBuilder private func normalized(_ layer: any Layer) -> [PlacedLayer] {
    layer
    BatchNorm()
    ReLU()
  }
}
