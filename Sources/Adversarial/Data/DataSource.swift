import Components
import Networks
import Tensors

/// A description of real data: where it comes from and how it is scaled.
///
/// The description is a component, so that a checkpoint can name its data and a resumed run can open the same data again.
public protocol DataSource: Component {
  /// Reads files, checks them, and returns the samples, ready to be drawn.
  func opened() throws -> any Samples
}

/// Real samples, opened and checked. A batch is a pure function of (key, index): there is no cursor to save.
public protocol Samples: Sendable {
  /// What a sample consists of, in order, at least one; the first is what a generator makes: `[Field("image", shape: [28, 28, 1]),
  /// Field("label", classes: 10)]`.
  var fields: [Field] { get }
  /// How many samples there are; `nil` where every batch is drawn anew from a distribution.
  var count: Int? { get }
  /// A digest of the content, lower-case hexadecimal; equal content, equal digest. It guards against resuming on other data.
  var fingerprint: String { get }
  /// The known modes of the distribution of the first field, where it is a mixture: what coverage metrics need.
  var modes: ModeDescription? { get }
  /// Samples of the same distribution that training never sees; `nil` where none are kept back. Diagnostics need them.
  var heldOut: (any Samples)? { get }
  /// The same samples as the files hold them, where ``fill(_:index:key:)`` changes some at random for training; these samples themselves by default.
  /// Measures compare with them.
  var unaugmented: any Samples { get }
  /// What reading the data left out or changed, a sentence each; none by default.
  var notices: [String] { get }

  /// Writes batch `index` of as many samples as `batch` holds into its fields, every one of them whole.
  ///
  /// The same key, index and size give the same bytes, whatever was drawn before. Finite data visits every sample once an epoch.
  func fill(_ batch: BatchMemory, index: Int, key: Key)
}

extension Samples {
  public var count: Int? { nil }
  public var modes: ModeDescription? { nil }
  /// A distribution that is drawn anew never repeats a sample under another key; finite data must keep some back.
  public var heldOut: (any Samples)? { count == nil ? self : nil }
  public var unaugmented: any Samples { self }
  public var notices: [String] { [] }

  /// The shape of one sample, as a generator makes it: `[2]`, `[28, 28, 1]`.
  public var sampleShape: [Int] { fields.first?.shape ?? [] }

  /// The field called `name`.
  public func field(_ name: String) -> Field? { fields.first { $0.name == name } }

  /// Batch `index` of `size` samples, all fields.
  public func batch(of size: Int, index: Int = 0, key: Key) -> BatchMemory {
    let batch = BatchMemory(fields, size: size)
    fill(batch, index: index, key: key)
    return batch
  }

  /// The first field of batch `index` of `count` samples, row major.
  public func drawn(_ count: Int, index: Int = 0, key: Key) -> [Float] {
    batch(of: count, index: index, key: key).copiedNumbers(0)
  }
}

/// The modes of a mixture of isotropic Gaussians.
public struct ModeDescription: Sendable, Equatable {
  /// The centres, each of the length of a sample.
  public var centers: [[Float]]
  /// The standard deviation of every mode, along each axis.
  public var standardDeviation: Float
  /// The probability of each mode; they sum to 1.
  public var weights: [Double]

  public init(centers: [[Float]], standardDeviation: Float, weights: [Double]? = nil) {
    self.centers = centers
    self.standardDeviation = standardDeviation
    self.weights = weights ?? Array(repeating: 1 / Double(centers.count), count: centers.count)
  }
}
