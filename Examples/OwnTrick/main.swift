// A trick of one's own: written, trained with and without, measured, and compared.
//   swift run -c release own-trick
import Rival

/// Pulls the mean of generated samples towards that of real ones.
struct MeanMatching: Heuristic {
  static let name = "mean-matching"
  static let summary = "Adds the squared distance of the means to the generator's loss."
  static let equation = "weight || E x - E G(z) ||^2"
  static let fieldDescriptions = ["weight": "The weight of the term, 0 or more"]

  var weight = 1.0

  func validateFields() throws {
    guard weight >= 0, weight.isFinite else {
      throw ComponentError(component: Self.name, field: "weight", value: weight, expected: "0 or more")
    }
  }

  func generatorTerm(_ evaluation: GeneratorEvaluation, in round: Round) throws -> Tensor? {
    let real = try evaluation.real().images.tensor.mean(axes: [0])
    let distance = square(real - evaluation.fake.tensor.mean(axes: [0])).sum()
    round.record("mean-matching.distance", distance)
    return weight * distance
  }
}

/// A GAN for points in the plane, with further parts.
func gan(adding parts: [any Heuristic]) throws -> GAN {
  let plain = GAN(latent: .normal(16)) {
    Generator {
      Dense(64)
      ReLU()
      Dense(64)
      ReLU()
      Dense(2)
    }
    Discriminator {
      Dense(64)
      LeakyReLU(0.2)
      Dense(64)
      LeakyReLU(0.2)
      Dense(1)
    }
    NonSaturatingLoss()
    Adam(learningRate: 1e-3, beta1: 0.5)
    AlternatingUpdates()
  }
  return try plain.changed(by: parts.map { .part($0) })
}

exitOnError {
  var plots: [ScatterPlot] = []
  for (title, parts) in [("without", []), ("with mean-matching", [MeanMatching(weight: 0.5)])] as [(String, [any Heuristic])] {
    // One seed: the same first weights, data and latent vectors, so that the difference is the trick's.
    let trainer = try Trainer(try gan(adding: parts), data: RingOfGaussians(modes: 8), batchSize: 256, seed: 1)
    try trainer.run(until: 2_000)
    let samples = try SampleSet(trainer.sample(2_000).scalars(), shape: [2], modes: trainer.samples.modes)
    let real = try SampleSet(Observation(trainer).realSamples(2_000, from: .heldOut), shape: [2], modes: trainer.samples.modes)
    let values = try KnownModeCoverage().measured(samples, against: real, key: Key(seed: 1))
    print(title + ": " + values.map { "\($0.name) \($0.value)" }.joined(separator: ", "))
    plots.append(ScatterPlot(title: title, samples: samples.values, centers: trainer.samples.modes?.centers ?? []))
  }
  for (plot, file) in zip(ScatterPlot.withCommonAxes(plots), ["without.svg", "with.svg"]) { try plot.write(to: file) }
  print("without.svg, with.svg: the samples of both. One seed shows how it works, not whether it does: see small-study.")
}
