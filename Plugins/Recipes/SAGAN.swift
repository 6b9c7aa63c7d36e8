import Adversarial
import Components
import Heuristics
import Layers
import Losses
import Networks
import Optimizers
import UpdateRules

/// Self-attention in both networks, spectral normalization in both, two time scales, classes.
public struct SAGAN: Recipe {
  public static let name = "sagan"
  public static let summary = "Self-attention in both networks, with two time scales; 128×128 in the paper."
  public static let reference = "Zhang et al. 2019, sections 3 and 4"
  public static let fieldDescriptions = ["width": "Channels at the full size of an image; up to sixteen times as many at smaller ones"]
  public static let deviations = ["the mean of each channel goes into the last layer, not the sum"]

  /// Channels at the full size of an image; up to sixteen times as many at smaller ones.
  public var width = 64

  public init() {}

  public static var small: SAGAN {
    SAGAN().setting {
      $0.width = 8
    }
  }
  public var paperFields: [Field] { Field.classifiedColors(128, classes: 1_000) }
  public var batchSize: Int { 256 }

  public func validateFields() throws {
    try requirePositive("width", width)
  }

  public func composition(for fields: [Field]) throws -> any Composition {
    let (shape, condition) = (try ImageShape(of: fields, for: self, least: 2), try label(in: fields))
    let widths = (1...shape.doublings).map { width * min(16, 1 << (shape.doublings - $0)) }
    return GAN(latent: .normal(128)) {
      Generator {
        Dense(shape.base * shape.base * width * 16)
        Reshape([shape.base, shape.base, width * 16])
        for (index, filters) in widths.enumerated() {
          GeneratorBlock(filters, normalization: .conditionalBatch, condition: condition)
          if index == max(0, shape.doublings - 3) { SelfAttention() }
        }
        BatchNorm()
        ReLU()
        Conv2D(shape.channels, kernel: 3)
        Tanh()
      }
      Discriminator {
        for (index, filters) in widths.reversed().enumerated() {
          DiscriminatorBlock(filters, isFirst: index == 0)
          if index == min(1, shape.doublings - 2) { SelfAttention() }
        }
        DiscriminatorBlock(widths[0], downsamples: false)
        ReLU()
        GlobalAveragePool()
        ProjectionHead(condition)
      }
      HingeLoss()
      SpectralNormalization(iterations: 1, includesGenerator: true)
      Adam(learningRate: 1e-4, beta1: 0, beta2: 0.9).for(.generator)
      Adam(learningRate: 4e-4, beta1: 0, beta2: 0.9).for(.discriminator)
      AlternatingUpdates()
    }
  }
}
