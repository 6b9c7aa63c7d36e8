import Adversarial
import Components
import Foundation
import Networks
import Tensors
import Testing

@testable import DatasetParts
@testable import Datasets

@Suite struct DistributionTests {
  @Test func ringHasTheCentersOfThePaper() throws {
    let modes = try #require(try RingOfGaussians().opened().modes)
    #expect(modes.centers.count == 8)
    #expect(modes.centers[0] == [2, 0])
    #expect(abs(modes.centers[1][0] - 1.4142135) < 1e-6 && abs(modes.centers[1][1] - 1.4142135) < 1e-6)
    #expect(abs(modes.centers[6][1] + 2) < 1e-6)
    #expect(modes.standardDeviation == 0.02)
    #expect(modes.weights == Array(repeating: 0.125, count: 8))
  }

  @Test func gridIsCentered() throws {
    let modes = try #require(try GridOfGaussians().opened().modes)
    #expect(modes.centers.count == 25)
    #expect(modes.centers.first == [-4, -4] && modes.centers[12] == [0, 0] && modes.centers.last == [4, 4])
    #expect(modes.centers[1] == [-4, -2])
  }

  @Test func mixtureHasItsMoments() throws {
    let samples = try RingOfGaussians(modes: 2, radius: 3, standardDeviation: 0.5, weights: [3, 1]).opened()
    let values = batch(samples, 0, size: 20_000).map(Double.init)
    let right = stride(from: 0, to: values.count, by: 2).filter { values[$0] > 0 }
    #expect(abs(Double(right.count) / 20_000 - 0.75) < 0.01)  // three standard errors
    let variance = right.reduce(0) { $0 + (values[$1] - 3) * (values[$1] - 3) } / Double(right.count)
    #expect(abs(variance - 0.25) < 0.01)
    let other = stride(from: 1, to: values.count, by: 2).reduce(0) { $0 + values[$1] * values[$1] } / 20_000
    #expect(abs(other - 0.25) < 0.01)
  }

  @Test func modesOfWeightZeroAreNeverDrawn() throws {
    let samples = try RingOfGaussians(modes: 4, weights: [0, 1, 1, 0]).opened()
    let values = batch(samples, 0, size: 5000)
    for index in 0..<5000 {
      // Modes 1 and 2 are at (0, 2) and (−2, 0).
      #expect(values[2 * index + 1] > 1 || values[2 * index] < -1)
    }
  }

  @Test func wordsAreThoseOfTheKey() {
    let key = Key(seed: 11)
    for block in [0, 1, 1 << 33] {
      let words = key.words(block: block, step: 5)
      #expect(words.0 == key.bits(element: 4 * block, step: 5))
      #expect(words.3 == key.bits(element: 4 * block + 3, step: 5))
    }
  }

  @Test func normalsHaveKnownValues() {
    // u₁ = e^(−1/2) gives radius 1; u₂ = 1/4 gives the angle π/2.
    let (x, y) = Draw.normals(UInt32(exp(-0.5) * 0x1p32), UInt32(1) << 30)
    #expect(abs(x) < 1e-8 && abs(y - 1) < 1e-8)
  }

  @Test("A batch is a function of key and index alone")
  func batchesArePure() throws {
    let sources: [any DataSource] = [RingOfGaussians(), GridOfGaussians(), SwissRoll(), PointMass()]
    for source in sources {
      let samples = try source.opened()
      let first = batch(samples, 3, size: 64)
      _ = batch(samples, 9, size: 5)
      #expect(batch(samples, 3, size: 64) == first)
      #expect(try source.opened().fingerprint == samples.fingerprint)
      #expect(first.allSatisfy { $0.isFinite })
      guard !(source is PointMass) else { continue }
      #expect(batch(samples, 4, size: 64) != first)
      #expect(batch(samples, 3, size: 64, key: Key(seed: 8)) != first)
    }
  }

  @Test func batchesAreTheSameInEveryProcess() throws {
    let values = batch(try RingOfGaussians().opened(), 0, size: 2, key: Key(seed: 1))
    #expect(values == ringGolden)
  }

  @Test func swissRollLiesOnItsSpiral() throws {
    let values = batch(try SwissRoll(noise: 0, scale: 1).opened(), 0, size: 500)
    for index in 0..<500 {
      let (x, y) = (Double(values[2 * index]), Double(values[2 * index + 1]))
      let t = (x * x + y * y).squareRoot()
      #expect(t > 1.5 * .pi - 1e-4 && t < 4.5 * .pi + 1e-4)
      #expect(abs(t * cos(t) - x) < 1e-4 && abs(t * sin(t) - y) < 1e-4)
    }
  }

  @Test func pointMassIsZeroByDefault() throws {
    let samples = try PointMass().opened()
    #expect(samples.sampleShape == [1])
    #expect(batch(samples, 0, size: 3) == [0, 0, 0])
    #expect(batch(try PointMass(location: [1, 2]).opened(), 4, size: 2) == [1, 2, 1, 2])
  }

  @Test func fingerprintsTellSettingsApart() throws {
    let prints = try [
      RingOfGaussians(), RingOfGaussians(modes: 7), RingOfGaussians(radius: 1),
      RingOfGaussians(standardDeviation: 0.01),
      RingOfGaussians(weights: [1, 1, 1, 1, 1, 1, 1, 2]),
    ].map { try $0.opened().fingerprint }
    #expect(Set(prints).count == 5)
    #expect(prints.allSatisfy { $0.count == 32 })
  }

  @Test func fieldsAreChecked() {
    #expect(message { try RingOfGaussians(modes: 0).validateFields() }.contains("ring: field 'modes' is 0"))
    #expect(message { try RingOfGaussians(radius: -1).validateFields() }.contains("'radius'"))
    #expect(message { try RingOfGaussians(standardDeviation: .nan).validateFields() }.contains("'standardDeviation'"))
    #expect(message { try RingOfGaussians(weights: [1]).validateFields() }.contains("'weights'"))
    #expect(message { try GridOfGaussians(spacing: 0).validateFields() }.contains("'spacing'"))
    #expect(message { try SwissRoll(scale: 0).validateFields() }.contains("'scale'"))
    #expect(message { try PointMass(location: []).validateFields() }.contains("'location'"))
    #expect(message { try RingOfGaussians().validateFields() } == "")
  }

  @Test func codingKeepsTheFields() throws {
    let source = RingOfGaussians(modes: 3, radius: 1.5, standardDeviation: 0.1, weights: [1, 2, 3])
    let decoded = try JSONDecoder().decode(RingOfGaussians.self, from: try JSONEncoder().encode(source))
    #expect(try decoded.opened().fingerprint == source.opened().fingerprint)
    let images = IDXImages(folder: "f", split: .test, classes: [1])
    let again = try JSONDecoder().decode(IDXImages.self, from: try JSONEncoder().encode(images))
    #expect(again.folder == "f" && again.split == .test && again.classes == [1])
  }
}

/// The first two samples of the ring for seed 1, batch 0, from an independent program for Philox and Box and Muller.
private let ringGolden: [Float] = [-2.0088458, 0.0044063306, 0.0018292648, -1.9823027]
