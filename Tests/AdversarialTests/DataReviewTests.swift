import Rival
import Testing

/// What is said of data before the first round.
@Suite struct DataReviewTests {
  private func gan(size: Int, _ loss: any Loss = NonSaturatingLoss(), _ heuristics: [any Heuristic] = [], bounded: Bool = false) -> GAN {
    GAN(latent: .normal(2)) {
      Generator {
        Dense(size)
        if bounded { Tanh() }
      }
      Discriminator { Dense(1) }
      loss
      heuristics
      Adam()
      AlternatingUpdates()
    }
  }

  private func warnings(_ composition: GAN, _ data: any DataSource, batchSize: Int = 4) throws -> [String] {
    try Trainer(composition, data: data, batchSize: batchSize).warnings.map(\.message)
  }

  /// 40 vectors around 0 with a deviation near 1, changed by `transform`.
  private func vectors(_ transform: (Int, [Float]) -> [Float] = { $1 }) -> ArraySamples {
    var rows: [Float] = []
    for row in 0..<40 {
      let (x, y) = (Float((row * 7) % 11 - 5), Float((row * 3) % 13 - 6))
      rows += transform(row, [x / 4, y / 4])
    }
    return ArraySamples(rows, sampleShape: [rows.count / 40])
  }

  @Test func soundDataIsNotWarnedOf() throws {
    #expect(try warnings(gan(size: 2), vectors()).isEmpty)
    #expect(try warnings(gan(size: 2), RingOfGaussians(), batchSize: 4_000).isEmpty)
    #expect(try warnings(gan(size: 1), PointMass()).isEmpty)
  }

  @Test func numbersThatTheGeneratorCannotMake() throws {
    let found = try warnings(gan(size: 2, bounded: true), vectors())
    #expect(
      found == [
        "real samples lie between -1.5 and 1.5, but the generator ends in tanh, which stays between -1.0 and 1.0; "
          + "scale the data, or leave that layer out"
      ])
    #expect(try warnings(gan(size: 2, bounded: true), vectors { $1.map { $0 / 2 } }).isEmpty)
  }

  @Test func aBatchThatIsMostOfTheData() throws {
    #expect(try warnings(gan(size: 2), vectors(), batchSize: 20).isEmpty)
    #expect(
      try warnings(gan(size: 2), vectors(), batchSize: 21).first?.hasPrefix("a batch of 21 is more than half of the 40 samples") == true)
  }

  @Test func columnsThatSayNothingOrTooMuch() throws {
    #expect(try warnings(gan(size: 3), vectors { $1 + [5] }) == ["number 3 of each sample is always the same; leave them out"])
    // Cut to float32's steps of 8 nothing of the spread is left.
    let distant = try warnings(gan(size: 2), vectors { [1e8 + $1[0], $1[1]] })
    #expect(distant.count == 1 && distant[0].hasPrefix("number 1 of each sample is always 1e+08, where float32 has steps of 8.0"))
    #expect(
      try warnings(gan(size: 2), vectors { _, _ in [3, 4] }).first?.hasPrefix("all numbers of each sample are always the same") == true)
    let large = try warnings(gan(size: 2), vectors { [$1[0], 1_000 + 50 * $1[1]] })
    #expect(large.count == 1 && large[0].hasPrefix("number 2 of each sample has the mean 99") && large[0].contains("range=[low high]"))
  }

  @Test func classesWithoutSamples() throws {
    let labels = (0..<40).map { Int32($0 % 2 == 0 ? 0 : 3) }
    let columns: [(field: Field, values: FiniteSamples.Values)] = [
      (Field("samples", shape: [2]), .numbers((0..<80).map { number in Float(number % 5) / 2 })),
      (.classes("label", labels, count: 4), .classes(labels)),
    ]
    struct Labelled: DataSource {
      static let name = "labelled"
      static let summary = "Samples with labels."
      var samples: (any Samples)?
      init() {}
      init(from decoder: any Decoder) throws {}
      func encode(to encoder: any Encoder) throws {}
      func opened() throws -> any Samples { try #require(samples) }
    }
    var data = Labelled()
    data.samples = try FiniteSamples.splitting(columns, heldOut: 0)
    #expect(
      try warnings(gan(size: 2), data) == ["2 of the 4 classes of 'label' have no samples (1, 2); count the classes from 0 without gaps"])
  }

  @Test func aCriticThatNothingBounds() throws {
    let found = try warnings(gan(size: 2, WassersteinLoss()), vectors())
    #expect(found.count == 1 && found[0].hasPrefix("wasserstein needs a critic whose slope is bounded, and nothing bounds it"))
    for heuristic in [GradientPenalty(), SpectralNormalization(), WeightClipping(), R1Penalty()] as [any Heuristic] {
      #expect(try warnings(gan(size: 2, WassersteinLoss(), [heuristic]), vectors()).isEmpty, "\(heuristic.name)")
    }
    #expect(try warnings(gan(size: 2, HingeLoss()), vectors()).isEmpty)
  }
}
