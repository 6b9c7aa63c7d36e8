import CLAPACKE

extension Matrix {
  /// The eigenvalues, ascending, and orthonormal eigenvectors of a symmetric matrix (LAPACK `dsyevd`).
  ///
  /// Only the lower triangle is read.
  ///
  /// - Returns: `vectors` has one eigenvector in each row, in the order of the values.
  /// - Throws: `LinearAlgebraError` where an element is not finite or the iteration fails.
  public func symmetricEigen() throws -> (values: [Double], vectors: Matrix) {
    precondition(rows == columns, "only a square matrix has eigenvalues")
    try requireFinite("a symmetric eigenproblem")
    guard rows > 0 else { return ([], self) }
    var vectors = self
    var eigenvalues = [Double](repeating: 0, count: rows)
    // Row major for LAPACKE means transposing; a symmetric matrix is its own transpose, so columns of the result are our rows.
    let status = ThreadLimit.forEigenproblem(rows: rows) {
      LAPACKE_dsyevd(
        LAPACK_COL_MAJOR, CChar(UInt8(ascii: "V")), CChar(UInt8(ascii: "U")), Int32(rows), &vectors.values, Int32(rows), &eigenvalues)
    }
    guard status == 0 else { throw LinearAlgebraError("the symmetric eigensolver failed (dsyevd gave \(status)) on \(rows) rows") }
    return (eigenvalues, vectors)
  }

  /// The eigenvalues of a symmetric matrix, ascending; only the lower triangle is read.
  public func symmetricEigenvalues() throws -> [Double] {
    precondition(rows == columns, "only a square matrix has eigenvalues")
    try requireFinite("a symmetric eigenproblem")
    guard rows > 0 else { return [] }
    var work = self
    var eigenvalues = [Double](repeating: 0, count: rows)
    let status = ThreadLimit.forEigenproblem(rows: rows) {
      LAPACKE_dsyevd(
        LAPACK_COL_MAJOR, CChar(UInt8(ascii: "N")), CChar(UInt8(ascii: "U")), Int32(rows), &work.values, Int32(rows), &eigenvalues)
    }
    guard status == 0 else { throw LinearAlgebraError("the symmetric eigensolver failed (dsyevd gave \(status)) on \(rows) rows") }
    return eigenvalues
  }

  func requireFinite(_ what: String) throws {
    guard values.allSatisfy(\.isFinite) else {
      throw LinearAlgebraError("\(what) of \(rows) × \(columns) has an element that is not finite; look for NaN in what it was made of")
    }
  }
}
