import Rival

/// A small game that a device is checked with, and how far its state may be from the processor's.
struct DeviceCheckCase: Sendable {
  var name: String
  var batchSize: Int
  var sampleShape: [Int]
  /// Rounds that are compared with the processor's.
  var rounds: Int
  var composition: @Sendable () -> any Composition

  static let all = [ring, ringTricks, images]

  /// Multilayer perceptrons in the plane.
  static let ring = DeviceCheckCase(
    name: "ring", batchSize: 64, sampleShape: [2], rounds: 100,
    composition: {
      GAN(latent: .normal(2)) {
        Generator {
          Dense(64)
          ReLU()
          Dense(64)
          ReLU()
          Dense(2)
        }
        Discriminator {
          Dense(64)
          ReLU()
          Dense(64)
          ReLU()
          Dense(1)
        }
        NonSaturatingLoss()
        Adam(learningRate: 2e-4, beta1: 0.5)
        AlternatingUpdates()
      }
    })

  /// The same with a second-order penalty, layer norm, dropout, an average of the weights and smoothed labels.
  static let ringTricks = DeviceCheckCase(
    name: "ring-tricks", batchSize: 64, sampleShape: [2], rounds: 100,
    composition: {
      GAN(latent: .normal(2)) {
        Generator {
          Dense(64)
          LayerNorm()
          ReLU()
          Dense(2)
        }
        Discriminator {
          Dense(64)
          LayerNorm()
          LeakyReLU(0.2)
          Dropout(0.2)
          Dense(1)
        }
        NonSaturatingLoss()
        R1Penalty(gamma: 1)
        LabelSmoothing(real: 0.9)
        ExponentialMovingAverage(decay: 0.99)
        Adam(learningRate: 2e-4, beta1: 0.5)
        AlternatingUpdates(discriminatorSteps: 2)
      }
    })

  /// Convolutions up and down with batch norm and spectral normalization.
  static let images = DeviceCheckCase(
    name: "dcgan16", batchSize: 16, sampleShape: [16, 16, 3], rounds: 30,
    composition: {
      GAN(latent: .normal(32)) {
        Generator {
          Dense(4 * 4 * 32)
          Reshape([4, 4, 32])
          BatchNorm()
          ReLU()
          ConvTranspose2D(16, kernel: 4, stride: 2)
          BatchNorm()
          ReLU()
          ConvTranspose2D(3, kernel: 4, stride: 2)
          Tanh()
        }
        Discriminator {
          Conv2D(16, kernel: 4, stride: 2)
          LeakyReLU(0.2)
          Conv2D(32, kernel: 4, stride: 2)
          LeakyReLU(0.2)
          Flatten()
          Dense(1)
        }
        HingeLoss()
        R1Penalty(gamma: 1)
        SpectralNormalization()
        Adam(learningRate: 2e-4, beta1: 0.5)
        AlternatingUpdates()
      }
    })

  func trainer(on device: Device, seed: UInt64 = 1) throws -> Trainer {
    try Trainer(
      composition(), data: FixedBatch(sampleShape: sampleShape, size: batchSize), batchSize: batchSize, seed: seed, device: device)
  }
}
