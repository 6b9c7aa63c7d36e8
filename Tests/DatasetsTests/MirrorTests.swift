import Adversarial
import DatasetParts
import Foundation
import Networks
import Rival
import RivalTesting
import Tensors
import Testing

@testable import Datasets

/// Images that are flipped at random while training draws them.
@Suite struct MirrorTests {
  /// Image k of two rows, three columns and two channels: 12 bytes from 12 k on.
  static func columns(_ count: Int) -> [(field: Field, values: FiniteSamples.Values)] {
    [
      (Field("image", shape: [2, 3, 2]), .bytes((0..<(12 * count)).map { UInt8($0) })),
      (Field("label", classes: count), .classes((0..<count).map { Int32($0) })),
    ]
  }

  /// Image `k` of them as it is drawn, or flipped: columns in the other order, the channels of each as they were.
  static func image(_ k: Int, isFlipped: Bool) -> [Float] {
    let order = isFlipped ? [4, 5, 2, 3, 0, 1, 10, 11, 8, 9, 6, 7] : Array(0..<12)
    return order.map { Float(Double(12 * k + $0) / 127.5 - 1) }
  }

  @Test func halfOfTheDrawsAreFlippedAndNothingElseChanges() throws {
    let plain = FiniteSamples(Self.columns(4))
    let mirrored = FiniteSamples(Self.columns(4), mirror: true)
    #expect(mirrored.fingerprint == plain.fingerprint + "-mirror")
    let count = 4_000
    let (drawn, given) = (mirrored.batch(of: count, key: Key(seed: 3)), plain.batch(of: count, key: Key(seed: 3)))
    #expect(drawn.copiedClasses(1) == given.copiedClasses(1))
    let (values, labels) = (drawn.copiedNumbers(0), drawn.copiedClasses(1))
    var flipped = 0
    for place in 0..<count {
      let found = Array(values[(12 * place)..<(12 * place + 12)])
      if found == Self.image(Int(labels[place]), isFlipped: true) {
        flipped += 1
      } else {
        #expect(found == Self.image(Int(labels[place]), isFlipped: false))
      }
    }
    // A binomial of 4,000 has a standard deviation of 32.
    #expect(abs(flipped - 2_000) < 130)
  }

  @Test func flipsAreAFunctionOfThePlaceInTheStream() throws {
    let samples = FiniteSamples(Self.columns(5), mirror: true)
    let whole = batch(samples, 0, size: 24)
    #expect(whole == batch(samples, 0, size: 24))
    #expect(whole == (0..<6).flatMap { batch(samples, $0, size: 4) })
    #expect(whole != batch(samples, 0, size: 24, key: Key(seed: 8)))
    #expect(batch(samples, 1, size: 12) == Array(whole.suffix(144)))
  }

  @Test func whatMeasuresCompareWithStaysAsItIs() throws {
    let (plain, mirrored) = try (
      FiniteSamples.splitting(Self.columns(10), heldOut: 0.3), FiniteSamples.splitting(Self.columns(10), heldOut: 0.3, mirror: true)
    )
    let (held, heldPlain) = try (#require(mirrored.heldOut), #require(plain.heldOut))
    #expect(held.fingerprint == heldPlain.fingerprint && batch(held, 0, size: 30) == batch(heldPlain, 0, size: 30))
    #expect(batch(mirrored, 0, size: 70) != batch(plain, 0, size: 70))
    #expect(mirrored.unaugmented.fingerprint == plain.fingerprint)
    #expect(batch(mirrored.unaugmented, 0, size: 70) == batch(plain, 0, size: 70))
    #expect(mirrored.unaugmented.heldOut?.count == 3)
  }

  @Test func aRunOnMirroredImagesResumesExactly() throws {
    try withFolder { folder in
      let images = (0..<6).flatMap { CIFARImagesTests.record([UInt8($0)]) }
      try Data(images).write(to: URL(fileURLWithPath: folder + "/data_batch_1.bin"))
      let source = CIFARImages(folder: folder, mirror: true)
      let plain = CIFARImages(folder: folder)
      #expect(try source.opened().fingerprint == plain.opened().fingerprint + "-mirror")
      let game = GAN(latent: .normal(4)) {
        Generator {
          Dense(32 * 32 * 3)
          Reshape([32, 32, 3])
        }
        Discriminator {
          Flatten()
          Dense(1)
        }
        NonSaturatingLoss()
        Adam(learningRate: 1e-3)
        AlternatingUpdates()
      }
      #expect(try ResumeConformance.check(game, data: source) == [])
      // The flips reach the training: one seed, other weights.
      let (one, other) = try (Trainer(game, data: source, batchSize: 4, seed: 1), Trainer(game, data: plain, batchSize: 4, seed: 1))
      try one.run(until: 2)
      try other.run(until: 2)
      #expect(try one.sample(2).scalars() != other.sample(2).scalars())
    }
  }
}
