import Adversarial
import Components
import Heuristics
import Layers
import Losses
import Networks
import Optimizers
import UpdateRules

/// Two like decoders, one of them inside the discriminator, in equilibrium.
public struct BEGAN: Recipe {
  public static let name = "began"
  public static let summary = "An autoencoding discriminator kept in balance with its generator."
  public static let reference = "Berthelot et al. 2017, section 3 and figure 1"
  public static let fieldDescriptions = [
    "code": "Numbers of the code and of the latent vector", "width": "Channels of the convolutions, n",
  ]
  public static let deviations = ["the learning rate stays; the paper lets it fall where the measure of convergence stalls"]

  /// Channels of the convolutions, n.
  public var width = 128
  /// Numbers of the code and of the latent vector.
  public var code = 64

  public init() {}

  public static var small: BEGAN {
    BEGAN().setting {
      $0.width = 16
      $0.code = 32
    }
  }
  public var paperFields: [Field] { Field.colors(64) }
  public var batchSize: Int { 16 }

  public func validateFields() throws {
    try requirePositive("width", width)
    try requirePositive("code", code)
  }

  public func composition(for fields: [Field]) throws -> any Composition {
    let shape = try ImageShape(of: fields, for: self, least: 2)
    let halvings = shape.doublings - 1
    return GAN(latent: .uniform(code)) {
      Generator { decoder(shape) }
      Discriminator {
        ReconstructionScore(power: 1) {
          Conv2D(width, kernel: 3)
          for depth in 0...halvings {
            for _ in 0..<2 {
              Conv2D(width * (depth + 1), kernel: 3)
              ELU()
            }
            if depth < halvings { Conv2D(width * (depth + 2), kernel: 3, stride: 2) }
          }
          Flatten()
          Dense(code)
        } decoder: {
          decoder(shape)
        }
      }
      BoundaryEquilibriumLoss(diversity: 0.5)
      Adam(learningRate: 1e-4, beta1: 0.5)
      AlternatingUpdates()
    }
  }

  /// The generator, and the second half of the discriminator.
  @LayerBuilder private func decoder(_ shape: ImageShape) -> [PlacedLayer] {
    Dense(4 * shape.base * shape.base * width)
    Reshape([2 * shape.base, 2 * shape.base, width])
    for doubling in 0..<shape.doublings {
      for _ in 0..<2 {
        Conv2D(width, kernel: 3)
        ELU()
      }
      if doubling < shape.doublings - 1 { Upsample(2) }
    }
    Conv2D(shape.channels, kernel: 3)
  }
}
