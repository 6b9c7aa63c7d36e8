import Checkpoints
import Components
import Metrics
import Tensors

/// Features by the Inception-V3 that FID and KID are defined by, with its weights out of a file of yours.
///
/// ```swift
/// let extractor = try InceptionV3(file: "inception.safetensors").extractor(fittedTo: real)
/// let distance = try FrechetDistance().measured(
///   samples.mapped(by: extractor), against: real.mapped(by: extractor), key: Key(seed: 1))
/// ```
///
/// The file holds the state dictionary of pytorch-fid's network in the format safetensors; `Docs/metrics.md` says how it is made. Samples are
/// images NHWC in [-1, 1] with one channel, which is repeated, or three; all of the shape of the real ones.
public struct InceptionV3: FeatureChoice {
  public static let name = "inception-v3"
  public static let summary = "A block of the Inception network of FID and KID, with its weights out of a file."
  public static let equation = "f(x) = mean over pixels of h_l(resize(x, 299 x 299)),  h_l: the block of so many channels"
  public static let reference = "Szegedy et al. 2016, Rethinking the Inception Architecture, section 6; Heusel et al. 2017, section 3"
  public static let fieldDescriptions = [
    "features":
      """
    The block whose channels are averaged over its pixels: 64, 192, 768, or 2048 (the default), of which FID and KID are made
    """,
    "file": "The weights: a safetensors file with the names and layouts of pytorch-fid",
    "resizing":
      """
    How images come to 299×299 pixels: 'bilinear' as pytorch-fid does it, or 'tensorflow' as the first FID and torch-fidelity do
    """,
  ]

  /// The weights: a safetensors file with the names and layouts of pytorch-fid.
  public var file = ""
  /// The block whose channels are averaged over its pixels: 64, 192, 768, or 2048 (the default), of which FID and KID are made.
  public var features = 2048
  /// How images come to 299×299 pixels: `bilinear` as pytorch-fid does it, or `tensorflow` as the first FID and torch-fidelity do.
  public var resizing = ImageResizing.bilinear

  public init() {}

  /// Features with the weights in `file`; see the fields.
  public init(file: String, features: Int = 2048, resizing: ImageResizing = .bilinear) {
    self.file = file
    self.features = features
    self.resizing = resizing
  }

  public func validateFields() throws {
    let known = InceptionPart.blocks.map(\.features)
    guard known.contains(features) else {
      throw ComponentError(component: Self.name, field: "features", value: features, expected: "one of \(known)")
    }
  }

  public var requirements: SampleRequirements { SampleRequirements(images: true, missingField: file.isEmpty ? "file" : nil) }

  /// The extractor for images of the reference's shape; it is not fitted to anything else.
  ///
  /// - Throws: `MetricError` where no file is named, the samples are no images of one or three channels, or the file's tensors are not those
  ///   of the network; `CheckpointError` where it cannot be read; `ComponentError`.
  public func extractor(fittedTo reference: SampleSet) throws -> any FeatureExtractor {
    try validateFields()
    if let obstacle = requirements.obstacle(in: reference) { throw MetricError("\(Self.name): \(obstacle)") }
    guard [1, 3].contains(reference.shape[2]) else {
      throw MetricError(
        "\(Self.name): the images have \(reference.shape[2]) channels, but it takes one (grey) or three (red, green, blue); choose some of them"
      )
    }
    return extractor(of: reference.shape, weights: try InceptionWeights(reading: file))
  }

  /// The extractor with weights that were read before, for images of `shape`: rows, columns and one or three channels.
  func extractor(of shape: [Int], weights: InceptionWeights) -> InceptionFeatures {
    let (features, resizing) = (features, resizing)
    let images = TensorFeatures(inputShape: Shape(shape), batchSize: 16) { batch in
      try weights.features(features, of: resizing.networkInput(batch))
    }
    return InceptionFeatures(images: images, width: features, digest: weights.digest)
  }
}

/// Features of images by the weights of one file.
struct InceptionFeatures: FeatureExtractor {
  let images: TensorFeatures
  /// How many features an image has.
  let width: Int
  /// The SHA-256 of the file.
  let digest: String

  func features(of samples: SampleSet) throws -> SampleSet { try images.features(of: samples) }

  var remark: String? {
    "its weights are the file with the SHA-256 \(digest); "
      + (width == 2048
        ? "Fréchet and kernel distances are FID and KID where these are the published weights"
        : "FID and KID are made of 2048 features, not of \(width)")
  }
}
