import Rival
import Testing

/// Labels reach both players, and samples are made for what is asked.
@Suite("Conditions")
struct ConditionTests {
  @Test("A generator learns to put each class where it belongs")
  func followsTheLabel() throws {
    let ring = RingOfGaussians(modes: 4)
    let trainer = try Trainer(ConditionalGAN.composition, data: ring, batchSize: 64, seed: 2)
    try trainer.run(until: 3_000)
    let centers = try #require(try ring.opened().modes?.centers)
    for (label, center) in centers.enumerated() {
      let values = try trainer.sample(200, given: ["label": .class(label)]).scalars()
      let near = stride(from: 0, to: values.count, by: 2).count { place in
        let distances = centers.map { other in
          let (x, y) = (values[place] - other[0], values[place + 1] - other[1])
          return x * x + y * y
        }
        return distances.indices.min { distances[$0] < distances[$1] } == label
      }
      #expect(near > 180, "class \(label) at \(center): \(near) of 200")
    }
  }

  @Test("Classes that are not given are drawn as often as the data has them, from a stream of their own")
  func drawnClasses() throws {
    let weights = [0.7, 0.2, 0.1]
    let probe = LabelProbe()
    var gan = ConditionalGAN.composition.adding([probe])
    let ring = RingOfGaussians(modes: 3, weights: weights)
    func shares(_ gan: GAN) throws -> [Double] {
      let trainer = try Trainer(gan, data: ring, batchSize: 500, seed: 3)
      try trainer.run(until: 40)
      return (0..<3).map { index in
        let column = trainer.history["label-probe.\(index)"] ?? []
        return column.reduce(0, +) / Double(column.count)
      }
    }
    for (share, weight) in zip(try shares(gan), weights) { #expect(abs(share - weight) < 0.01) }
    gan.drawsClassesEvenly = true
    for share in try shares(gan) { #expect(abs(share - 1.0 / 3) < 0.01) }
  }

  @Test("What cannot be given is refused with what can")
  func refusals() throws {
    let trainer = try Trainer(ConditionalGAN.composition, data: RingOfGaussians(modes: 8), batchSize: 8)
    func message(_ given: [String: SampleCondition]) -> String {
      do {
        _ = try trainer.sample(2, given: given)
        return ""
      } catch { return "\(error)" }
    }
    #expect(message(["colour": 1]) == "samples are not made for 'colour': they are made for label (8 classes)")
    #expect(message(["label": 8]) == "'label' has the classes 0 to 7, but [8] was given")
    #expect(message(["label": .numbers(Tensor([1, 2]))]).contains("was given a tensor of shape [2]"))
    #expect(try trainer.sample(4, given: ["label": [0, 1]]).shape == [4, 2])
    let plain = GAN(latent: .normal(2)) {
      Generator { Dense(2) }
      Discriminator { Dense(1) }
      NonSaturatingLoss()
      Adam()
      AlternatingUpdates()
    }
    let other = try Trainer(plain, data: RingOfGaussians(modes: 8), batchSize: 8)
    #expect(throws: NetworkError("samples are not made for 'label': the networks that make them take no condition")) {
      try other.sample(2, given: ["label": 1])
    }
    #expect(throws: LayerError.self) { try Trainer(ConditionalGAN.composition, data: SwissRoll(), batchSize: 8) }
  }
}

/// Records how often each class is drawn for generated samples.
private struct LabelProbe: Heuristic {
  static let name = "label-probe"
  static let summary = "Shares of the classes that samples are made for."

  func generatorTerm(_ evaluation: GeneratorEvaluation, in round: Round) throws -> Tensor? {
    guard let shares = try evaluation.fakeConditions["label"]?.oneHot().mean(axes: [0]) else { return nil }
    for index in 0..<shares.shape[0] { round.record("label-probe.\(index)", shares.sliced(axis: 0, index..<(index + 1)).sum()) }
    return nil
  }
}
