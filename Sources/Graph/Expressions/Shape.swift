/// The sizes of a tensor's dimensions, outermost first. `[]` is a scalar.
public struct Shape: Hashable, Sendable, ExpressibleByArrayLiteral, CustomStringConvertible, RandomAccessCollection {
  public var dimensions: [Int]

  public init(_ dimensions: [Int]) {
    self.dimensions = dimensions
  }

  public init(arrayLiteral elements: Int...) {
    self.dimensions = elements
  }

  /// How many dimensions there are.
  public var rank: Int { dimensions.count }

  /// How many elements a tensor of this shape has; 1 for a scalar. Products that no integer can hold count as `Int.max`.
  public var elementCount: Int {
    var count = 1
    for size in dimensions {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      if overflow { return .max }
      count = product
    }
    return count
  }

  public var startIndex: Int { 0 }
  public var endIndex: Int { dimensions.count }

  /// The size of dimension `axis`; negative axes count from the end.
  public subscript(axis: Int) -> Int {
    get { dimensions[axis < 0 ? axis + dimensions.count : axis] }
    set { dimensions[axis < 0 ? axis + dimensions.count : axis] = newValue }
  }

  public var description: String { "[" + dimensions.map(String.init).joined(separator: ", ") + "]" }

  /// The most dimensions that a tensor may have.
  public static let maximumRank = 8
  /// The most elements that a tensor may have.
  public static let maximumElementCount = 1 << 40
  /// The largest size that a dimension may have.
  public static let maximumSize = 1 << 31

  /// Why no tensor can have this shape; `nil` where one can.
  var failure: TensorError? {
    if rank > Shape.maximumRank { return TensorError("\(self) has \(rank) dimensions; tensors have at most \(Shape.maximumRank)") }
    if dimensions.contains(where: { $0 < 0 }) { return TensorError("\(self) has a negative size") }
    if elementCount > Shape.maximumElementCount || dimensions.contains(where: { $0 > Shape.maximumSize }) {
      return TensorError(
        "\(self) has too many elements: float32 needs \(MemoryError.text(TensorType(self).byteCount)); tensors have at most 2^40, and 2^31 along a dimension"
      )
    }
    return nil
  }

  /// Row-major strides, in elements.
  public var rowMajorStrides: [Int] {
    var strides = [Int](repeating: 1, count: rank)
    for axis in stride(from: rank - 2, through: 0, by: -1) {
      strides[axis] = strides[axis + 1] &* dimensions[axis + 1]
    }
    return strides
  }

  /// The axis as a non-negative number, or `nil` where it is out of range.
  func normalized(axis: Int) -> Int? {
    let positive = axis < 0 ? axis + rank : axis
    return (0..<rank).contains(positive) ? positive : nil
  }
}
