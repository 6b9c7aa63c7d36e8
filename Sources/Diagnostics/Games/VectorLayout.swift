import Components
import Networks
import Tensors

/// Where each of several tensors lies in one flat vector of float64 numbers: one after the other, row major.
struct VectorLayout: Sendable {
  let paths: [String]
  let shapes: [Shape]
  /// Where each tensor's numbers are.
  let ranges: [Range<Int>]
  /// How many numbers there are.
  let size: Int

  init(_ tensors: Parameters) {
    paths = tensors.paths
    shapes = tensors.tensors.map(\.shape)
    var start = 0
    ranges = shapes.map { shape in
      defer { start += shape.elementCount }
      return start..<(start + shape.elementCount)
    }
    size = start
  }

  /// The numbers of the tensors at the layout's paths.
  func vector(of state: Parameters) throws -> [Double] {
    var result: [Double] = []
    result.reserveCapacity(size)
    for path in paths {
      guard let tensor = state[path] else { throw DiagnosticsError("the state lacks '\(path)'") }
      result += try tensor.doubles()
    }
    guard result.count == size else { throw DiagnosticsError("the state has \(result.count) numbers where \(size) are expected") }
    return result
  }

  /// The tensors whose numbers `vector` holds.
  func tensors(of vector: [Double]) -> Parameters {
    precondition(vector.count == size, "\(vector.count) numbers for a vector of \(size)")
    return Parameters(
      paths.indices.map { (paths[$0], Tensor(float64: Array(vector[ranges[$0]]), shape: shapes[$0])) })
  }
}

extension VectorLayout {
  /// The tensors that lie in `range`, alone.
  func restricted(to range: Range<Int>) -> VectorLayout {
    let chosen = paths.indices.filter { range.lowerBound <= ranges[$0].lowerBound && ranges[$0].upperBound <= range.upperBound }
    return VectorLayout(Parameters(chosen.map { (paths[$0], Tensor.zeros(shapes[$0], dtype: .float64)) }))
  }
}
