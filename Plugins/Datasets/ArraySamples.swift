import Adversarial
import Components
import Datasets
import Networks
import Tensors

/// Samples that the program holds in memory, drawn in a new random order every epoch.
///
/// A checkpoint keeps their shape, count and fingerprint, not the numbers: a resumed run must be given the same array again.
public struct ArraySamples: DataSource {
  public static let name = "array"
  public static let summary = "Draws, without replacement, from samples that the program passes in memory."
  public static let fieldDescriptions = [
    "classCount": "How many classes the labels have; 'nil' for samples without labels",
    "count": "How many samples there are",
    "fingerprint": "The digest of shape and numbers",
    "sampleShape": "The shape of one sample; '[1]' by default",
  ]

  /// The shape of one sample; `[1]` by default.
  public let sampleShape: [Int]
  /// How many samples there are.
  public let count: Int
  /// The digest of shape and numbers.
  public let fingerprint: String
  /// The known modes, where the samples come from a mixture. They are not stored in checkpoints.
  public let modes: ModeDescription?
  /// How many classes the labels have; `nil` for samples without labels.
  public let classCount: Int?
  /// All samples, row major; `nil` after decoding.
  private let values: [Float]?
  private let labels: [Int]

  /// Takes `values`, row major: a whole number of samples of `sampleShape`, all finite, already scaled as the networks want them.
  ///
  /// - Parameters:
  ///   - labels: the class of each sample, counted from 0; `nil` for samples without labels.
  ///   - classCount: how many classes there are; the largest label and one by default.
  public init(
    _ values: [Float], sampleShape: [Int], labels: [Int]? = nil, classCount: Int? = nil, modes: ModeDescription? = nil
  ) {
    let size = Self.elementCount(sampleShape) ?? 0
    var digest = ContentDigest()
    digest.absorb(sampleShape.count)
    for extent in sampleShape { digest.absorb(extent) }
    digest.absorb(values)
    self.sampleShape = sampleShape
    self.count = size > 0 ? values.count / size : 0
    if let labels {
      var other = ContentDigest()
      for label in labels { other.absorb(label) }
      self.fingerprint = digest.hexadecimal + "-" + other.hexadecimal
      self.classCount = classCount ?? (labels.max() ?? 0) + 1
    } else {
      self.fingerprint = digest.hexadecimal
      self.classCount = nil
    }
    self.labels = labels ?? []
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
    var columns = [(field: Field("samples", shape: sampleShape), values: FiniteSamples.Values.numbers(values))]
    if let classCount {
      guard labels.count == values.count / size else {
        throw DataError(
          "\(labels.count) labels do not belong to \(values.count / size) samples", remedy: "pass one label for each sample")
      }
      guard let range = (labels.min()).flatMap({ low in labels.max().map { low...$0 } }), range.lowerBound >= 0,
        range.upperBound < classCount, classCount <= 1 << 24
      else {
        throw DataError("labels must lie in 0..<\(classCount)", remedy: "count the classes from 0, or pass a larger 'classCount'")
      }
      let classes = labels.map { Int32($0) }
      columns.append((.classes("label", classes, count: classCount), .classes(classes)))
    }
    return FiniteSamples(columns, fingerprint: fingerprint, modes: modes)
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
    case sampleShape, count, fingerprint, classCount
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    sampleShape = try container.decode([Int].self, forKey: .sampleShape)
    count = try container.decode(Int.self, forKey: .count)
    fingerprint = try container.decode(String.self, forKey: .fingerprint)
    classCount = try container.decodeIfPresent(Int.self, forKey: .classCount)
    modes = nil
    values = nil
    labels = []
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(sampleShape, forKey: .sampleShape)
    try container.encode(count, forKey: .count)
    try container.encode(fingerprint, forKey: .fingerprint)
    try container.encode(classCount, forKey: .classCount)
  }
}
