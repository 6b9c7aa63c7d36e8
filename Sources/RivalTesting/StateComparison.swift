import Components
import Networks
import Tensors

/// Byte for byte comparisons of training states.
enum StateComparison {
  /// What differs between two states, one sentence for each tensor.
  static func differences(_ left: Parameters, _ right: Parameters) throws -> [String] {
    var result: [String] = []
    if left.paths != right.paths {
      let missing = left.paths.filter { right[$0] == nil } + right.paths.filter { left[$0] == nil }
      result.append(
        missing.isEmpty ? "the tensors are in another order" : "only one has \(missing.joined(separator: ", "))")
    }
    for (path, tensor) in left {
      guard let other = right[path] else { continue }
      guard tensor.shape == other.shape, tensor.dtype == other.dtype else {
        result.append("'\(path)' is \(tensor) in one, \(other) in the other")
        continue
      }
      let count = try mismatches(tensor, other)
      if count > 0 { result.append("'\(path)' differs in \(count) of \(tensor.elementCount) elements") }
    }
    return result
  }

  /// How many elements of two tensors of the same type and shape differ in a bit.
  static func mismatches(_ left: Tensor, _ right: Tensor) throws -> Int {
    let size = left.dtype.byteCount
    return try left.withBytes { a in
      try right.withBytes { b in
        stride(from: 0, to: a.count, by: size).count { start in
          (start..<start + size).contains { a[$0] != b[$0] }
        }
      }
    }
  }
}
