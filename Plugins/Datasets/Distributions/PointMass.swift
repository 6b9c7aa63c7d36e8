import Adversarial
import Components
import Datasets
import Networks
import Tensors

/// All probability at one point: the real data δ₀ of the Dirac-GAN. Samples have the shape `[1]` by default.
public struct PointMass: DataSource {
  public static let name = "dirac"
  public static let summary = "Every sample is the same point, 0 by default."
  public static let equation = "x = location"
  public static let reference =
    "Mescheder et al. 2018, Which Training Methods for GANs do actually Converge?, definition 2.1"
  public static let fieldDescriptions = [
    "location": "The point, one number for each dimension; '[0]' by default"
  ]

  /// The point, one number for each dimension; `[0]` by default.
  public var location: [Double]

  /// Creates the point mass at `location`.
  public init(location: [Double]) {
    self.location = location
  }

  public init() {
    self.init(location: [0])
  }

  public func validateFields() throws {
    guard !location.isEmpty, location.allSatisfy(\.isFinite) else {
      throw FieldCheck.error(name, "location", location, "at least one number, all of them finite")
    }
  }

  public func opened() throws -> any Samples {
    try validateFields()
    return PointMassSamples(
      point: location.map { Float($0) }, fingerprint: ContentDigest.hexadecimal(of: "\(name) \(location)"))
  }
}

/// Batches of ``PointMass``.
private struct PointMassSamples: Samples {
  let point: [Float]
  let fingerprint: String
  var fields: [Field] { [Field("samples", shape: [point.count])] }

  func fill(_ batch: BatchMemory, index: Int, key: Key) {
    let buffer = batch.numbers(0)
    for place in buffer.indices { buffer[place] = point[place % point.count] }
  }
}
