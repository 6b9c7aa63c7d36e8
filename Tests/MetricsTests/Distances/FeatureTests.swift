import Components
import LinearAlgebra
import MetricParts
import Metrics
import Networks
import Tensors
import Testing

@Suite struct FeatureTests {
  @Test func principalComponentsOfAnEllipse() throws {
    // Deviations 3 along (0.6, 0.8) and 1 across, about (10, −5).
    let numbers = RandomOrder.normal(count: 4_000, key: Key(seed: 1))
    let rows = (0..<2_000).map { index -> [Double] in
      let (a, b) = (3 * numbers[2 * index], numbers[2 * index + 1])
      return [10 + 0.6 * a - 0.8 * b, -5 + 0.8 * a + 0.6 * b]
    }
    let set = try SampleSet(rows)
    let projection = try PrincipalComponents().projection(fittedTo: set)
    #expect(agree(abs(projection.directions[0, 0]), 0.6, 0.03) && agree(projection.directions[0, 1], 0.8, 0.03))
    #expect(agree(projection.variances[0], 9, 1) && agree(projection.variances[1], 1, 0.15))
    // Features are uncorrelated, with the fitted variances; whitened ones with variance 1.
    let moments = try GaussianMoments(of: set.mapped(by: projection))
    #expect(agree(moments.covariance[0, 0], projection.variances[0], 1e-4) && agree(moments.covariance[0, 1], 0, 1e-4))
    #expect(agree(moments.mean[0], 0, 1e-4))
    var whitening = PrincipalComponents()
    whitening.whitens = true
    let whitened = try GaussianMoments(of: set.mapped(by: whitening.extractor(fittedTo: set)))
    #expect(agree(whitened.covariance[0, 0], 1, 1e-4) && agree(whitened.covariance[1, 1], 1, 1e-4))
    #expect(throws: MetricError.self) { try projection.features(of: SampleSet([1, 2, 3], dimension: 3)) }
    #expect(throws: MetricError.self) { try PrincipalComponents().projection(fittedTo: SampleSet([1, 2, 1, 2], dimension: 2)) }
  }

  @Test func fewSamplesInManyDimensions() throws {
    let set = try DistanceSamples.normal(10, dimension: 30, key: Key(seed: 2))
    let projection = try PrincipalComponents().projection(fittedTo: set)
    #expect(projection.directions.rows == 9)
    let gram = projection.directions * projection.directions.transposed
    #expect((gram - Matrix(diagonal: Array(repeating: 1, count: 9))).frobeniusNorm < 1e-12)
    let eigenvalues = try GaussianMoments(of: set).covariance.symmetricEigenvalues().reversed().prefix(9)
    for (variance, eigenvalue) in zip(projection.variances, eigenvalues) { #expect(agree(variance, eigenvalue, 1e-10)) }
    // All of the variance is kept, so distances are.
    let other = try DistanceSamples.normal(10, dimension: 30, key: Key(seed: 3))
    let joined = try SampleSet(set.values + other.values, dimension: 30)
    let all = try PrincipalComponents().projection(fittedTo: joined)
    let before = try WassersteinDistance.cost(set, other, order: 1)
    #expect(agree(try WassersteinDistance.cost(set.mapped(by: all), other.mapped(by: all), order: 1), before, 1e-5))
  }

  @Test func randomConvolutionIsTheOneOfItsSeed() throws {
    var choice = RandomConvolution()
    choice.shape = [6, 5, 2]
    choice.filters = [4, 3]
    let images = try DistanceSamples.normal(7, dimension: 60, key: Key(seed: 4))
    let features = try images.mapped(by: choice.extractor(fittedTo: images))
    #expect(features.count == 7 && features.dimension == choice.dimension && choice.dimension == 14)
    #expect(try images.mapped(by: choice.extractor(of: [6, 5, 2])) == features)
    // Each image alone gives the same.
    let alone = try images.selecting([5]).mapped(by: choice.extractor(of: choice.shape)).values
    #expect(zip(alone, features.selecting([5]).values).allSatisfy { abs($0 - $1) < 1e-5 })
    var other = choice
    other.seed = 1
    #expect(try images.mapped(by: other.extractor(of: other.shape)) != features)
    #expect(throws: MetricError.self) { try RandomConvolution().extractor(fittedTo: images) }
    // Without a shape of its own it takes that of the samples.
    choice.shape = []
    let shaped = try SampleSet(images.values, shape: [6, 5, 2])
    #expect(try images.mapped(by: choice.extractor(fittedTo: shaped)) == features)
    choice.filters = []
    #expect(throws: ComponentError.self) { try choice.validateFields() }
  }

  @Test func oneStageByHand() throws {
    var choice = RandomConvolution()
    choice.shape = [3, 4, 1]
    choice.filters = [2]
    let image = RandomOrder.normal(count: 12, key: Key(seed: 5)).map { Float($0) }
    let features = try SampleSet(image, dimension: 12).mapped(by: choice.extractor(of: choice.shape)).values
    let root = Key(seed: 0).derived("random-convolution").derived(0)
    let kernel = RandomOrder.normal(count: 18, key: root.derived("kernel")).map { $0 * (2.0 / 9).squareRoot() }
    let bias = RandomOrder.normal(count: 2, key: root.derived("bias")).map { 0.1 * $0 }
    for filter in 0..<2 {
      var values: [Double] = []
      for row in 0..<3 {
        for column in 0..<4 {
          var sum = bias[filter]
          for a in 0..<3 {
            for b in 0..<3 where (0..<3).contains(row + a - 1) && (0..<4).contains(column + b - 1) {
              sum += Double(image[(row + a - 1) * 4 + column + b - 1]) * kernel[(a * 3 + b) * 2 + filter]
            }
          }
          values.append(max(0, sum))
        }
      }
      let mean = Statistics.mean(values)
      let variance = Statistics.mean(values.map { ($0 - mean) * ($0 - mean) })
      #expect(agree(Double(features[filter]), mean, 1e-5))
      #expect(agree(Double(features[2 + filter]), variance.squareRoot(), 1e-5))
    }
  }

  @Test func anyFunctionAndAnyNetwork() throws {
    let set = try SampleSet((0..<30).map { Float($0) }, dimension: 3)
    let sums = TensorFeatures(inputShape: [3], batchSize: 4) { $0.sum(axes: [1], keepingDimensions: true) }
    #expect(try set.mapped(by: sums).values == (0..<10).map { Float(9 * $0 + 3) })
    let network = try Network(name: "judge", layers: Sequential { Doubling() }, inputShape: [3], key: Key(seed: 6))
    #expect(try set.mapped(by: TensorFeatures(network)).values == set.values.map { 2 * $0 })
    #expect(throws: MetricError.self) { try TensorFeatures(network, tap: "nowhere").features(of: set) }
    #expect(throws: MetricError.self) { try sums.features(of: SampleSet([1, 2], dimension: 2)) }
    #expect(try set.mapped(by: IdentityFeatures()) == set)
  }
}

private struct Doubling: Layer {
  static let name = "doubling"
  static let summary = "Twice the input."

  func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor { x * 2 }
}
