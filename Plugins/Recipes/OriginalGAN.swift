import Adversarial
import Components
import Layers
import Losses
import Networks
import Optimizers
import UpdateRules

/// Two perceptrons, as in the beginning: rectifiers in the generator, maxout and dropout in the discriminator.
public struct OriginalGAN: Recipe {
  public static let name = "original-gan"
  public static let summary = "The first GAN: perceptrons with rectifiers and maxout."
  public static let reference = "Goodfellow et al. 2014, section 5, and its code for MNIST"
  public static let fieldDescriptions = [
    "discriminatorUnits": "Units of each of the discriminator's two layers, of five pieces each",
    "generatorUnits": "Units of each of the generator's two layers",
  ]
  public static let deviations = [
    "the learning rate and momentum stay; the authors' code changes both over the epochs",
    "images end in a hyperbolic tangent, since their numbers are in [-1, 1]",
  ]

  /// Units of each of the generator's two layers.
  public var generatorUnits = 1200
  /// Units of each of the discriminator's two layers, of five pieces each.
  public var discriminatorUnits = 240

  public init() {}

  public static var small: OriginalGAN {
    OriginalGAN().setting {
      $0.generatorUnits = 128
      $0.discriminatorUnits = 64
    }
  }
  public var paperFields: [Field] { [Field("samples", shape: [28, 28, 1])] }
  public var batchSize: Int { 100 }

  public func validateFields() throws {
    try requirePositive("generatorUnits", generatorUnits)
    try requirePositive("discriminatorUnits", discriminatorUnits)
  }

  public func composition(for fields: [Field]) throws -> any Composition {
    let shape = fields.first?.shape ?? []
    return GAN(latent: .uniform(100)) {
      Generator {
        Dense(generatorUnits)
        ReLU()
        Dense(generatorUnits)
        ReLU()
        Dense(shape.reduce(1, *))
        if shape.count > 1 {
          Reshape(shape)
          Tanh()
        }
      }
      Discriminator {
        if shape.count > 1 { Flatten() }
        Maxout(discriminatorUnits, pieces: 5)
        Dropout(0.5)
        Maxout(discriminatorUnits, pieces: 5)
        Dropout(0.5)
        Dense(1)
      }
      NonSaturatingLoss()
      SGD(learningRate: 0.1, momentum: 0.5)
      AlternatingUpdates()
    }
  }
}
