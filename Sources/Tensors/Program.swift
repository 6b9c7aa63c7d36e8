import Graph

/// A compiled function on a device. Running it allocates nothing in Rival's own code and takes no lock.
///
/// A program owns the memory of its parameters and outputs. ``run(_:)`` copies values in and out; a training loop keeps its state inside
/// instead: parameters that are donated to outputs are updated in place, run after run.
///
/// A program is used by one thread at a time.
public final class Program {
  /// Where the program runs.
  public let device: Device
  /// The shapes and types of the parameters.
  public let parameters: [TensorType]
  /// The shapes and types of the outputs.
  public let outputs: [TensorType]
  /// How many threads of the host run the program.
  public var threadCount: Int { executable.threadCount }
  /// Bytes of all the memory that the program owns: parameters, outputs, everything between, packed weights and scratch.
  public var memoryBytes: Int { executable.memoryBytes }
  /// The most runs of one launch: more than 1 only for a program with a repetition, on a device that likes it.
  public var mostRuns: Int { executable.mostRuns }
  /// How many instructions the program has.
  public var instructionCount: Int { executable.instructionCount }

  /// What the bytes of the results depend on beside the function: see `Executable.settings`.
  public var settings: [String: String] { executable.settings }

  let executable: any Executable

  /// Traces `function` on placeholders and compiles what it returns.
  ///
  /// - Parameters:
  ///   - parameters: the shapes and types of the parameters.
  ///   - donations: output → parameter: the output's values take over the parameter's memory, so that the next run finds them there.
  ///   - repetition: what changes from run to run, for a program that is run again and again.
  ///   - threadCount: threads of the host to run with; by default as many as the device takes, for the processor the OpenMP pool's size.
  ///   - device: where the program runs; `Device.standard` by default.
  /// - Throws: `TensorError` where the function makes an invalid tensor, a donation does not fit, or the memory does not suffice; what the
  ///   device's executor throws.
  public convenience init(
    parameters: [TensorType], donations: [Int: Int] = [:], repetition: Repetition? = nil, threadCount: Int? = nil, device: Device? = nil,
    tracing function: ([Tensor]) throws -> [Tensor]
  ) throws {
    let placeholders = parameters.map { Tensor.placeholder($0.shape, dtype: $0.dtype) }
    try self.init(
      outputs: function(placeholders), parameters: placeholders, donations: donations, repetition: repetition, threadCount: threadCount,
      device: device)
  }

  init(
    outputs: [Tensor], parameters: [Tensor], donations: [Int: Int] = [:], repetition: Repetition? = nil, threadCount: Int? = nil,
    device: Device? = nil
  ) throws {
    guard Set(donations.values).count == donations.count else {
      throw TensorError("a parameter is donated to more than one output, but only one of them can take over its memory")
    }
    for (output, parameter) in donations.sorted(by: { $0.key < $1.key }) {
      guard outputs.indices.contains(output), parameters.indices.contains(parameter),
        outputs[output].failure != nil || TensorType(outputs[output]) == TensorType(parameters[parameter])
      else {
        throw TensorError(
          "output \(output) cannot take over the memory of parameter \(parameter): there is none, or its shape or type differs")
      }
    }
    self.device = try device ?? .standard
    self.parameters = parameters.map(TensorType.init)
    self.outputs = outputs.map(TensorType.init)
    var graph = try Simplifier.simplify(outputs: outputs, parameters: parameters, donations: donations)
    if let repetition {
      let places = [repetition.counter] + repetition.streams
      guard Set(places).count == places.count, places.allSatisfy({ parameters.indices.contains($0) && !donations.values.contains($0) }),
        self.parameters[repetition.counter] == TensorType([], .int32)
      else {
        throw TensorError("the counter of a repetition is an int32 scalar, and it and the streams are parameters that no output takes over")
      }
      graph.repetition = repetition
    }
    graph.precision = self.device.precision
    executable = try self.device.executor.executable(of: graph, threadCount: threadCount)
  }

  /// Compiles a graph.
  package init(_ graph: OperationGraph, threadCount: Int? = nil, device: Device? = nil) throws {
    self.device = try device ?? .standard
    parameters = graph.parameterTypes
    outputs = graph.outputTypes
    var graph = graph
    graph.precision = self.device.precision
    executable = try self.device.executor.executable(of: graph, threadCount: threadCount)
  }

  /// Runs the program on the values that the parameters hold.
  ///
  /// - Throws: what the device's executor throws; the processor's throws nothing.
  public func execute() throws {
    try executable.execute()
  }

  /// Runs the program `runs` times in one launch, from 1 to ``mostRuns``: the counter goes on from what was written, and each run takes its own
  /// values from the streams.
  ///
  /// - Parameter meanwhile: what is done while the device works: it may write the streams' values for the next launch, and nothing else.
  /// - Throws: what the device's executor throws.
  public func execute(runs: Int, meanwhile: () throws -> Void = {}) throws {
    guard (1...mostRuns).contains(runs) else { throw TensorError("a launch has 1 to \(mostRuns) runs, not \(runs)") }
    try executable.execute(runs: runs, meanwhile: meanwhile)
  }

  /// Runs the program on `values` and returns its outputs.
  ///
  /// - Throws: `TensorError` where the number, shapes or types of the values differ from the parameters', or a value is invalid.
  public func run(_ values: [Tensor]) throws -> [Tensor] {
    guard values.count == parameters.count else {
      throw TensorError("the program has \(parameters.count) parameters, but \(values.count) values were passed")
    }
    for (index, value) in values.enumerated() { try write(value, to: index) }
    try execute()
    return try outputs.indices.map { try output($0) }
  }

  /// Runs the program `runs` times, one instruction at a time, and returns what each instruction does and its median time in nanoseconds:
  /// where the time goes. The state moves on as in as many runs.
  public func profile(runs: Int) throws -> [(label: String, nanoseconds: Double)] {
    try executable.profile(runs: max(runs, 1))
  }
}
