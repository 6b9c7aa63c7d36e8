/// A tensor as it lies in a file: a path, a type, a shape and its bytes.
public struct StoredTensor: Sendable, Equatable {
  /// Where it lies, such as `generator/params/00_dense/weight`; no leading slash, at most 8 names.
  public var path: String
  /// The type of its elements.
  public var type: StoredType
  /// Its extents, row-major, at most 8; empty for a scalar; 0 is allowed.
  public var shape: [Int]
  /// Its elements in row-major order, little-endian: the product of `shape` times `type.size` bytes.
  public var bytes: [UInt8]
  /// Its attributes, without the checksum, which the writer adds and the reader checks and removes.
  public var attributes: [StoredAttribute]

  /// Creates a tensor from its bytes; whether they fit `type` and `shape` is checked when it is written.
  public init(path: String, type: StoredType, shape: [Int], bytes: [UInt8], attributes: [StoredAttribute] = []) {
    self.path = path
    self.type = type
    self.shape = shape
    self.bytes = bytes
    self.attributes = attributes
  }

  /// Creates a tensor of `values` in row-major order; a shape of `[]` holds one value.
  public init<Scalar: StorableScalar>(
    path: String, shape: [Int], values: [Scalar], attributes: [StoredAttribute] = []
  ) {
    self.init(
      path: path, type: Scalar.storedType, shape: shape, bytes: values.withUnsafeBytes { [UInt8]($0) },
      attributes: attributes)
  }

  /// Creates a tensor of truth values, stored as `uint8` with the attribute `dtype` = `"bool"`.
  public init(path: String, shape: [Int], values: [Bool], attributes: [StoredAttribute] = []) {
    self.init(
      path: path, shape: shape, values: values.map { $0 ? UInt8(1) : 0 },
      attributes: attributes + [StoredAttribute("dtype", .text("bool"))])
  }

  /// Number of elements: the product of `shape`, 1 for a scalar; `nil` if it exceeds `Int` or an extent is negative.
  public var elementCount: Int? {
    var product = 1
    for extent in shape {
      guard extent >= 0 else { return nil }
      let (next, overflow) = product.multipliedReportingOverflow(by: extent)
      if overflow { return nil }
      product = next
    }
    return product
  }

  /// Whether the elements are truth values.
  public var isBoolean: Bool {
    type == .uint8 && attributes.contains(StoredAttribute("dtype", .text("bool")))
  }

  /// The value of the attribute `name`, if there is one.
  public func attribute(_ name: String) -> AttributeValue? { attributes.first { $0.name == name }?.value }

  /// The elements as `Scalar`, bit for bit.
  ///
  /// - Throws: `CheckpointError` of kind `refused` when the tensor's type is another, or its bytes are no whole number
  ///   of elements.
  public func values<Scalar: StorableScalar>(as scalar: Scalar.Type = Scalar.self) throws -> [Scalar] {
    guard type == Scalar.storedType, bytes.count % type.size == 0 else {
      throw CheckpointError(
        .refused, "holds \(bytes.count) bytes of \(type.rawValue) where \(Scalar.storedType.rawValue) is wanted",
        object: "/" + path, advice: "The file belongs to another model, or to another version of this one.")
    }
    let count = bytes.count / type.size
    return [Scalar](unsafeUninitializedCapacity: count) { buffer, filled in
      bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(buffer).copyMemory(from: $0) }
      filled = count
    }
  }
}
