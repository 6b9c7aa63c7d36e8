import Foundation
import Rival
import Testing

@Suite struct NormTests {
  @Test func noiseScaleOfTwoBatches() {
    let noise = GradientNoise(smallBatch: 8, smallSquaredNorm: 6, largeBatch: 64, largeSquaredNorm: 4.25)
    #expect(noise.signal == 4 && noise.noise == 16 && noise.scale == 4)
    #expect(GradientNoise(smallBatch: 1, smallSquaredNorm: 8, largeBatch: 8, largeSquaredNorm: 1).scale == nil)
    // Halves that agree hold no noise; opposite ones no signal: ‖whole‖² = 0.
    let equal = GradientNoise(halves: ([1, 2, 2], [1, 2, 2]), batch: 32)
    #expect(equal.signal == 9 && equal.noise == 0)
    let opposite = GradientNoise(halves: ([1, 2, 2], [-1, -2, -2]), batch: 32)
    #expect(opposite.signal == -9 && opposite.noise == 9 * 32)
  }

  @Test func anglesAndUpdates() {
    #expect(VectorSignals.norm([3, 4]) == 5)
    #expect(VectorSignals.cosine([1, 0], [0, 2]) == 0 && VectorSignals.cosine([1, 2], [-2, -4]) == -1)
    #expect(abs((VectorSignals.cosine([1, 0], [1, 1]) ?? 0) - 0.5.squareRoot()) < 1e-15)
    #expect(VectorSignals.cosine([0, 0], [1, 1]) == nil)
    #expect(VectorSignals.updateRatio(from: [3, 4], to: [3, 4.5]) == 0.1)
    #expect(VectorSignals.updateRatio(from: [0, 0], to: [3, 4]) == nil)
  }

  @Test func firstNonFiniteValueIsNamed() {
    let good = NonFinite.Source(name: "G.dense.weight", role: .gradient, values: [1, 2])
    let bad = NonFinite.Source(name: "D.conv2.weight", role: .gradient, values: [0, .infinity, .nan])
    let found = NonFinite.first(in: [good, bad, .init(name: "loss", role: .loss, values: [.nan])], step: 1412)
    #expect(found?.step == 1412 && found?.name == "D.conv2.weight" && found?.kind == .overflow && found?.role == .gradient)
    #expect(found?.index == 1 && found?.count == 2)
    #expect(found?.description == "gradient D.conv2.weight in round 1412 (overflow in element 1, 2 in all)")
    #expect(NonFinite.first(in: [.init(name: "w", role: .parameter, values: [.nan])], step: 3)?.kind == .nan)
    #expect(NonFinite.first(in: [good], step: 1) == nil)
  }

  @Test func powerIterationOfASmallMatrix() throws {
    let matrix = Matrix(rows: 2, columns: 2, values: [1, 2, 3, 4])
    let norm = try SpectralNorm(matrix, start: [1, 0])
    let known = [5.440588203, 5.464985210, 5.464985704]
    for (value, expected) in zip(norm.history, known) { #expect(abs(value - expected) < 1e-9) }
    #expect(norm.history.count >= 3 && norm.isConverged)
    #expect(abs(norm.value - 5.464985704219043) < 1e-12)
    #expect(abs(matrix.frobeniusNorm - 5.477225575) < 1e-9)
    #expect(abs((norm.stableRank(frobeniusNorm: matrix.frobeniusNorm) ?? 0) - 1.0044843951) < 1e-9)
    #expect(try SpectralNorm(matrix, start: [1, 0], maximumIterations: 2).isConverged == false)
  }

  @Test func powerIterationAgreesWithSingularValues() throws {
    for seed in 0..<10 {
      let values = RandomOrder.normal(count: 12 * 7, key: Key(seed: 8).derived(seed))
      let matrix = Matrix(rows: 7, columns: 12, values: values)
      let norm = try SpectralNorm(matrix, maximumIterations: 20_000)
      let exact = try matrix.singularValues()
      #expect(norm.isConverged && abs(norm.value - exact[0]) < 1e-9)
    }
    let zero = try SpectralNorm(Matrix(rows: 2, columns: 2))
    #expect(zero.value == 0 && zero.stableRank(frobeniusNorm: 0) == nil && zero.isConverged)
    #expect(throws: DiagnosticsError.self) { try SpectralNorm(Matrix(rows: 2, columns: 2), start: [0, 0]) }
    #expect(throws: DiagnosticsError.self) { try SpectralNorm(Matrix(rows: 1, columns: 1, values: [.nan])) }
  }

  @Test func convolutionsOfOnes() throws {
    let ones = ConvolutionKernel(outputChannels: 1, inputChannels: 1, height: 3, width: 3, weights: Array(repeating: 1, count: 9))
    #expect(abs(try ones.reshaped.singularValues()[0] - 3) < 1e-12)
    #expect(abs(try ones.circularNorm(imageHeight: 8, imageWidth: 8) - 9) < 1e-12)
    let padded = try ones.zeroPaddedNorm(imageHeight: 8, imageWidth: 8)
    let exact = pow(1 + 2 * cos(Double.pi / 9), 2)
    #expect(abs(exact - 8.290859369) < 1e-9)
    #expect(padded.isConverged && abs(padded.value - exact) < 1e-9)
    let laplacian = ConvolutionKernel(
      outputChannels: 1, inputChannels: 1, height: 3, width: 3, weights: [0, 1, 0, 1, -4, 1, 0, 1, 0])
    #expect(abs(try laplacian.circularNorm(imageHeight: 8, imageWidth: 8) - 8) < 1e-12)
  }

  @Test func convolutionNormsAreThoseOfTheWholeMatrix() throws {
    let kernel = ConvolutionKernel(
      outputChannels: 3, inputChannels: 2, height: 3, width: 2, weights: RandomOrder.normal(count: 36, key: Key(seed: 12)))
    let (rows, columns) = (5, 4)
    // Circular: the whole map as a matrix.
    var whole = Matrix(rows: 3 * rows * columns, columns: 2 * rows * columns)
    for output in 0..<3 {
      for input in 0..<2 {
        for tap in 0..<6 {
          let weight = kernel.weights[(output * 2 + input) * 6 + tap]
          for y in 0..<rows {
            for x in 0..<columns {
              let place = (input * rows + (y + tap / 2) % rows) * columns + (x + tap % 2) % columns
              whole[(output * rows + y) * columns + x, place] += weight
            }
          }
        }
      }
    }
    let largest = try whole.singularValues()[0]
    let circular = try kernel.circularNorm(imageHeight: rows, imageWidth: columns)
    #expect(abs(circular - largest) < 1e-10)
    // Zero-padded with a stride of 2: rows (5 + 2 − 3)/2 + 1 = 3, columns (4 + 2 − 2)/2 + 1 = 3.
    var strided = Matrix(rows: 3 * 9, columns: 2 * rows * columns)
    for output in 0..<3 {
      for input in 0..<2 {
        for tap in 0..<6 {
          for place in 0..<9 {
            let (y, x) = (place / 3 * 2 + tap / 2 - 1, place % 3 * 2 + tap % 2 - 1)
            guard (0..<rows).contains(y), (0..<columns).contains(x) else { continue }
            strided[output * 9 + place, (input * rows + y) * columns + x] = kernel.weights[(output * 2 + input) * 6 + tap]
          }
        }
      }
    }
    let norm = try kernel.zeroPaddedNorm(imageHeight: rows, imageWidth: columns, stride: 2, padding: (1, 1))
    let exact = try strided.singularValues()[0]
    #expect(norm.isConverged && abs(norm.value - exact) < 1e-9)
  }
}
