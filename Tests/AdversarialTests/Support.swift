import Foundation
import Rival
import RivalTesting
import Testing

/// A GAN for the ring that trains in milliseconds.
func ringGAN(_ heuristics: [any Heuristic] = [], loss: any Loss = NonSaturatingLoss()) -> GAN {
  HeuristicConformance.smallGAN(loss: loss).adding(heuristics)
}

/// Images of 8×8 pixels, without structure.
func smallImages(_ count: Int = 24) -> ArraySamples {
  let key = Key(seed: 99)
  return ArraySamples((0..<count * 64).map { key.uniform(element: $0) * 2 - 1 }, sampleShape: [8, 8, 1])
}

/// A convolutional GAN for ``smallImages(_:)`` with batch norm and dropout.
func imageGAN(_ heuristics: [any Heuristic] = []) -> GAN {
  GAN(latent: .uniform(4)) {
    Generator {
      Dense(4 * 4 * 4)
      Reshape([4, 4, 4])
      BatchNorm()
      ReLU()
      Upsample(2)
      Conv2D(1, kernel: 3)
      Tanh()
    }
    Discriminator {
      Conv2D(4, kernel: 3, stride: 2)
      LeakyReLU(0.2)
      Dropout(0.3)
      Conv2D(4, kernel: 3, stride: 2)
      BatchNorm()
      LeakyReLU(0.2)
      Flatten()
      Dense(1)
    }
    NonSaturatingLoss()
    Adam(learningRate: 0.002)
    AlternatingUpdates()
    heuristics
  }
}

/// Images of 6×4 pixels, without structure.
func colorImages(channels: Int = 3) -> ArraySamples {
  let key = Key(seed: 98)
  return ArraySamples((0..<576 * channels).map { key.uniform(element: $0) * 2 - 1 }, sampleShape: [6, 4, channels])
}

/// A GAN for ``colorImages(channels:)`` that trains in milliseconds.
func colorGAN(channels: Int = 3, _ heuristics: [any Heuristic] = []) -> GAN {
  GAN(latent: .normal(4)) {
    Generator {
      Dense(8)
      ReLU()
      Dense(24 * channels)
      Reshape([6, 4, channels])
      Tanh()
    }
    Discriminator {
      Conv2D(4, kernel: 3)
      LeakyReLU(0.2)
      Flatten()
      Dense(1)
    }
    NonSaturatingLoss()
    Adam(learningRate: 0.002)
    AlternatingUpdates()
    heuristics
  }
}

/// Batches that the test wrote, one after the other.
struct FixedBatches: DataSource {
  static let name = "fixed-batches"
  static let summary = "Batches from memory, in order."
  var batches: [[Float]] = []
  var size = 2

  init() {}
  /// - Parameter shape: of a sample; `[size]` by default.
  init(_ batches: [[Float]], size: Int, shape: [Int]? = nil) {
    self.batches = batches
    self.size = size
    self.shape = shape
  }

  var shape: [Int]?

  func opened() throws -> any Samples { Opened(batches: batches, shape: shape ?? [size]) }

  struct Opened: Samples {
    let batches: [[Float]]
    let shape: [Int]
    var fields: [Field] { [Field("samples", shape: shape)] }
    var fingerprint: String { "0" }
    func fill(_ batch: BatchMemory, index: Int, key: Key) {
      // Whoever looks at more samples than a batch has gets them again.
      let values = batches[index % batches.count]
      for place in batch.numbers(0).indices { batch.numbers(0)[place] = values[place % values.count] }
    }
  }
}

/// A checkpoint's bytes after the header, which holds the time.
func image(_ trainer: Trainer) throws -> [UInt8] {
  Array(try CheckpointFile.image(of: trainer.checkpoint()).dropFirst(512))
}

/// The text of the error that `body` throws; empty where it throws none.
func failureText(_ body: () throws -> Void) -> String {
  do {
    try body()
    return ""
  } catch {
    return "\(error)"
  }
}

/// The largest singular value of a matrix, by 2,000 steps of the power iteration in double precision.
func largestSingularValue(_ tensor: Tensor) throws -> Double {
  let columns = tensor.shape[-1]
  let values = try tensor.doubles()
  let rows = values.count / columns
  var v = (0..<columns).map { 1 + 0.1 * Double($0) }
  var sigma = 0.0
  for _ in 0..<2_000 {
    let u = (0..<rows).map { row in (0..<columns).reduce(0) { $0 + values[row * columns + $1] * v[$1] } }
    let next = (0..<columns).map { column in (0..<rows).reduce(0) { $0 + values[$1 * columns + column] * u[$1] } }
    let norm = next.reduce(0) { $0 + $1 * $1 }.squareRoot()
    sigma = norm.squareRoot() / v.reduce(0) { $0 + $1 * $1 }.squareRoot().squareRoot()
    v = next.map { $0 / norm }
  }
  return sigma
}
