import CKernels
import Graph

/// The processor of this machine: vector kernels, oneDNN and OpenBLAS on one pool of threads.
public struct CPU: Executor {
  /// How many threads programs run with unless they are told otherwise: the OpenMP pool's size (`OMP_NUM_THREADS`, or the machine's).
  public static var threadCount: Int { Int(rival_thread_count()) }

  /// Sets the size of the pool for this process; call it before programs are made.
  public static func setThreadCount(_ count: Int) {
    precondition(count >= 1, "a pool of \(count) threads runs nothing")
    rival_set_thread_count(Int32(count))
  }

  /// The vector unit that kernels were chosen for: `"baseline"`, `"avx2"` or `"avx512"`.
  public static var vectorUnit: String { String(cString: rival_vector_unit()) }

  public init() {}

  public func executable(of graph: OperationGraph, threadCount: Int?) throws -> any Executable {
    try CPUExecutable(graph, CompiledForm(graph), threadCount: threadCount ?? CPU.threadCount)
  }
}

extension Device {
  /// The processor of this machine.
  public static let cpu = Device("cpu", executor: CPU())
}
