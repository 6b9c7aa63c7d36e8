import Graph

/// A slow and plain executor, to compare others with: one primitive after the other, each as its definition reads.
///
/// A primitive is computed in double precision of its operands and rounded once to the type of its result. Sums (of reductions, products and
/// convolutions too) are added up in double precision, in row-major order of the terms, and rounded at their end. So a float32 result is the
/// exact one, rounded, but for double's own error. int32 wraps around. Random bits are those of ``Key``. Nothing is fused, reused, or shared
/// between threads: the same program gives the same bytes on every machine whose C library has the same functions.
public struct Reference: Executor {
  public init() {}

  public func executable(of graph: OperationGraph, threadCount: Int?) throws -> any Executable {
    ReferenceExecutable(graph)
  }
}

extension Device {
  /// The reference executor: slow, plain, and with the smallest rounding errors.
  public static let reference = Device("reference", executor: Reference())
}
