/// The shape and element type of a tensor.
public struct TensorType: Hashable, Sendable, CustomStringConvertible {
  public var shape: Shape
  public var dtype: DType

  public init(_ shape: Shape, _ dtype: DType = .float32) {
    self.shape = shape
    self.dtype = dtype
  }

  public init(_ tensor: Tensor) {
    self.init(tensor.shape, tensor.dtype)
  }

  /// Bytes of a tensor of this type; `Int.max` where no integer can hold them.
  public var byteCount: Int {
    let (bytes, overflow) = shape.elementCount.multipliedReportingOverflow(by: dtype.byteCount)
    return overflow ? .max : bytes
  }

  public var description: String { "\(dtype.rawValue) \(shape)" }
}
