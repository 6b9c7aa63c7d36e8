import Adversarial
import Components
import Foundation
import Metrics
import Rival
import Testing

@testable import Studies

/// What a study's page opens with, and what lies beside it.
@Suite struct PicturesTests {
  private static func study(_ variants: [Variant], seeds: Int) throws -> StudySpecification {
    try StudySpecification(
      problem: "p", variants: variants, seeds: (1...UInt64(seeds)).map { $0 }, rounds: 20, batchSize: 4,
      plan: EvaluationPlan([EnergyDistance()], sampleCount: 30, evaluationCount: 2))
  }

  /// Outcomes with a value that tells their place, and points for each of them.
  private static func outcomes(_ study: StudySpecification, in directory: StudyDirectory) throws -> [TrialOutcome] {
    try study.trials.enumerated().map { place, trial in
      let files = directory.files(of: trial)
      try FileManager.default.createDirectory(atPath: files.folder, withIntermediateDirectories: true)
      try NPYFile([Float](repeating: Float(place), count: 60), shape: [30, 2]).write(to: files.samples)
      let measure = Measure(
        name: "energy-distance", metric: "energy-distance", features: nil, goal: .lower,
        display: MetricDisplay("energy distance", meaning: ""), isPrimary: true)
      return .finished(
        TrialResult(
          variant: trial.variant.label, seed: trial.seed, step: 20, measures: [measure],
          evaluations: [10, 20].map { Evaluation(step: $0, values: [.init("energy-distance", Double(place + $0))]) },
          curves: [.init(name: "generator.loss", steps: [10, 20], values: [Double(place), 2])]))
    }
  }

  private func report(_ variants: [Variant], seeds: Int) throws -> (page: String, pictures: StudyPictures, curves: StudyCurves) {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("pictures-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let directory = StudyDirectory(path)
    let study = try Self.study(variants, seeds: seeds)
    let outcomes = try Self.outcomes(study, in: directory)
    try directory.writeRealSamples(
      of: Evaluator(study, samples: RingOfGaussians().opened(), registry: Registry.builtIn()))
    let results = StudyResults(study, outcomes: outcomes)
    let page = try StudyReport(results, outcomes: outcomes, in: directory, modes: nil, command: "again").html()
    return (
      page, StudyPictures(results: results, outcomes: outcomes, directory: directory, modes: nil),
      StudyCurves(results: results, outcomes: outcomes)
    )
  }

  private static let other = Variant(label: "r1-penalty:gamma=1", components: [])

  @Test func thePageOpensWithSamplesOfEverySeedBesideRealOnes() throws {
    let page = try report([.baseline, Self.other], seeds: 3).page
    let places = try [
      "Samples beside real ones", "real, held out", "<h3>baseline</h3>", "<h3>r1-penalty:gamma=1</h3>", "Which is better", "Over the run",
      "All trials",
    ]
    .map { try #require(page.range(of: $0), "\($0)").lowerBound }
    #expect(places == places.sorted())
    #expect(page.components(separatedBy: "<figure class=\"picture\">").count == 1 + 7)
    // Each seed has its value, and a link to its folder; so has each row of the table of trials.
    for seed in 1...3 {
      #expect(page.contains("<a href=\"trials/r1-penalty_gamma=1/seed-\(seed)/\">seed \(seed): energy distance \(22 + seed)"))
      #expect(page.contains("<td><a href=\"trials/baseline/seed-\(seed)/\">baseline</a></td>"))
    }
  }

  @Test func ofManySeedsTheBestAndTheWorstAreAmongThoseShown() throws {
    let page = try report([.baseline], seeds: 30).page
    #expect(page.components(separatedBy: "<figure class=\"picture\">").count == 1 + 13)
    #expect(page.contains("12 of 30 seeds are shown, from the best in energy distance to the worst"))
    #expect(page.contains(">seed 1: ") && page.contains(">seed 30: "))
  }

  @Test func curvesHaveOneLineAVariantAndABand() throws {
    let curves = try report([.baseline, Self.other], seeds: 3).curves.charts
    #expect(curves.map(\.title) == ["Energy distance", "Generator's loss"])
    let measured = curves[0].series
    #expect(measured.map(\.label) == ["baseline", "r1-penalty:gamma=1"])
    #expect(measured[1].points == [.init(step: 10, value: 14, interval: 13...15), .init(step: 20, value: 24, interval: 23...25)])
    // Of one run there is no band.
    #expect(try report([.baseline], seeds: 1).curves.charts[0].series[0].points.allSatisfy { $0.interval == nil })
    // Of many runs the band holds the middle half.
    #expect(StudyCurves.range((0...8).map(Double.init)) == 2...6 && StudyCurves.range((0...5).map(Double.init)) == 0...5)
  }

  /// Images of 2 × 2 with one number each.
  private static func images(_ numbers: [Float]) -> [Float] { numbers.flatMap { [Float](repeating: $0, count: 4) } }

  @Test func theNearestTrainingImagesAreFoundWithTheirDistances() throws {
    let training = ArraySamples(Self.images((0..<3_000).map { Float($0) / 1_500 - 1 }), sampleShape: [2, 2, 1])
    let found = try #require(try NearestImages(of: Self.images([0, -1, 0.9997, .nan, 0.25]), in: training.opened()))
    // A copy, the first one, the last one, and half way between neighbours; what is not finite is left out.
    let expected = [0, 0, 0.9997 - 2_999.0 / 1_500 + 1, 0]
    #expect(found.record.compared == 3_000 && found.record.distances.count == 4)
    for (distance, wanted) in zip(found.record.distances, expected) { #expect(abs(distance - wanted) < 1e-6) }
    #expect((found.picture.width, found.picture.height) == (4 * 4 + 2, 2 * 4 + 2))
    #expect(try NearestImages(of: Self.images([.nan]), in: training.opened()) == nil)
    // Distributions have no training images.
    #expect(try NearestImages(of: [0, 0], in: RingOfGaussians().opened()) == nil)
  }

  private static func gan() -> GAN {
    GAN(latent: .normal(2)) {
      Generator {
        Dense(8)
        ReLU()
        Dense(2)
      }
      Discriminator {
        Dense(8)
        LeakyReLU(0.2)
        Dropout(0.1)
        Dense(1)
      }
      NonSaturatingLoss()
      Adam(learningRate: 1e-3)
      AlternatingUpdates()
      ExponentialMovingAverage()
    }
  }

  /// Runs `body` with a folder that is removed afterwards.
  private func withFolder(_ body: (String) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("pictures-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
  }

  @Test func picturesChangeNotOneBitOfTraining() throws {
    try withFolder { path in
      func trainer() throws -> Trainer { try Trainer(Self.gan(), data: RingOfGaussians(), batchSize: 8, seed: 3, threadCount: 1) }
      let (plain, watched) = (try trainer(), try trainer())
      let film = try #require(SampleFilm(of: watched.samples, in: path))
      for target in [0, 3, 7, 20] {
        try plain.run(until: target)
        try watched.run(until: target)
        try film.record(watched.sample(film.count).scalars(), step: target)
        #expect(try DiscriminatorSurface.plot(of: watched) != nil)
        #expect(try RunPictures(watched, frames: path).blocks().count >= 4)
      }
      let images = try [plain, watched].map { try CheckpointFile.image(of: $0.checkpoint()).dropFirst(512) }
      #expect(images[0] == images[1])
      #expect(SampleFilm.frames(in: path).map(\.step) == [0, 3, 7, 20])
    }
  }

  @Test func theFieldIsTheSlopeOfTheSurface() throws {
    // No dropout here: the surface and the field must be of one function.
    var gan = Self.gan()
    gan.discriminator = Sequential {
      Dense(16)
      Tanh()
      Dense(1)
    }
    let trainer = try Trainer(gan, data: RingOfGaussians(), batchSize: 8, seed: 3, threadCount: 1)
    try trainer.run(until: 30)
    let plot = try #require(try DiscriminatorSurface.plot(of: trainer))
    #expect(
      plot.title == "Discriminator after round 30" && plot.values.count == 1_600 && plot.arrows.count == 144 && plot.circles.count == 8)
    // A classifier's line is where it is undecided, and the whole ring is in view.
    #expect(plot.level == 0 && plot.xRange.lowerBound < -2 && plot.xRange.upperBound > 2)
    let cell = (plot.xRange.upperBound - plot.xRange.lowerBound) / 40
    var compared = 0
    for arrow in plot.arrows {
      // Central differences between the four middles around the arrow's place.
      let (x, y) = ((arrow.place.x - plot.xRange.lowerBound) / cell - 0.5, (arrow.place.y - plot.yRange.lowerBound) / cell - 0.5)
      let (column, row) = (Int(x.rounded()), Int(y.rounded()))
      guard (1..<39).contains(column), (1..<39).contains(row) else { continue }
      let slopeX = (plot.values[row * 40 + column + 1] - plot.values[row * 40 + column - 1]) / (2 * cell)
      let slopeY = (plot.values[(row + 1) * 40 + column] - plot.values[(row - 1) * 40 + column]) / (2 * cell)
      let size = (slopeX * slopeX + slopeY * slopeY).squareRoot()
      #expect(abs(slopeX - arrow.direction.x) < 0.15 * size + 0.02 && abs(slopeY - arrow.direction.y) < 0.15 * size + 0.02)
      compared += 1
    }
    #expect(compared > 100)
    // The line of a critic is at the median of its outputs.
    gan.loss = WassersteinLoss()
    let critic = try #require(
      try DiscriminatorSurface.plot(of: Trainer(gan, data: RingOfGaussians(), batchSize: 8, seed: 3, threadCount: 1)))
    #expect(critic.values.count { $0 < critic.level } == 800)
  }

  @Test func framesShowTheSamesSamplesOverTheRealOnes() throws {
    try withFolder { path in
      let film = try #require(SampleFilm(of: RingOfGaussians().opened(), in: path))
      try film.record([Float](repeating: 0, count: 1_000), step: 5)
      try film.record([Float](repeating: .nan, count: 1_000), step: 12)
      let frames = SampleFilm.frames(in: path)
      #expect(frames.map(\.step) == [5, 12] && film.count == 500)
      let images = try frames.map { try PNGImage(reading: $0.path) }
      func share(_ image: PNGImage, _ color: [UInt8]) -> Int {
        stride(from: 0, to: image.pixels.count, by: 3).count { Array(image.pixels[$0..<$0 + 3]) == color }
      }
      // One blue point of four pixels in the middle of the ring; nothing where nothing is finite. The real ones are the same in both.
      #expect(share(images[0], [0, 114, 178]) == 4 && share(images[1], [0, 114, 178]) == 0)
      #expect(share(images[0], [176, 176, 176]) > 100 && share(images[0], [176, 176, 176]) == share(images[1], [176, 176, 176]))
      try film.write(to: path + "/film.png", until: 11)
      #expect(try PNGImage(reading: path + "/film.png") == images[0])
      // What is neither a point nor an image has no film.
      #expect(try SampleFilm(of: ArraySamples([Float](repeating: 0, count: 40), sampleShape: [4]).opened(), in: path) == nil)
    }
  }

  @Test func ofManyFramesEvenlyChosenOnesAreShown() {
    let frames = (0..<100).map { SampleFilm.Frame(step: 10 * $0, path: "") }
    #expect(SampleFilm.chosen(frames, limit: 4).map(\.step) == [0, 330, 660, 990])
    #expect(SampleFilm.chosen(Array(frames[..<3]), limit: 4).count == 3 && SampleFilm.chosen(frames, limit: 1).map(\.step) == [0])
  }
}
