import Foundation
import Tensors
import Testing

@testable import MetricParts
@testable import Metrics

@Suite struct CopyTests {
  @Test func rankScores() {
    let (near, far) = (Array(repeating: 1.0, count: 10), Array(repeating: 2.0, count: 10))
    let published = DataCopyTest()
    #expect(agree(published.score(generated: far, heldOut: near), 3.8174412, 5e-8))
    #expect(agree(published.score(generated: near, heldOut: far), -3.7418483, 5e-8))
    let plain = DataCopyTest(continuity: .none)
    #expect(agree(plain.score(generated: far, heldOut: near), 50 / 175.0.squareRoot(), 1e-12))
    #expect(plain.score(generated: far, heldOut: near) == -plain.score(generated: near, heldOut: far))
    #expect(plain.score(generated: near, heldOut: near) == 0)
  }

  @Test(arguments: NeighborReference.all) func agreesWithOtherImplementations(_ reference: NeighborReference) throws {
    let (real, generated, held) = try reference.samples()
    let copy = try DataCopyTest().statistic(generated: generated, training: real, heldOut: held, key: Key(seed: 1))
    #expect(agree(copy, try reference.value("copyScore"), 1e-10))
    #expect(agree(try Authenticity.share(generated: generated, training: real), try reference.value("authenticity"), 1e-12))
    let dimension = IntrinsicDimension(neighbors: 10)
    #expect(agree(try dimension.dimension(of: generated), try reference.value("dimensionGenerated"), 1e-9))
    #expect(agree(try dimension.crossDimension(of: real, in: generated), try reference.value("crossDimension"), 1e-9))
    let mixture = try FeatureLikelihood(centers: generated, training: real, rounds: 20)
    #expect(agree(try mixture.negativeLogLikelihood(of: held), try reference.value("likelihood"), 1e-9))
  }

  @Test func copiesAndDraws() throws {
    let training = try normal(300, 4, Key(seed: 1))
    let held = try normal(300, 4, Key(seed: 2))
    let fresh = try normal(300, 4, Key(seed: 3))
    let noise = RandomOrder.normal(count: 1200, key: Key(seed: 4))
    let copies = try set(zip(training.values, noise).map { $0 + Float($1) * 0.01 }, 4)
    for cells in [1, 3] {
      let test = DataCopyTest(cells: cells)
      #expect(abs(try test.statistic(generated: fresh, training: training, heldOut: held, key: Key(seed: 5))) < 3)
      #expect(try test.statistic(generated: copies, training: training, heldOut: held, key: Key(seed: 5)) < -8)
    }
    #expect(agree(try Authenticity.share(generated: fresh, training: training), 0.5, 0.1))
    #expect(try Authenticity.share(generated: copies, training: training) < 0.01)
    #expect(try Authenticity.share(generated: training, training: training) == 0)
  }

  @Test func oneCenterHasTheGaussianLikelihood() throws {
    let mixture = try FeatureLikelihood(centers: set([0, 0, 0], 3), variances: [0.25])
    let expected = 0.5 * ((1 + 4 + 9) / (3 * 0.25) + log(2 * Double.pi * 0.25))
    #expect(agree(try mixture.negativeLogLikelihood(of: set([1, 2, 3], 3)), expected, 1e-12))
    // One centre fitted by maximum likelihood has the mean square as its variance.
    let fitted = try FeatureLikelihood(centers: set([0, 0], 2), training: set([3, 4, 0, 1], 2))
    #expect(agree(fitted.variances[0], (25 + 1) / 4.0, 1e-12))
  }

  @Test func likelihoodDivergenceSeesCopies() throws {
    let training = try normal(200, 4, Key(seed: 1))
    let held = try normal(200, 4, Key(seed: 2))
    let baseline = try normal(200, 4, Key(seed: 3))
    func divergence(_ generated: SampleSet) throws -> Double {
      try FeatureLikelihood.divergence(generated: generated, training: training, heldOut: held, baseline: baseline)
    }
    #expect(abs(try divergence(normal(200, 4, Key(seed: 4)))) < 10)
    #expect(try divergence(training) > 1000)
    #expect(try divergence(normal(200, 4, Key(seed: 4), shift: 3)) > 20)
  }

  @Test func intrinsicDimensionOfGivenDistances() throws {
    for (count, value) in [(5, 1.5338845), (20, 1.1377193), (100, 1.0332965)] {
      let line = (1...count).map { pow(Double($0) / Double(count), 2) }
      #expect(agree(try #require(IntrinsicDimension.estimate(squaredDistances: line)), value, 5e-8))
      // Radii that grow with the root of the rank: twice the dimension.
      let plane = (1...count).map { Double($0) / Double(count) }
      #expect(agree(try #require(IntrinsicDimension.estimate(squaredDistances: plane)), 2 * value, 1e-7))
    }
    #expect(IntrinsicDimension.estimate(squaredDistances: [0, 0, 1]) == nil)
    #expect(IntrinsicDimension.estimate(squaredDistances: [1, 1, 1]) == nil)
  }

  /// Uniform points in a d-ball around its centre: radii are U^(1/d).
  @Test(arguments: [1, 2, 5, 10]) func intrinsicDimensionOfABall(_ dimension: Int) throws {
    let count = 1000
    let squares = RandomOrder.uniform(count: count, key: Key(seed: 8)).map { pow($0, 2 / Double(dimension)) }.sorted()
    let estimate = try #require(IntrinsicDimension.estimate(squaredDistances: squares))
    #expect(agree(estimate, Double(dimension), 4 * Double(dimension) / Double(count).squareRoot()))
  }

  @Test func birthdays() throws {
    #expect(agree(BirthdayTest.collisionProbability(support: 1000, samples: 38), 0.5093165, 5e-8))
    #expect(agree(BirthdayTest.expectedPairs(support: 1000, samples: 100), 4.95, 1e-12))
    #expect(BirthdayTest.collisionProbability(support: 3, samples: 4) == 1)
    #expect(BirthdayTest.collisionProbability(support: 3, samples: 1) == 0)
    // Three equal ones make three pairs, two make one.
    let result = try BirthdayTest.result(set([1, 1, 1, 5, 7, 7]))
    #expect(result.pairs == 4 && result.support == 15 / 4.0)
    #expect(try BirthdayTest.result(set([1, 1.5, 3]), distance: 0.5).pairs == 1)
    #expect(try BirthdayTest.result(set([1, 2, 3])).support == .infinity)
    #expect(throws: MetricError.self) { try BirthdayTest.result(set([1]), distance: -1) }
  }
}
