import Adversarial
import Components
import Heuristics
import Layers
import Losses
import Networks
import Optimizers
import UpdateRules

/// A discriminator that also names the class, on the networks of its paper for CIFAR-10.
public struct ACGAN: Recipe {
  public static let name = "acgan"
  public static let summary = "An auxiliary classifier in the discriminator."
  public static let reference = "Odena et al. 2017, tables 2 and 3"
  public static let fieldDescriptions = ["width": "Channels of the generator's smallest maps"]
  public static let deviations = ["the class is put beside the latent vector as a one-hot vector"]

  /// Channels of the generator's smallest maps.
  public var width = 384

  public init() {}

  public static var small: ACGAN {
    ACGAN().setting {
      $0.width = 96
    }
  }
  public var paperFields: [Field] { Field.classifiedColors(32, classes: 10) }
  public var batchSize: Int { 100 }

  public func validateFields() throws {
    try requirePositive("width", width)
  }

  public func composition(for fields: [Field]) throws -> any Composition {
    let (shape, condition) = (try ImageShape(of: fields, for: self), try label(in: fields))
    return GAN(latent: .normal(100)) {
      Generator {
        ConcatenatedCondition(condition)
        Dense(shape.base * shape.base * width)
        ReLU()
        Reshape([shape.base, shape.base, width])
        for doubling in 1..<shape.doublings {
          ConvTranspose2D(max(1, width >> doubling), kernel: 5, stride: 2)
          BatchNorm()
          ReLU()
        }
        ConvTranspose2D(shape.channels, kernel: 5, stride: 2)
        Tanh()
      }
      Discriminator {
        for (index, filters) in [16, 32, 64, 128, 256, 512].enumerated() {
          Conv2D(filters, kernel: 3, stride: index.isMultiple(of: 2) ? 2 : 1)
          if index > 0 { BatchNorm() }
          LeakyReLU(0.2)
          Dropout(0.5)
        }
        Flatten()
        Dense(1)
      }
      NonSaturatingLoss()
      AuxiliaryClassifier(weight: 1, condition: condition)
      Adam(learningRate: 2e-4, beta1: 0.5)
      AlternatingUpdates()
    }
  }
}
