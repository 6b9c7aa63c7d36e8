// A study in Swift: two tricks against none, three seeds each, with means, intervals and a chart over the run.
//   swift run -c release small-study
// `rival compare` does the same from the command line in parallel processes, with more statistics, and goes on where it was stopped.
import Rival

exitOnError {
  let variants: [(name: String, part: (any Heuristic)?)] = [
    ("none", nil), ("r1-penalty", R1Penalty(gamma: 0.1)), ("label-smoothing", LabelSmoothing()),
  ]
  let seeds: [UInt64] = [1, 2, 3]
  let steps = stride(from: 250, through: 1_000, by: 250)
  let metric = EnergyDistance()
  var series: [BandChart.Series] = []

  for variant in variants {
    // distances[step] holds the value of each seed.
    var distances: [Int: [Double]] = [:]
    for seed in seeds {
      let gan = GAN(latent: .normal(16)) {
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
      let trainer = try Trainer(
        try gan.changed(by: variant.part.map { [CompositionChange.part($0)] } ?? []), data: RingOfGaussians(modes: 8), batchSize: 128,
        seed: seed)
      let real = try SampleSet(Observation(trainer).realSamples(1_000, from: .heldOut), dimension: 2)
      for step in steps {
        try trainer.run(until: step)
        let samples = try SampleSet(trainer.sample(1_000).scalars(), dimension: 2)
        let value = try metric.measured(samples, against: real, repeats: 0, key: Key(seed: seed))[0].value
        distances[step, default: []].append(value)
      }
    }
    let points = steps.map { step in
      let values = distances[step] ?? []
      return BandChart.Point(step: Double(step), value: Statistics.mean(values), interval: (values.min() ?? 0)...(values.max() ?? 0))
    }
    series.append(BandChart.Series(label: variant.name, points: points))
    let last = distances[1_000] ?? []
    print("\(variant.name): energy distance \(Statistics.mean(last)), seeds \(last)")
  }
  var chart = BandChart(title: "Energy distance to held-out samples: mean and range of \(seeds.count) seeds", series: series)
  chart.width = 640
  try chart.write(to: "study.svg")
  print("study.svg: the distance over the run. Three seeds say little; rival compare says how many are needed.")
}
