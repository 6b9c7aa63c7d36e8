import CLAPACKE

/// A dense float64 matrix, row after row.
public struct Matrix: Sendable, Equatable {
  public let rows: Int
  public let columns: Int
  /// The elements, row major.
  public var values: [Double]

  /// - Precondition: there are rows × columns values.
  public init(rows: Int, columns: Int, values: [Double]) {
    precondition(values.count == rows * columns, "a \(rows) × \(columns) matrix has \(rows * columns) values, not \(values.count)")
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  /// A matrix of zeros.
  public init(rows: Int, columns: Int) {
    self.init(rows: rows, columns: columns, values: Array(repeating: 0, count: rows * columns))
  }

  /// The matrix with `diagonal` on its diagonal and zeros elsewhere.
  public init(diagonal: [Double]) {
    self.init(rows: diagonal.count, columns: diagonal.count)
    for (index, value) in diagonal.enumerated() { self[index, index] = value }
  }

  public subscript(row: Int, column: Int) -> Double {
    get { values[row * columns + column] }
    set { values[row * columns + column] = newValue }
  }

  /// Rows become columns.
  public var transposed: Matrix {
    var result = Matrix(rows: columns, columns: rows)
    for row in 0..<rows {
      for column in 0..<columns { result.values[column * rows + row] = values[row * columns + column] }
    }
    return result
  }

  /// The sum of the diagonal.
  public var trace: Double { (0..<min(rows, columns)).reduce(0) { $0 + self[$1, $1] } }

  /// √Σ aᵢⱼ².
  public var frobeniusNorm: Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }

  /// The matrix product.
  public static func * (left: Matrix, right: Matrix) -> Matrix {
    precondition(left.columns == right.rows, "a product needs as many columns on the left as rows on the right")
    var result = Matrix(rows: left.rows, columns: right.columns)
    guard left.rows > 0, left.columns > 0, right.columns > 0 else { return result }
    ThreadLimit.forProduct(left.rows, right.columns, left.columns) {
      cblas_dgemm(
        CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(left.rows), Int32(right.columns), Int32(left.columns), 1, left.values,
        Int32(left.columns), right.values, Int32(right.columns), 0, &result.values, Int32(right.columns))
    }
    return result
  }

  public static func + (left: Matrix, right: Matrix) -> Matrix { left.combined(right, +) }
  public static func - (left: Matrix, right: Matrix) -> Matrix { left.combined(right, -) }
  public static func * (left: Double, right: Matrix) -> Matrix {
    Matrix(rows: right.rows, columns: right.columns, values: right.values.map { left * $0 })
  }

  /// The matrix times a column.
  public static func * (left: Matrix, right: [Double]) -> [Double] {
    (left * Matrix(rows: right.count, columns: 1, values: right)).values
  }

  private func combined(_ other: Matrix, _ operation: (Double, Double) -> Double) -> Matrix {
    precondition(rows == other.rows && columns == other.columns, "matrices of two shapes cannot be combined")
    return Matrix(rows: rows, columns: columns, values: zip(values, other.values).map { operation($0, $1) })
  }
}
