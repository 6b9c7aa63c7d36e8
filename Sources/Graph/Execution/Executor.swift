/// What makes programs of graphs: the processor, an accelerator, an interpreter.
///
/// An executor of one's own needs no registration: `Device("mine", executor: MyExecutor())` is a device like any other.
public protocol Executor: Sendable {
  /// Makes `graph` ready to run.
  ///
  /// - Parameter threadCount: how many threads of the host may work on it; `nil` leaves that to the executor.
  /// - Throws: where the executor lacks one of the graph's operations, or memory.
  func executable(of graph: OperationGraph, threadCount: Int?) throws -> any Executable
}

/// Where programs run, and how exactly: a name, the executor behind it, and the precision of products.
public struct Device: Sendable, CustomStringConvertible {
  /// How people and checkpoints call it, such as `"cpu"`.
  public let name: String
  public let executor: any Executor
  /// What the operands of products are rounded to; `float32`, which is nothing, unless another is asked for.
  public let precision: Precision

  public init(_ name: String, executor: any Executor, precision: Precision = .float32) {
    self.name = name
    self.executor = executor
    self.precision = precision
  }

  /// The same device with products of another precision.
  public func computing(in precision: Precision) -> Device { Device(name, executor: executor, precision: precision) }

  public var description: String { name }
}
