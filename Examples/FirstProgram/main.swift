// The first program: eight Gaussians on a circle, learned in some seconds, and a picture of what was learned.
//   swift run -c release first-program
import Rival

exitOnError {
  let gan = GAN(latent: .normal(16)) {
    Generator {
      Dense(128)
      ReLU()
      Dense(128)
      ReLU()
      Dense(2)
    }
    Discriminator {
      Dense(128)
      LeakyReLU(0.2)
      Dense(128)
      LeakyReLU(0.2)
      Dense(1)
    }
    NonSaturatingLoss()
    Adam(learningRate: 1e-3, beta1: 0.5)
    AlternatingUpdates()
    R1Penalty(gamma: 0.1)
    ExponentialMovingAverage()
  }
  let ring = RingOfGaussians(modes: 8)
  let trainer = try Trainer(gan, data: ring, batchSize: 256, seed: 1)
  try trainer.run(until: 3_000)

  let samples = try trainer.sample(1_000)
  let modes = try ring.opened().modes
  let picture = ScatterPlot(
    title: "1,000 samples after \(trainer.step) rounds", samples: try samples.scalars(), centers: modes?.centers ?? [],
    standardDeviation: modes?.standardDeviation ?? 0)
  try picture.write(to: "ring.svg")
  print("ring.svg: samples over the modes they should reach. Open it in a browser.")
}
