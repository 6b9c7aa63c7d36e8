import Synchronization

extension Tensor {
  /// A float32 tensor with the given values, row major. `shape` defaults to one dimension.
  public init(_ values: [Float], shape: Shape? = nil) {
    self = Tensor.make(values, shape: shape ?? [values.count], dtype: .float32)
  }

  /// A float64 tensor with the given values, row major.
  public init(float64 values: [Double], shape: Shape? = nil) {
    self = Tensor.make(values, shape: shape ?? [values.count], dtype: .float64)
  }

  /// An int32 tensor with the given values, row major.
  public init(int32 values: [Int32], shape: Shape? = nil) {
    self = Tensor.make(values, shape: shape ?? [values.count], dtype: .int32)
  }

  /// A bool tensor with the given values, row major.
  public init(bool values: [Bool], shape: Shape? = nil) {
    self = Tensor.make(values.map { $0 ? UInt8(1) : 0 }, shape: shape ?? [values.count], dtype: .bool)
  }

  /// A tensor of `value` everywhere; a scalar by default.
  public init(_ value: Double, shape: Shape = [], dtype: DType = .float32) {
    self = Tensor.make(.fill(dtype.rounded(value)), [], shape: shape, dtype: dtype)
  }

  /// A tensor whose elements are the given bytes, in row-major order and the machine's representation.
  ///
  /// - Throws: `TensorError` where the number of bytes is not that of the shape, `MemoryError` where there is no room for a copy.
  public init(bytes: UnsafeRawBufferPointer, shape: Shape, dtype: DType) throws {
    if let failure = shape.failure { throw failure }
    guard bytes.count == shape.elementCount * dtype.byteCount else {
      throw TensorError(
        "\(bytes.count) bytes do not make a \(dtype.rawValue) tensor of shape \(shape): that takes \(shape.elementCount * dtype.byteCount)")
    }
    self.init(storage: try Storage(copying: bytes), shape: shape, dtype: dtype)
  }

  public static func zeros(_ shape: Shape, dtype: DType = .float32) -> Tensor { Tensor(0, shape: shape, dtype: dtype) }

  public static func ones(_ shape: Shape, dtype: DType = .float32) -> Tensor { Tensor(1, shape: shape, dtype: dtype) }

  /// int32 numbers 0, 1, 2, … along `axis`, the same in all other dimensions.
  public static func iota(_ shape: Shape, axis: Int = 0) -> Tensor {
    guard let axis = shape.normalized(axis: axis) else { return invalid("iota: shape \(shape) has no axis \(axis)") }
    return make(.iota(axis: axis), [], shape: shape, dtype: .int32)
  }

  /// A symbol without a value: what a program's function is traced on.
  public static func placeholder(_ shape: Shape, dtype: DType = .float32) -> Tensor {
    make(.input(Node.uniqueNumber()), [], shape: shape, dtype: dtype)
  }

  package init(storage: Storage, shape: Shape, dtype: DType) {
    let node = Node(.constant(storage), inputs: [], shape: shape, dtype: dtype)
    node.value.withLock { $0 = storage }
    self.init(node: node)
  }

  private static func make<Scalar>(_ values: [Scalar], shape: Shape, dtype: DType) -> Tensor {
    if let failure = shape.failure { return invalid(failure) }
    guard values.count == shape.elementCount else {
      return invalid("\(values.count) values do not fill shape \(shape), which has \(shape.elementCount) elements")
    }
    do {
      return try values.withUnsafeBytes { Tensor(storage: try Storage(copying: $0), shape: shape, dtype: dtype) }
    } catch {
      return invalid("\(error)")
    }
  }
}
