import Graph
import Synchronization

/// Computes the values of several tensors in one program, so that what they share is computed once.
///
/// - Parameter device: where they are computed; `Device.standard` by default.
/// - Throws: `TensorError` where a tensor is invalid or depends on a placeholder; what the device's executor throws.
public func evaluate(_ tensors: [Tensor], on device: Device? = nil) throws {
  for tensor in tensors { try tensor.validated() }
  let pending = tensors.filter { tensor in tensor.node.value.withLock { $0 == nil } }
  guard !pending.isEmpty else { return }
  let program = try Program(outputs: pending, parameters: [], device: device)
  try program.execute()
  for (index, tensor) in pending.enumerated() {
    let storage = try program.output(index).evaluated()
    tensor.node.value.withLock { $0 = storage }
  }
}

extension Tensor {
  /// The tensor's memory, computed when first asked for.
  func evaluated() throws -> Storage {
    try validated()
    if let known = node.value.withLock({ $0 }) { return known }
    try evaluate([self])
    guard let storage = node.value.withLock({ $0 }) else { throw TensorError("\(self) has no value") }
    return storage
  }

  /// The same tensor with its value computed and its expression forgotten.
  public func materialized() throws -> Tensor {
    Tensor(storage: try evaluated(), shape: shape, dtype: dtype)
  }

  /// Calls `body` with the values' bytes, row major.
  public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result {
    let storage = try evaluated()
    return try body(storage.bytes)
  }

  /// The values in row-major order as floats, whatever the type.
  public func scalars() throws -> [Float] {
    if dtype == .float32 { return try withBytes { Array($0.bindMemory(to: Float.self)) } }
    return try doubles().map(Float.init)
  }

  /// The values in row-major order as doubles, whatever the type.
  public func doubles() throws -> [Double] {
    let dtype = dtype
    return try withBytes { dtype.doubles(in: $0) }
  }

  /// The values of an int32 (or bool) tensor in row-major order.
  public func integers() throws -> [Int] {
    try doubles().map { Int($0) }
  }

  /// The value of a tensor with one element.
  public func item() throws -> Double {
    guard elementCount == 1 else { throw TensorError("item: a tensor of shape \(shape) has \(elementCount) elements, not one") }
    return try doubles()[0]
  }
}
