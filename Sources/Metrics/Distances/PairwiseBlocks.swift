import LinearAlgebra

/// Inner products or squared distances of all pairs of two sample sets, a block at a time: the whole matrix is never in memory.
///
/// ```swift
/// var sum = 0.0
/// PairwiseBlocks(samples, reference, .squaredDistance).visit { rows, columns, values in
///   for value in values { sum += value.squareRoot() }
/// }
/// ```
public struct PairwiseBlocks {
  /// What is computed of each pair.
  public enum Quantity: Sendable {
    /// x·y.
    case innerProduct
    /// ‖x − y‖², 0 for equal samples.
    case squaredDistance
  }

  /// Rows and columns of a block: 8 MiB of float64.
  static let size = 1024

  private let left: SampleSet
  private let right: SampleSet
  private let quantity: Quantity
  private let shift: [Double]?
  private let isDirect: Bool

  /// The pairs of a sample of `left` and one of `right`.
  ///
  /// - Precondition: both sets are of one dimension.
  public init(_ left: SampleSet, _ right: SampleSet, _ quantity: Quantity) {
    precondition(left.dimension == right.dimension, "pairs need two sets of one dimension")
    self.left = left
    self.right = right
    self.quantity = quantity
    isDirect = quantity == .squaredDistance && right.dimension <= 4
    // Distances do not change with the origin; close to the samples the products lose least to cancellation.
    shift = quantity == .squaredDistance && !isDirect && right.count > 0 ? right.meanRow() : nil
  }

  /// Calls `body` with each block's rows, columns and values (row major); it may overwrite the values.
  ///
  /// - Parameter upperOnly: leaves out the blocks below the diagonal, for a set against itself.
  public func visit(upperOnly: Bool = false, _ body: (Range<Int>, Range<Int>, UnsafeMutableBufferPointer<Double>) throws -> Void) rethrows {
    for rowStart in stride(from: 0, to: left.count, by: Self.size) {
      let rows = rowStart..<min(rowStart + Self.size, left.count)
      let a = left.matrix(rows: rows, subtracting: shift)
      for columnStart in stride(from: upperOnly ? rowStart : 0, to: right.count, by: Self.size) {
        let columns = columnStart..<min(columnStart + Self.size, right.count)
        var block = values(a, right.matrix(rows: columns, subtracting: shift))
        try block.values.withUnsafeMutableBufferPointer { try body(rows, columns, $0) }
      }
    }
  }

  private func values(_ a: Matrix, _ b: Matrix) -> Matrix {
    if isDirect { return PairwiseBlocks.directDistances(a, b) }
    var block = a * b.transposed
    guard quantity == .squaredDistance else { return block }
    let aNorms = PairwiseBlocks.squaredNorms(a)
    let bNorms = PairwiseBlocks.squaredNorms(b)
    block.values.withUnsafeMutableBufferPointer { values in
      for row in 0..<a.rows {
        for column in 0..<b.rows {
          let norms = aNorms[row] + bNorms[column]
          let squared = norms - 2 * values[row * b.rows + column]
          // Of two close samples the difference above is mostly rounding.
          values[row * b.rows + column] = squared > 1e-6 * norms ? squared : PairwiseBlocks.distance(a, row, b, column)
        }
      }
    }
    return block
  }

  private static func directDistances(_ a: Matrix, _ b: Matrix) -> Matrix {
    var block = Matrix(rows: a.rows, columns: b.rows)
    let dimension = a.columns
    block.values.withUnsafeMutableBufferPointer { values in
      a.values.withUnsafeBufferPointer { a in
        b.values.withUnsafeBufferPointer { b in
          let columns = b.count / dimension
          for row in 0..<a.count / dimension {
            for column in 0..<columns {
              var sum = 0.0
              for axis in 0..<dimension {
                let difference = a[row * dimension + axis] - b[column * dimension + axis]
                sum += difference * difference
              }
              values[row * columns + column] = sum
            }
          }
        }
      }
    }
    return block
  }

  private static func squaredNorms(_ a: Matrix) -> [Double] {
    (0..<a.rows).map { row in a.values[row * a.columns..<(row + 1) * a.columns].reduce(0) { $0 + $1 * $1 } }
  }

  private static func distance(_ a: Matrix, _ row: Int, _ b: Matrix, _ column: Int) -> Double {
    var sum = 0.0
    for axis in 0..<a.columns {
      let difference = a.values[row * a.columns + axis] - b.values[column * a.columns + axis]
      sum += difference * difference
    }
    return sum
  }
}
