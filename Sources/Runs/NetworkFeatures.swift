import Checkpoints
import Components
import Metrics
import Networks

/// Features by a network of the user's: a hidden layer of a classifier trained elsewhere, or of a saved run's discriminator.
///
/// ```swift
/// let choice = NetworkFeatures(file: "classifier.h5")
/// let extractor = try choice.extractor(fittedTo: real)
/// let distance = try FrechetDistance().measured(
///   samples.mapped(by: extractor), against: real.mapped(by: extractor), key: Key(seed: 1))
/// ```
///
/// The file is a checkpoint; see ``StoredNetwork`` for what it must hold. Samples go in as they are: images NHWC in [-1, 1]. Never take the
/// discriminator that was trained against the generator that is judged.
public struct NetworkFeatures: FeatureChoice {
  public static let name = "network"
  public static let summary = "A layer of a network of your own, out of a checkpoint: a classifier's, or a discriminator's."
  public static let equation = "f(x) = h_l(x),  h_l: output of layer l with the stored weights, in evaluation mode"
  public static let reference = "Heusel et al. 2017, section 3, with another network; Xu et al. 2018, section 4"
  public static let fieldDescriptions = [
    "checksDigest": "Whether the file is compared with the digest in its header; 'false' for a file that another tool changed on purpose",
    "file": "The checkpoint, or a folder of checkpoints, whose newest valid one is taken",
    "layer": "The path of a layer, such as '03_relu', or 'output'; empty for the layer in front of the last one that has weights",
    "weights": "Which set of weights: 'discriminator' (what takes samples), or a second set of it such as 'discriminator_ema'",
  ]

  /// The checkpoint, or a folder of checkpoints, whose newest valid one is taken.
  public var file = ""
  /// Which set of weights: `discriminator` (what takes samples), or a second set of it such as `discriminator_ema`.
  public var weights = "discriminator"
  /// The path of a layer, such as `03_relu`, or `output`; empty for the layer in front of the last one that has weights.
  public var layer = ""
  /// Whether the file is compared with the digest in its header; `false` for a file that another tool changed on purpose.
  public var checksDigest = true
  private var registry: Registry?

  public init() {}

  /// Features by the network in `file`.
  ///
  /// - Parameters:
  ///   - layer: the path of a layer, or `output`; empty for the last hidden one.
  ///   - registry: the components that the file may name; the built-in ones by default.
  public init(file: String, layer: String = "", registry: Registry? = nil) {
    self.file = file
    self.layer = layer
    self.registry = registry
  }

  private enum CodingKeys: String, CodingKey { case file, weights, layer, checksDigest }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    file = try container.decode(String.self, forKey: .file)
    weights = try container.decode(String.self, forKey: .weights)
    layer = try container.decode(String.self, forKey: .layer)
    checksDigest = try container.decode(Bool.self, forKey: .checksDigest)
    registry = decoder.userInfo[.registry] as? Registry
  }

  public func validateFields() throws { try StoredNetwork.validate(weights: weights, of: Self.name) }

  public var requirements: SampleRequirements { SampleRequirements(missingField: file.isEmpty ? "file" : nil) }

  /// The network in ``file``.
  ///
  /// - Throws: `CheckpointError` and `MetricError`, as ``StoredNetwork/init(_:weights:registry:verification:)`` does.
  public func network() throws -> StoredNetwork {
    try StoredNetwork.read(file, of: Self.name, weights: weights, checksDigest: checksDigest, registry)
  }

  public func extractor(fittedTo reference: SampleSet) throws -> any FeatureExtractor {
    let stored = try network()
    do {
      return try stored.features(at: layer.isEmpty ? stored.lastHiddenLayer() : layer, trying: reference)
    } catch let error as MetricError {
      throw MetricError("\(Self.name): \(file): \(error)")
    }
  }
}

extension StoredNetwork {
  /// Reads the network that a component's field `file` names.
  static func read(_ file: String, of component: String, weights: String, checksDigest: Bool, _ registry: Registry?) throws -> StoredNetwork
  {
    guard !file.isEmpty else {
      throw MetricError("\(component): no file is named; give a checkpoint, as in \(component):file=classifier.h5")
    }
    return try StoredNetwork(
      file, weights: weights, registry: registry ?? .builtIn(), verification: checksDigest ? .full : .edited)
  }

  static func validate(weights: String, of component: String) throws {
    guard !weights.isEmpty, !weights.contains("/") else {
      throw ComponentError(component: component, field: "weights", value: weights, expected: "'discriminator' or a second set of it")
    }
  }
}
