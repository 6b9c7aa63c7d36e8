// Data of one's own from a CSV file: the program writes one, as a spreadsheet would, and learns it by class.
//   swift run -c release own-data
import Foundation
import Rival

/// A table like one that somebody measured: lengths and widths of three species.
func writeTable(to path: String) throws {
  let species = [("setosa", 5.0, 3.4, 0.35), ("versicolor", 5.9, 2.8, 0.45), ("virginica", 6.6, 3.0, 0.5)]
  let key = Key(seed: 7)
  /// Nearly normal: the sum of twelve uniform numbers.
  func normal(_ name: String, _ row: Int) -> Double {
    (0..<12).reduce(-6) { $0 + Double(key.derived(name).uniform(element: 12 * row + $1)) }
  }
  var text = "length,width,species\n"
  for row in 0..<600 {
    let (name, length, width, spread) = species[row % 3]
    text += "\(length + spread * normal("length", row)),\(width + 0.8 * spread * normal("width", row)),\(name)\n"
  }
  try text.write(toFile: path, atomically: true, encoding: .utf8)
}

exitOnError {
  try writeTable(to: "measured.csv")
  // A fifth of the rows is kept back, so that what is learned can be judged by rows that training did not see.
  let table = TableFile(path: "measured.csv", label: "species", range: [2, 8], heldOutFraction: 0.2)
  let gan = GAN(latent: .normal(8)) {
    Generator {
      ConcatenatedCondition("label")
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
      ProjectionHead("label")
    }
    NonSaturatingLoss()
    Adam(learningRate: 1e-3, beta1: 0.5)
    AlternatingUpdates()
    R1Penalty(gamma: 0.1)
    ExponentialMovingAverage()
  }
  let trainer = try Trainer(gan, data: table, batchSize: 64, seed: 1)
  try trainer.run(until: 3_000)

  let held = try Observation(trainer).realSamples(120, from: .heldOut)
  let made = try trainer.sample(120)
  let distance = try EnergyDistance().measured(
    SampleSet(made.scalars(), dimension: 2), against: SampleSet(held, dimension: 2), key: Key(seed: 1))
  for value in distance { print("\(value.name): \(value.value)") }

  let plots = try (0..<3).map { label -> ScatterPlot in
    let samples = try trainer.sample(200, given: ["label": .class(label)])
    return try ScatterPlot(title: "Class \(label)", samples: samples.scalars(), colorIndex: label)
  }
  for (label, plot) in ScatterPlot.withCommonAxes(plots).enumerated() { try plot.write(to: "class-\(label).svg") }
  print("class-0.svg, class-1.svg, class-2.svg: samples of each species, on common axes.")
}
