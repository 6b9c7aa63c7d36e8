import CLAPACKE

/// Keeps small products of BLAS on one thread.
///
/// A team of threads takes longer to meet than a small product takes, and far longer where other processes keep a core busy: everyone then
/// waits for a thread that does not run.
enum ThreadLimit {
  /// Multiplications below which a product stays on the calling thread.
  static let smallest = 1 << 24

  /// Calls `body` with a team for as many multiplications. The setting is the calling thread's own.
  static func forProduct(_ rows: Int, _ columns: Int, _ length: Int, _ body: () -> Void) {
    let threads = omp_get_max_threads()
    guard threads > 1, rows * columns * length < smallest else { return body() }
    omp_set_num_threads(1)
    body()
    omp_set_num_threads(threads)
  }

  /// Rows of a matrix below which its eigenproblem or singular value problem stays on the calling thread.
  ///
  /// The reduction to a band matrix has two meetings of the team for each row, and is bound by memory, so a second thread gains
  /// little at best.
  static let smallestEigenproblem = 1024

  /// Calls `body` with a team for an eigenproblem or a singular value problem.
  static func forEigenproblem<Result>(rows: Int, _ body: () -> Result) -> Result {
    let threads = omp_get_max_threads()
    guard threads > 1, rows < smallestEigenproblem else { return body() }
    omp_set_num_threads(1)
    defer { omp_set_num_threads(threads) }
    return body()
  }
}
