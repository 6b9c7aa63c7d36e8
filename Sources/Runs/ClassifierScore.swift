import Checkpoints
import Components
import Foundation
import MetricParts
import Metrics
import Networks
import Tensors

/// The inception score with a classifier of the user's: how sure its classes are, and how evenly they come.
///
/// The network's output is taken for logits of K classes, 2 or more, and turned into probabilities by a softmax. See ``StoredNetwork`` for
/// the file and `ClassProbabilityScore` for the score. It sees neither variety within a class nor the reference; its null is what
/// real samples score. Barratt and Sharma 2018 say what a large score does not mean.
public struct ClassifierScore: Metric {
  public static let name = "class-probability-score"
  public static let aliases = [
    "inception-score": "it takes a classifier of your own, file=FILE",
    "is": "it takes a classifier of your own, file=FILE",
  ]
  public static let summary = "How sure a classifier of your own is of each sample, and how evenly the classes come."
  public static let equation = "exp(mean KL(p(y | x), p(y))),  p(y | x) = softmax(network(x))"
  public static let reference = "Salimans et al. 2016, section 4; Barratt and Sharma 2018"
  public static let fieldDescriptions = [
    "checksDigest": "Whether the file is compared with the digest in its header; 'false' for a file that another tool changed on purpose",
    "file": "The checkpoint with the classifier, or a folder of checkpoints, whose newest valid one is taken",
    "splits": "The parts that the samples are split into at random, 1 or above; the value is the mean of their scores. Papers use 10",
    "weights": "Which set of weights: 'discriminator' (what takes samples), or a second set of it such as 'discriminator_ema'",
  ]

  /// The checkpoint with the classifier, or a folder of checkpoints, whose newest valid one is taken.
  public var file = ""
  /// Which set of weights: `discriminator` (what takes samples), or a second set of it such as `discriminator_ema`.
  public var weights = "discriminator"
  /// The parts that the samples are split into at random, 1 or above; the value is the mean of their scores. Papers use 10.
  public var splits = 1
  /// Whether the file is compared with the digest in its header; `false` for a file that another tool changed on purpose.
  public var checksDigest = true
  private var registry: Registry?

  public init() {}

  /// The score by the classifier in `file`.
  ///
  /// - Parameter registry: the components that the file may name; the built-in ones by default.
  public init(file: String, splits: Int = 1, registry: Registry? = nil) {
    self.file = file
    self.splits = splits
    self.registry = registry
  }

  private enum CodingKeys: String, CodingKey { case file, weights, splits, checksDigest }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    file = try container.decode(String.self, forKey: .file)
    weights = try container.decode(String.self, forKey: .weights)
    splits = try container.decode(Int.self, forKey: .splits)
    checksDigest = try container.decode(Bool.self, forKey: .checksDigest)
    registry = decoder.userInfo[.registry] as? Registry
  }

  public func validateFields() throws {
    try StoredNetwork.validate(weights: weights, of: Self.name)
    guard splits >= 1 else { throw ComponentError(component: Self.name, field: "splits", value: splits, expected: "1 or more") }
  }

  public var requirements: SampleRequirements { SampleRequirements(originals: true, missingField: file.isEmpty ? "file" : nil) }

  /// The classifier in ``file``.
  ///
  /// - Throws: `CheckpointError` and `MetricError`, as ``StoredNetwork/init(_:weights:registry:verification:)`` does.
  public func network() throws -> StoredNetwork {
    try StoredNetwork.read(file, of: Self.name, weights: weights, checksDigest: checksDigest, registry)
  }

  public func measure(_ samples: SampleSet, against reference: SampleSet, key: Key) throws -> [MetricValue] {
    guard samples.count >= 2 * splits else {
      throw MetricError("\(Self.name): \(samples.count) samples are too few for \(splits) parts; give \(2 * splits) or more")
    }
    let (probabilities, classes) = try probabilities(of: samples)
    let score = ClassProbabilityScore(splits: splits)
    let value = try score.score(probabilities: probabilities, classes: classes, key: key)
    let error =
      try value.deviation.map { $0 / Double(splits).squareRoot() }
      ?? score.standardError(probabilities: probabilities, classes: classes)
    let display = MetricDisplay(
      "class score", meaning: "how sure the classifier is of each sample, and how evenly its \(classes) classes come", digits: 3)
    return [MetricValue(Self.name, value.mean, standardError: error, goal: .higher, display: display)]
  }

  /// The classifier's probabilities: a row for each sample, and the number of classes.
  ///
  /// - Throws: `CheckpointError` and `MetricError`, as ``StoredNetwork`` does; `MetricError` where the network's output are no classes.
  public func probabilities(of samples: SampleSet) throws -> (values: [Double], classes: Int) {
    let stored = try network()
    guard stored.network.outputShape.rank == 1, stored.network.outputShape[0] >= 2 else {
      throw MetricError(
        "\(Self.name): \(file): its output has the shape \(stored.network.outputShape), but a classifier gives 2 or more logits for each sample"
      )
    }
    let logits: SampleSet
    do {
      logits = try stored.features(at: "output", trying: samples).features(of: samples)
    } catch let error as MetricError {
      throw MetricError("\(Self.name): \(file): \(error)")
    }
    let classes = logits.dimension
    var values: [Double] = []
    values.reserveCapacity(logits.values.count)
    for start in stride(from: 0, to: logits.values.count, by: classes) {
      let row = logits.values[start..<start + classes].map(Double.init)
      let largest = row.reduce(-Double.infinity, max)
      let weights = row.map { exp($0 - largest) }
      let sum = weights.reduce(0, +)
      values += weights.map { $0 / sum }
    }
    return (values, classes)
  }
}
