// Images by class: small digits that the program draws itself, so that nothing needs to be downloaded.
//   swift run -c release conditional-digits
import Rival

/// Digits of five columns and seven rows, a row a number whose bits are its pixels.
let shapes: [[UInt8]] = [
  [14, 17, 19, 21, 25, 17, 14], [4, 12, 4, 4, 4, 4, 14], [14, 17, 1, 2, 4, 8, 31], [31, 2, 4, 2, 1, 17, 14], [2, 6, 10, 18, 31, 2, 2],
  [31, 16, 30, 1, 1, 17, 14], [6, 8, 16, 30, 17, 17, 14], [31, 1, 2, 4, 8, 8, 8], [14, 17, 17, 14, 17, 17, 14], [14, 17, 17, 15, 1, 2, 12],
]

/// Images of 12 × 12 in [-1, 1]: each digit somewhere, more or less dark, on a background that is not quite even.
func digits(_ count: Int) -> (pixels: [Float], labels: [Int]) {
  let key = Key(seed: 3)
  var pixels: [Float] = []
  let labels = (0..<count).map { $0 % 10 }
  for (index, label) in labels.enumerated() {
    func random(_ name: String, _ range: Range<Float>) -> Float {
      range.lowerBound + (range.upperBound - range.lowerBound) * key.derived(name).uniform(element: index)
    }
    let (left, top, ink) = (Int(random("left", 3..<4.99)), Int(random("top", 2..<3.99)), random("ink", 0.6..<1))
    for row in 0..<12 {
      for column in 0..<12 {
        let (x, y) = (column - left, row - top)
        let isInk = (0..<5).contains(x) && (0..<7).contains(y) && shapes[label][y] >> UInt8(4 - x) & 1 == 1
        let noise = 0.1 * key.derived("noise").uniform(element: index * 144 + row * 12 + column)
        pixels.append(isInk ? ink - noise : noise - 1)
      }
    }
  }
  return (pixels, labels)
}

exitOnError {
  let (pixels, labels) = digits(4_000)
  let gan = GAN(latent: .normal(16)) {
    Generator {
      ConcatenatedCondition("label")
      Dense(3 * 3 * 32, usesBias: false)
      Reshape([3, 3, 32])
      BatchNorm()
      ReLU()
      ConvTranspose2D(32, kernel: 4, stride: 2, usesBias: false)
      BatchNorm()
      ReLU()
      ConvTranspose2D(1, kernel: 4, stride: 2)
      Tanh()
    }
    Discriminator {
      Conv2D(32, kernel: 4, stride: 2)
      LeakyReLU(0.2)
      Conv2D(64, kernel: 4, stride: 2)
      LeakyReLU(0.2)
      Flatten()
      ProjectionHead("label")
    }
    HingeLoss()
    Adam(learningRate: 5e-4, beta1: 0.5)
    AlternatingUpdates()
    ExponentialMovingAverage(decay: 0.99)
  }
  let data = ArraySamples(pixels, sampleShape: [12, 12, 1], labels: labels)
  let trainer = try Trainer(gan, data: data, batchSize: 64, seed: 1)
  try trainer.run(until: 1_000)

  // A row for each digit.
  let classes = (0..<10).flatMap { digit in Array(repeating: digit, count: 10) }
  let samples = try trainer.sample(100, given: ["label": .classes(classes)])
  try PNGImage.grid(samples: samples.scalars(), shape: [12, 12, 1], columns: 10).write(to: "digits.png")
  print("digits.png: ten samples of each digit, a row each.")
}
