import CLAPACKE

extension Matrix {
  /// The eigenvalues of a square matrix, by falling magnitude; of a conjugate pair the one with the positive imaginary part comes first
  /// (LAPACK `dgeev`).
  ///
  /// - Throws: `LinearAlgebraError` where an element is not finite or the iteration fails.
  public func eigenvalues() throws -> [ComplexNumber] { try eigenpairs().map(\.value) }

  /// The eigenvalues, ordered as in ``eigenvalues()``, each with its right eigenvector of length 1.
  public func eigenpairs() throws -> [Eigenpair] {
    precondition(rows == columns, "only a square matrix has eigenvalues")
    try requireFinite("an eigenproblem")
    guard rows > 0 else { return [] }
    let n = rows
    var work = transposed.values  // column major
    var real = [Double](repeating: 0, count: n)
    var imaginary = real
    var vectors = [Double](repeating: 0, count: n * n)
    let status = ThreadLimit.forEigenproblem(rows: n) {
      LAPACKE_dgeev(
        LAPACK_COL_MAJOR, CChar(UInt8(ascii: "N")), CChar(UInt8(ascii: "V")), Int32(n), &work, Int32(n), &real, &imaginary, nil, 1,
        &vectors, Int32(n))
    }
    guard status == 0 else { throw LinearAlgebraError("the eigensolver failed (dgeev gave \(status)) on \(n) rows") }
    return Eigenpair.unpacked(real: real, imaginary: imaginary, vectors: vectors, size: n) { vector in self * vector }
  }

  /// The singular values, falling (LAPACK `dgesdd`).
  ///
  /// - Throws: `LinearAlgebraError` where an element is not finite or the iteration fails.
  public func singularValues() throws -> [Double] {
    try requireFinite("a singular value problem")
    guard rows > 0, columns > 0 else { return [] }
    var work = values
    var result = [Double](repeating: 0, count: min(rows, columns))
    // Row major read as column major is the transpose, which has the same singular values.
    let status = ThreadLimit.forEigenproblem(rows: min(rows, columns)) {
      LAPACKE_dgesdd(
        LAPACK_COL_MAJOR, CChar(UInt8(ascii: "N")), Int32(columns), Int32(rows), &work, Int32(columns), &result, nil, 1, nil, 1)
    }
    guard status == 0 else { throw LinearAlgebraError("the singular value solver failed (dgesdd gave \(status)) on \(rows) × \(columns)") }
    return result
  }
}
