import Checkpoints

// Reading: the tensors that a model begins with, and nothing of what it computes.
extension ONNXModel {
  /// The named tensors of numbers in the file at `path`, in its order; half-precision numbers become float32.
  ///
  /// - Throws: `CheckpointError` for a file that cannot be read, ``ExchangeError`` for one that is damaged, no ONNX model, or keeps its
  ///   tensors in other files.
  static func initializers(of path: String) throws -> [StoredTensor] {
    let bytes = try WholeFile.read(path)
    do {
      return try initializers(in: bytes[...])
    } catch let error as ExchangeError {
      throw ExchangeError("\(path): \(error)")
    }
  }

  private static func initializers(in bytes: ArraySlice<UInt8>) throws -> [StoredTensor] {
    var result: [StoredTensor] = []
    var isModel = false
    var model = MessageReader(bytes)
    while let (field, value) = try model.next() {
      guard field == 7, case .bytes(let graphBytes) = value else { continue }
      isModel = true
      var graph = MessageReader(graphBytes)
      while let (field, value) = try graph.next() {
        if field == 5, case .bytes(let tensor) = value, let tensor = try self.tensor(tensor) { result.append(tensor) }
      }
    }
    guard isModel else { throw ExchangeError("the file is no ONNX model: it holds no graph") }
    return result
  }

  /// A tensor; `nil` for one of another type than numbers.
  private static func tensor(_ bytes: ArraySlice<UInt8>) throws -> StoredTensor? {
    var (name, number, isElsewhere) = ("", 0, false)
    var shape: [Int] = []
    var raw: ArraySlice<UInt8>?
    var floats: [UInt8] = []
    var reader = MessageReader(bytes)
    while let (field, value) = try reader.next() {
      switch (field, value) {
      case (1, .integer(let extent)): shape.append(Int(truncatingIfNeeded: extent))
      case (1, .bytes(let extents)): shape += try MessageReader.packed(extents).map { Int(truncatingIfNeeded: $0) }
      case (2, .integer(let type)): number = Int(truncatingIfNeeded: type)
      case (4, .bytes(let values)), (10, .bytes(let values)): floats += values
      case (4, .fixed(let bits)): withUnsafeBytes(of: UInt32(truncatingIfNeeded: bits).littleEndian) { floats += $0 }
      case (10, .fixed(let bits)): withUnsafeBytes(of: bits.littleEndian) { floats += $0 }
      case (8, .bytes(let text)): name = String(decoding: text, as: UTF8.self)
      case (9, .bytes(let data)): raw = data
      case (14, .integer(1)): isElsewhere = true
      default: break
      }
    }
    guard let format = ElementType(rawValue: number)?.format else { return nil }
    guard !isElsewhere else {
      throw ExchangeError("'\(name)' keeps its numbers in another file, which is not read; store the model in one file")
    }
    let data = raw.map { Array($0) } ?? floats
    guard let stored = StoredTensor(path: name, shape: shape, bytes: data, format: format) else {
      throw ExchangeError("'\(name)' has \(data.count) bytes, which do not fill its shape \(shape)")
    }
    return stored
  }
}

extension ONNXModel.ElementType {
  /// The form of the numbers; `nil` for what are no real numbers.
  fileprivate var format: FloatFormat? {
    switch self {
    case .float16: .float16
    case .bfloat16: .bfloat16
    case .float32: .float32
    case .float64: .float64
    case .uint8, .int32, .int64, .bool: nil
    }
  }
}
