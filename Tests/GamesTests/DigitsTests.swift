import Foundation
import Rival
import RivalCommand
import Testing

/// A classifier as a game of one player: the objective is the cross-entropy of the labels.
private struct Classification: Objective {
  static let name = "classification"
  static let summary = "The cross-entropy of the label."

  func loss(of player: Player, in round: Round) throws -> Tensor {
    guard let label = round.batch["label"] else { throw NetworkError("there is no label") }
    return crossEntropy(try round.network("generator", round.real.tensor).output, try label.oneHot())
  }

  /// What the classifier says of images that are given.
  var sampleConditions: [String] { ["image"] }
  func generated(from latents: Latents, given conditions: Batch, in round: Round) throws -> Images {
    guard let images = conditions["image"] else { throw NetworkError("there are no images") }
    return Images(try round.network("generator", images.tensor).output)
  }

  static let composition = NetworkGame {
    NamedNetwork("generator", from: .samples) {
      Conv2D(16, kernel: 4, stride: 2)
      ReLU()
      Conv2D(32, kernel: 4, stride: 2)
      ReLU()
      Flatten()
      Dense(10)
    }
    Side(.generator, moves: "generator", by: Adam(learningRate: 1e-3, beta1: 0.9))
    Classification()
    SimultaneousUpdates()
  }
}

/// Real digits with their labels, where they lie beside the checkout (`RIVAL_DATA`); skipped elsewhere. `RIVAL_DIGIT_ROUNDS` trains longer.
@Suite("Digits to order", .enabled(if: ProcessInfo.processInfo.environment["RIVAL_DATA"] != nil))
struct DigitsTests {
  @Test("A conditional GAN makes the digit that it is told, says a classifier trained on real ones")
  func agreement() throws {
    let environment = ProcessInfo.processInfo.environment
    let folder = try #require(environment["RIVAL_DATA"]) + "/mnist"
    let rounds = Int(environment["RIVAL_DIGIT_ROUNDS"] ?? "") ?? 700
    let data = IDXImages(folder: folder, heldOutFraction: 0.2)

    let judge = try Trainer(Classification.composition, data: data, batchSize: 64, seed: 1)
    try judge.run(until: 600)
    func classes(_ images: Tensor) throws -> [Int] {
      let logits = try judge.sample(images.shape[0], given: ["image": .numbers(images)]).scalars()
      return stride(from: 0, to: logits.count, by: 10).map { start in (0..<10).max { logits[start + $0] < logits[start + $1] } ?? 0 }
    }
    let real = try #require(judge.samples.heldOut).batch(of: 1_000, key: Key(seed: 9))
    let accuracy = try Double(zip(classes(real.batch.entries[0].tensor), real.copiedClasses(1)).count { $0 == Int($1) }) / 1_000
    #expect(accuracy > 0.95, "\(accuracy)")

    let trainer = try Trainer(Problem.conditionalMNIST.composition(), data: data, batchSize: 64, seed: 3)
    try trainer.run(until: rounds)
    let wanted = (0..<1_000).map { $0 / 100 }
    let samples = try trainer.sample(1_000, given: ["label": .classes(wanted)])
    let agreement = try Double(zip(classes(samples), wanted).count { $0 == $1 }) / 1_000
    print("digits: \(rounds) rounds, classifier right on \(accuracy) of real digits, agrees with \(agreement) of those made to order")
    #expect(agreement > (rounds >= 3_000 ? 0.9 : 0.6), "\(agreement)")
    if let target = environment["RIVAL_KEEP_GAMES"] {
      let rows = try trainer.sample(100, given: ["label": .classes((0..<100).map { $0 / 10 })]).scalars()
      try PNGImage.grid(samples: rows, shape: [28, 28, 1]).write(to: target + "/digits.png")
    }
  }
}
