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

/// Where programs run: a name, and the executor behind it.
public struct Device: Sendable, CustomStringConvertible {
  /// How people and checkpoints call it, such as `"cpu"`.
  public let name: String
  public let executor: any Executor

  public init(_ name: String, executor: any Executor) {
    self.name = name
    self.executor = executor
  }

  public var description: String { name }
}
