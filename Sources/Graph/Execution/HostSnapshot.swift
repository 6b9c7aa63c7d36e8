/// A snapshot in the host's memory, for executors whose parameters the host can read and write.
final class HostSnapshot: Snapshot {
  let parameters: [Int]
  private let types: [TensorType]
  private var values: [[UInt8]]

  /// - Throws: `MemoryError` where there is no room for it.
  init(of parameters: [Int], types: [TensorType]) throws(MemoryError) {
    self.parameters = parameters
    self.types = parameters.map { types[$0] }
    try SystemMemory.require(
      self.types.reduce(0) { $0 + $1.byteCount }, for: "a copy of a program's state", remedy: "use smaller networks")
    values = self.types.map { Array(repeating: 0, count: $0.byteCount) }
  }

  /// The snapshot as one of the host's, of a program with parameters of these types.
  static func checked(_ snapshot: any Snapshot, _ types: [TensorType]) throws -> HostSnapshot {
    guard let host = snapshot as? HostSnapshot, zip(host.parameters, host.types).allSatisfy({ $0 < types.count && types[$0] == $1 }) else {
      throw TensorError("a snapshot is of a program with other parameters, or on another device; restore it where it was made")
    }
    return host
  }

  /// Calls `body` with the memory of each parameter.
  func withEach(_ body: (_ parameter: Int, _ bytes: UnsafeMutableRawBufferPointer) throws -> Void) throws {
    for (index, parameter) in parameters.enumerated() {
      try values[index].withUnsafeMutableBytes { try body(parameter, $0) }
    }
  }

  func read(_ parameter: Int, into bytes: UnsafeMutableRawBufferPointer) throws {
    guard let index = parameters.firstIndex(of: parameter) else {
      throw TensorError("the snapshot holds no parameter \(parameter), only \(parameters)")
    }
    values[index].withUnsafeBytes { bytes.copyMemory(from: $0) }
  }
}

extension DType {
  /// Whether `bytes`, elements of this type, hold no infinity and no NaN.
  public func allFinite(_ bytes: UnsafeRawBufferPointer) -> Bool {
    switch self {
    case .float32: bytes.bindMemory(to: Float.self).allSatisfy(\.isFinite)
    case .float64: bytes.bindMemory(to: Double.self).allSatisfy(\.isFinite)
    case .int32, .bool: true
    }
  }
}
