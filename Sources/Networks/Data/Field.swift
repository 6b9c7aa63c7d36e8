import Tensors

/// A named part of each sample: the image, its class, a condition image, a measurement.
///
/// ```swift
/// Field("image", shape: [28, 28, 1])
/// Field("label", classes: 10)
/// ```
public struct Field: Sendable, Hashable, Codable {
  /// What the numbers of a field are.
  public enum Kind: Sendable, Hashable {
    /// Real numbers of any range: float32.
    case numbers
    /// One of `count` classes, counted from 0: int32.
    case classes(count: Int)
  }

  /// The name by which layers and losses ask for it: letters, digits, `-`, `.` and `_`.
  public var name: String
  /// The shape of one sample's part; empty for a single number or class.
  public var shape: [Int]
  public var kind: Kind
  /// How often each class occurs, summing to 1; empty where that is not known, or for numbers.
  public var frequencies: [Double]

  /// A field of real numbers.
  public init(_ name: String, shape: [Int]) {
    self.name = name
    self.shape = shape
    kind = .numbers
    frequencies = []
  }

  /// A field of classes, one for each sample.
  ///
  /// - Parameter frequencies: how often each class occurs, in any unit; empty for equally often.
  public init(_ name: String, classes count: Int, frequencies: [Double] = []) {
    self.name = name
    shape = []
    kind = .classes(count: count)
    let total = frequencies.reduce(0, +)
    self.frequencies = total > 0 ? frequencies.map { $0 / total } : []
  }

  /// How many classes there are; `nil` for numbers.
  public var classCount: Int? {
    if case .classes(let count) = kind { return count }
    return nil
  }

  /// How many numbers one sample has.
  public var elementCount: Int { Shape(shape).elementCount }

  /// The type of the elements in memory.
  public var dtype: DType { classCount == nil ? .float32 : .int32 }

  /// The type of a batch of `size` samples: `[size] + shape`.
  public func type(batchSize size: Int) -> TensorType { TensorType(Shape([size] + shape), dtype) }

  /// The probability of each class: the data's frequencies, or equal ones where these are not known; empty for numbers.
  public var probabilities: [Double] {
    guard let count = classCount, count > 0 else { return [] }
    return frequencies.count == count ? frequencies : Array(repeating: 1 / Double(count), count: count)
  }
}

extension Field: CustomStringConvertible {
  /// `image [28, 28, 1]`, `label (10 classes)`.
  public var description: String { name + (classCount.map { " (\($0) classes)" } ?? " \(shape)") }
}

extension Field {
  private enum CodingKeys: String, CodingKey { case name, shape, classes, frequencies }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let name = try container.decode(String.self, forKey: .name)
    if let count = try container.decodeIfPresent(Int.self, forKey: .classes) {
      self.init(name, classes: count, frequencies: try container.decodeIfPresent([Double].self, forKey: .frequencies) ?? [])
    } else {
      self.init(name, shape: try container.decode([Int].self, forKey: .shape))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    if let classCount {
      try container.encode(classCount, forKey: .classes)
      if !frequencies.isEmpty { try container.encode(frequencies, forKey: .frequencies) }
    } else {
      try container.encode(shape, forKey: .shape)
    }
  }
}
