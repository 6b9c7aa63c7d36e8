import Adversarial
import Rival
import Testing

/// Parts that take a kernel for a matrix know which dimension counts its outputs.
@Suite("Kernels as matrices")
struct KernelOrderTests {
  private func game(_ discriminator: Discriminator) -> GAN {
    GAN(latent: .normal(4)) {
      Generator {
        Dense(64)
        Reshape([8, 8, 1])
      }
      discriminator
      HingeLoss()
      SGD(learningRate: 1e-9)
      AlternatingUpdates()
      SpectralNormalization(iterations: 3)
    }
  }

  private func seenWeights(_ discriminator: Discriminator, rounds: Int) throws -> (trainer: Trainer, weights: Parameters) {
    let trainer = try Trainer(game(discriminator), data: smallImages(), batchSize: 8, seed: 2)
    try trainer.run(until: rounds)
    let round = Round(
      game: trainer.game, state: trainer.state, step: Tensor(int32: [0], shape: []), batches: [], batchSize: 8, seed: 1, isTraining: false)
    return (trainer, try round.weights(seenBy: .discriminator))
  }

  @Test("Spectral normalization divides a transposed convolution by the norm of [kernel² · inputs, outputs]")
  func transposedConvolution() throws {
    let layers = Discriminator {
      Conv2D(3, kernel: 3, stride: 2)
      ConvTranspose2D(5, kernel: 4, stride: 2)
      LeakyReLU(0.2)
      Flatten()
      Dense(1)
    }
    let (trainer, seen) = try seenWeights(layers, rounds: 300)
    let kernel = try #require(seen["01_conv_transpose2d/kernel"])
    #expect(kernel.shape == [4, 4, 5, 3])
    let matrix = try kernel.movingAxis(2, to: 3).materialized()
    #expect(abs(try largestSingularValue(matrix) - 1) < 1e-4)
    // The other way to read it as a matrix has another norm: the test tells them apart.
    #expect(abs(try largestSingularValue(kernel) - 1) > 0.05)
    let u = try #require(trainer.state["heuristics/spectral-normalization/discriminator/01_conv_transpose2d/kernel"])
    #expect(u.shape == [1, 5])
    #expect(abs(try largestSingularValue(#require(seen["00_conv2d/kernel"])) - 1) < 1e-4)
  }

  @Test("A layer of zeros stays as it is, and training goes on")
  func zeros() throws {
    let layers = Discriminator {
      Conv2D(3, kernel: 3, stride: 2, initializer: .zeros)
      Flatten()
      Dense(1, initializer: .zeros)
    }
    let (trainer, seen) = try seenWeights(layers, rounds: 20)
    #expect(trainer.failure == nil)
    for (path, weight) in seen { #expect(try weight.scalars().allSatisfy(\.isFinite), "\(path)") }
  }

  @Test("An orthogonal kernel of a transposed convolution is orthogonal from its inputs to its outputs")
  func orthogonal() throws {
    let network = try Network(
      name: "generator", layers: Sequential { ConvTranspose2D(6, kernel: 2, stride: 2, initializer: .orthogonal(gain: 1)) },
      inputShape: [4, 4, 3], key: Key(seed: 3))
    let kernel = try #require(network.parameters["00_conv_transpose2d/kernel"])
    #expect(kernel.shape == [2, 2, 6, 3] && network.outputAxis(ofParameter: "00_conv_transpose2d/kernel") == 2)
    let matrix = try kernel.movingAxis(2, to: 3).materialized().doubles()  // [12, 6]
    for a in 0..<6 {
      for b in 0..<6 {
        let product = (0..<12).reduce(0.0) { $0 + matrix[$1 * 6 + a] * matrix[$1 * 6 + b] }
        #expect(abs(product - (a == b ? 1 : 0)) < 1e-6)
      }
    }
  }

  @Test("Clipping the scale of a normalization is warned of, real samples told to be less real than generated ones are refused")
  func warnings() throws {
    let gan = GAN(latent: .normal(2)) {
      Generator { Dense(2) }
      Discriminator {
        Dense(4)
        BatchNorm()
        Dense(1)
      }
      WassersteinLoss()
      RMSProp()
      AlternatingUpdates()
      WeightClipping(limit: 0.01)
    }
    let notice = try #require(try gan.validated().first)
    #expect(notice.severity == .warning && notice.message.hasPrefix("weight-clipping clips the scale of batch-norm too"))
    var wide = gan
    wide.heuristics = [WeightClipping(limit: 1)]
    #expect(try wide.validated().isEmpty)
    #expect(throws: ComponentError.self) { try LabelSmoothing(real: 0.1, fake: 0.3).validateFields() }
    #expect(throws: ComponentError.self) { try LabelSmoothing(real: 0.5, fake: 0.5).validateFields() }
    #expect(throws: Never.self) { try LabelSmoothing(real: 0.6, fake: 0.4).validateFields() }
  }
}
