import CLAPACKE

/// Products of float32 rows, for blocks of pairwise distances.
public enum SinglePrecisionProduct {
  /// Writes `scale · A Bᵀ` to `result`: the products of every row of A with every row of B (BLAS `sgemm`).
  ///
  /// The rounding depends on the machine's vectors and on the number of threads, so no decision may rest on the last bits.
  ///
  /// - Parameters:
  ///   - left: A, `rows × length` numbers, row major.
  ///   - right: B, `columns × length` numbers, row major.
  ///   - result: Room for `rows × columns` numbers, row major; what it holds is overwritten.
  public static func rowProducts(
    _ left: UnsafePointer<Float>, rows: Int, _ right: UnsafePointer<Float>, columns: Int, length: Int, scale: Float,
    into result: UnsafeMutablePointer<Float>
  ) {
    precondition(rows >= 1 && columns >= 1 && length >= 1, "a product of rows needs rows on both sides")
    ThreadLimit.forProduct(rows, columns, length) {
      cblas_sgemm(
        CblasRowMajor, CblasNoTrans, CblasTrans, Int32(rows), Int32(columns), Int32(length), scale, left, Int32(length), right,
        Int32(length), 0, result, Int32(columns))
    }
  }
}
