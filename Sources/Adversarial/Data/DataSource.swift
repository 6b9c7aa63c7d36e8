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
  /// The shape of one sample: `[2]`, `[28, 28, 1]`.
  var sampleShape: [Int] { get }
  /// How many samples there are; `nil` where every batch is drawn anew from a distribution.
  var count: Int? { get }
  /// A digest of the content, lower-case hexadecimal; equal content, equal digest. It guards against resuming on other data.
  var fingerprint: String { get }
  /// The known modes of the distribution, where it is a mixture: what coverage metrics need.
  var modes: ModeDescription? { get }
  /// Samples of the same distribution that training never sees; `nil` where none are kept back. Diagnostics need them.
  var heldOut: (any Samples)? { get }

  /// Writes batch `index` of `size` samples, row major, into `buffer` (exactly `size` × the elements of a sample).
  ///
  /// The same key, index and size give the same bytes, whatever was drawn before. Finite data visits every sample once an epoch.
  func fill(_ buffer: UnsafeMutableBufferPointer<Float>, batch index: Int, size: Int, key: Key)
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

extension Samples {
  public var count: Int? { nil }
  public var modes: ModeDescription? { nil }
  /// A distribution that is drawn anew never repeats a sample under another key; finite data must keep some back.
  public var heldOut: (any Samples)? { count == nil ? self : nil }
}
