import CKernels
import Graph

/// The processor of this machine: vector kernels, oneDNN and OpenBLAS on one pool of threads.
public struct CPU: Executor {
  /// The thread counts that there are.
  public static var threadCounts: ClosedRange<Int> { 1...Int(RIVAL_MOST_THREADS) }

  /// How many threads the calling thread's work has: programs that it makes without another count, and the decompositions and
  /// products of BLAS and LAPACK that it calls. At first `OMP_NUM_THREADS`, or the machine's processors.
  ///
  /// The count decides how work is divided, and with it the last bits of results. A program's results do not depend on how many threads
  /// really run it: on a machine of fewer processors, or beside other busy processes, fewer threads do the same work.
  public static var threadCount: Int { min(Int(rival_thread_count()), threadCounts.upperBound) }

  /// Sets the calling thread's count, from 1 to 1,024.
  public static func setThreadCount(_ count: Int) {
    precondition(threadCounts.contains(count), "work is divided among 1 to \(threadCounts.upperBound) threads, not \(count)")
    rival_set_thread_count(Int32(count))
  }

  /// Calls `body` with another thread count of the calling thread; `nil` leaves it as it is.
  public static func withThreadCount<Result>(_ count: Int?, _ body: () throws -> Result) rethrows -> Result {
    guard let count else { return try body() }
    let previous = rival_thread_count()
    setThreadCount(count)
    defer { rival_set_thread_count(previous) }
    return try body()
  }

  /// The vector unit that kernels were chosen for: `"baseline"`, `"avx2"` or `"avx512"`.
  public static var vectorUnit: String { String(cString: rival_vector_unit()) }

  /// The C library whose functions draw samples on the host: `"glibc 2.36"`.
  public static var mathematicsLibrary: String { String(cString: rival_c_library()) }

  public init() {}

  public func executable(of graph: OperationGraph, threadCount: Int?) throws -> any Executable {
    let threads = threadCount ?? CPU.threadCount
    guard CPU.threadCounts.contains(threads) else {
      throw TensorError("a program has 1 to \(CPU.threadCounts.upperBound) threads, not \(threads)")
    }
    guard graph.precision == .float32 else {
      throw TensorError(
        "the processor multiplies in float32, not in \(graph.precision.rawValue); leave the precision away, or use another device")
    }
    return try CPUExecutable(graph, CompiledForm(graph, threadCount: threads), threadCount: threads)
  }
}

extension Device {
  /// The processor of this machine.
  public static let cpu = Device("cpu", executor: CPU())
}
