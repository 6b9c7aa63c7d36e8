import Adversarial
import Components
import Tensors

/// Samples that the program holds in memory, drawn in a new random order every epoch.
///
/// A checkpoint keeps their shape, count and fingerprint, not the numbers: a resumed run must be given the same array again.
public struct ArraySamples: DataSource {
  public static let name = "array"
  public static let summary = "Draws, without replacement, from samples that the program passes in memory."

  /// The shape of one sample; `[1]` by default.
  public let sampleShape: [Int]
  /// How many samples there are.
  public let count: Int
  /// The digest of shape and numbers.
  public let fingerprint: String
  /// The known modes, where the samples come from a mixture. They are not stored in checkpoints.
  public let modes: ModeDescription?
  /// All samples, row major; `nil` after decoding.
  private let values: [Float]?

  /// Takes `values`, row major: a whole number of samples of `sampleShape`, all finite, already scaled as the networks want them.
  public init(_ values: [Float], sampleShape: [Int], modes: ModeDescription? = nil) {
    let size = Self.elementCount(sampleShape) ?? 0
    var digest = ContentDigest()
    digest.absorb(sampleShape.count)
    for extent in sampleShape { digest.absorb(extent) }
    digest.absorb(values)
    self.sampleShape = sampleShape
    self.count = size > 0 ? values.count / size : 0
    self.fingerprint = digest.hexadecimal
    self.modes = modes
    self.values = values
  }

  /// No samples: opening them is an error.
  public init() {
    self.init([], sampleShape: [1])
  }

  public func validateFields() throws {
    guard !sampleShape.isEmpty, Self.elementCount(sampleShape) != nil else {
      throw FieldCheck.error(name, "sampleShape", sampleShape, "a list of extents above 0, such as [2] or [28, 28, 1]")
    }
  }

  public func opened() throws -> any Samples {
    try validateFields()
    guard let values else {
      throw DataError(
        "the \(count) samples of shape \(sampleShape) were in memory, and a file keeps only their fingerprint \(fingerprint)",
        remedy: "pass the same array again when resuming: data: ArraySamples(values, sampleShape: \(sampleShape))")
    }
    let size = sampleShape.reduce(1, *)
    guard !values.isEmpty, values.count.isMultiple(of: size) else {
      throw DataError(
        "\(values.count) numbers are not a whole number of samples of shape \(sampleShape) (\(size) numbers each)",
        remedy: "pass count × \(size) numbers, at least one sample")
    }
    if let position = values.firstIndex(where: { !$0.isFinite }) {
      throw DataError(
        "sample \(position / size) holds \(values[position]) at element \(position % size)",
        remedy: "remove or replace samples that are not finite")
    }
    return ArrayBatches(values: values, sampleShape: sampleShape, fingerprint: fingerprint, modes: modes)
  }

  /// The product of the extents; `nil` where one is below 1 or the product overflows.
  private static func elementCount(_ shape: [Int]) -> Int? {
    var product = 1
    for extent in shape {
      let (value, overflow) = product.multipliedReportingOverflow(by: extent)
      guard extent > 0, !overflow else { return nil }
      product = value
    }
    return product
  }
}

extension ArraySamples: Codable {
  private enum CodingKeys: String, CodingKey {
    case sampleShape, count, fingerprint
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    sampleShape = try container.decode([Int].self, forKey: .sampleShape)
    count = try container.decode(Int.self, forKey: .count)
    fingerprint = try container.decode(String.self, forKey: .fingerprint)
    modes = nil
    values = nil
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(sampleShape, forKey: .sampleShape)
    try container.encode(count, forKey: .count)
    try container.encode(fingerprint, forKey: .fingerprint)
  }
}

/// Batches of ``ArraySamples``.
private struct ArrayBatches: Samples {
  let values: [Float]
  let sampleShape: [Int]
  let fingerprint: String
  let modes: ModeDescription?

  private var size: Int { sampleShape.reduce(1, *) }
  var count: Int? { values.count / size }

  func fill(_ buffer: UnsafeMutableBufferPointer<Float>, batch index: Int, size batchSize: Int, key: Key) {
    let size = size
    precondition(
      buffer.count == batchSize * size, "the buffer holds \(buffer.count) numbers, not \(batchSize) × \(size)")
    let order = EpochOrder(count: values.count / size, key: key)
    values.withUnsafeBufferPointer { source in
      order.forEach(batch: index, size: batchSize) { place, sample in
        for element in 0..<size { buffer[place * size + element] = source[sample * size + element] }
      }
    }
  }
}
