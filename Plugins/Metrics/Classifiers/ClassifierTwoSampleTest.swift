import Components
import Foundation
import Metrics
import Tensors

/// The classifier two-sample test: how well a fresh, small network tells held-out generated samples from real ones.
///
/// It answers whether the generator has reached the data distribution independently of the discriminator that it was trained against: a
/// discriminator may stand at one half because it is dead. At equal distributions the accuracy is ½ with the standard deviation ½/√n on
/// n test samples. Otherwise it is at most ½ + TV/2, which it approaches with enough samples; so a high accuracy proves a difference,
/// while ½ only says that this network found none.
public struct ClassifierTwoSampleTest: Metric {
  public static let name = "classifier-two-sample"
  public static let summary = "The accuracy of a fresh classifier of generated against real samples, on held-out samples."
  public static let equation = "accuracy = mean over held-out z of 1[sign(f(z)) = label(z)];  null: 1/2 +- 1/(2 sqrt(n))"
  public static let reference = "Lopez-Paz and Oquab 2017, section 3"
  public static let fieldDescriptions = [
    "batchSize": "Samples in a training step, 1 or above",
    "hiddenSize": "The units in each of two hidden layers, 1 or above",
    "learningRate": "Adam's learning rate, above 0",
    "maximumEpochs": "Passes over the training samples at most, 1 or above",
    "patience": "Passes without a lower validation loss after which training ends, 1 or above",
    "testFraction": "The share of the samples that is held out for the test, in (0, 1)",
    "validationFraction": "The share of the others that decides when training ends, in (0, 1)",
    "weightDecay": "The decoupled weight decay, 0 or above",
  ]

  /// The units in each of two hidden layers, 1 or above.
  public var hiddenSize: Int = 32
  /// The share of the samples that is held out for the test, in (0, 1).
  public var testFraction: Double = 0.5
  /// The share of the others that decides when training ends, in (0, 1).
  public var validationFraction: Double = 0.2
  /// Passes over the training samples at most, 1 or above.
  public var maximumEpochs: Int = 60
  /// Passes without a lower validation loss after which training ends, 1 or above.
  public var patience: Int = 8
  /// Samples in a training step, 1 or above.
  public var batchSize: Int = 64
  /// Adam's learning rate, above 0.
  public var learningRate: Double = 0.003
  /// The decoupled weight decay, 0 or above.
  public var weightDecay: Double = 0.001

  public init() {}

  public func validateFields() throws {
    func check(_ isValid: Bool, _ field: String, _ value: Any, _ expected: String) throws {
      guard isValid else { throw ComponentError(component: Self.name, field: field, value: value, expected: expected) }
    }
    try check((1...4096).contains(hiddenSize), "hiddenSize", hiddenSize, "in 1…4096")
    try check(testFraction > 0 && testFraction < 1, "testFraction", testFraction, "above 0 and below 1")
    try check(validationFraction > 0 && validationFraction < 1, "validationFraction", validationFraction, "above 0 and below 1")
    try check(maximumEpochs >= 1, "maximumEpochs", maximumEpochs, "1 or above")
    try check(patience >= 1, "patience", patience, "1 or above")
    try check(batchSize >= 1, "batchSize", batchSize, "1 or above")
    try check(learningRate > 0 && learningRate.isFinite, "learningRate", learningRate, "above 0")
    try check(weightDecay >= 0 && weightDecay.isFinite, "weightDecay", weightDecay, "0 or above")
  }

  /// What the classifier did on the held-out samples.
  public struct Result: Sendable, Equatable {
    /// The share of the test samples that it named rightly, in 0…1.
    public var accuracy: Double
    /// That share among the real ones.
    public var realAccuracy: Double
    /// That share among the generated ones.
    public var generatedAccuracy: Double
    /// P(this many right answers or more) by chance, from the binomial distribution.
    public var pValue: Double
    /// (accuracy − ½) · 2√n.
    public var score: Double
    /// n: the test samples, half of them real.
    public var testCount: Int
    /// The passes over the training samples that were made.
    public var epochs: Int
    /// TV ≥ 2 · accuracy − 1: what the accuracy says of the total variation distance, up to its standard error; 0 or above.
    public var totalVariationBound: Double { max(0, 2 * accuracy - 1) }
  }

  /// The fewest samples that each set must have.
  public static let minimumCount = 16

  /// Trains a classifier on a part of both sets and tests it on the rest.
  ///
  /// The larger set is cut down, at random, to the size of the smaller one, so that chance is ½. The numbers are standardized by the mean
  /// and standard deviation of the training part.
  ///
  /// - Parameter key: of the split, the start of the network and the order of training.
  /// - Throws: `MetricError` where a set has fewer than ``minimumCount`` samples, or the dimensions differ.
  public func result(_ samples: SampleSet, against reference: SampleSet, key: Key) throws -> Result {
    guard samples.dimension == reference.dimension else { throw MetricError.differentDimensions(samples, reference) }
    let count = min(samples.count, reference.count)
    guard count >= Self.minimumCount else {
      throw MetricError("the classifier test needs \(Self.minimumCount) samples of each; there are \(samples.count) and \(reference.count)")
    }
    let tested = min(count - 4, max(1, Int((testFraction * Double(count)).rounded())))
    let validated = min(count - tested - 2, max(1, Int((validationFraction * Double(count - tested)).rounded())))
    // One order for each set: first the test samples, then the validation samples, then the training samples.
    let real = reference.selecting(RandomOrder.permutation(of: reference.count, key: key.derived("reference")).prefix(count))
    let generated = samples.selecting(RandomOrder.permutation(of: samples.count, key: key.derived("samples")).prefix(count))
    let scaling = Standardization([real, generated], rows: tested + validated..<count)
    func part(_ rows: Range<Int>) -> (rows: [Float], labels: [Float]) {
      (
        scaling.applied(to: real, rows: rows) + scaling.applied(to: generated, rows: rows),
        Array(repeating: 1, count: rows.count) + Array(repeating: 0, count: rows.count)
      )
    }
    let training = part(tested + validated..<count)
    var network = SmallClassifier(inputs: samples.dimension, hidden: hiddenSize, key: key.derived("network"))
    let epochs = try network.train(
      training.rows, training.labels, validation: part(tested..<tested + validated),
      SmallClassifier.Training(
        maximumEpochs: maximumEpochs, batchSize: batchSize, learningRate: learningRate, weightDecay: weightDecay, patience: patience),
      key: key.derived("order"))
    let logits = try network.logits(part(0..<tested).rows)
    let realRight = logits.prefix(tested).count { $0 > 0 }
    let generatedRight = logits.dropFirst(tested).count { $0 <= 0 }
    let right = realRight + generatedRight
    return Result(
      accuracy: Double(right) / Double(2 * tested), realAccuracy: Double(realRight) / Double(tested),
      generatedAccuracy: Double(generatedRight) / Double(tested),
      pValue: BinomialTest.upperTail(successes: right, trials: 2 * tested),
      score: BinomialTest.normalScore(successes: right, trials: 2 * tested), testCount: 2 * tested, epochs: epochs)
  }

  public func measure(_ samples: SampleSet, against reference: SampleSet, key: Key) throws -> [MetricValue] {
    let result = try result(samples, against: reference, key: key)
    let n = Double(result.testCount)
    let half = 1.959963984540054 * 0.5 / n.squareRoot()
    let null = NullBand(
      mean: 0.5, lower: 0.5 - half, upper: 0.5 + half, sampleCount: result.testCount / 2, referenceCount: result.testCount / 2)
    let error = (result.accuracy * (1 - result.accuracy) / n).squareRoot()
    return [MetricValue("classifier-accuracy", result.accuracy, standardError: error, null: null, goal: .null)]
  }
}

/// A shift and a scale for each axis, which give mean 0 and deviation 1.
struct Standardization {
  private let means: [Double]
  private let scales: [Double]

  /// From the given rows of all sets together; an axis without spread is only shifted.
  init(_ sets: [SampleSet], rows: Range<Int>) {
    let dimension = sets.first?.dimension ?? 0
    var means = [Double](repeating: 0, count: dimension)
    var squares = means
    let count = Double(sets.count * rows.count)
    for set in sets {
      for row in rows { for axis in 0..<dimension { means[axis] += Double(set.values[row * dimension + axis]) / count } }
    }
    for set in sets {
      for row in rows {
        for axis in 0..<dimension {
          let difference = Double(set.values[row * dimension + axis]) - means[axis]
          squares[axis] += difference * difference / count
        }
      }
    }
    self.means = means
    scales = squares.map { $0 > 0 ? 1 / $0.squareRoot() : 1 }
  }

  /// The given rows, standardized.
  func applied(to set: SampleSet, rows: Range<Int>) -> [Float] {
    let dimension = set.dimension
    var result: [Float] = []
    result.reserveCapacity(rows.count * dimension)
    for row in rows {
      for axis in 0..<dimension { result.append(Float((Double(set.values[row * dimension + axis]) - means[axis]) * scales[axis])) }
    }
    return result
  }
}
