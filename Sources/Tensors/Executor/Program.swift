import CKernels
import COneDNN
import COpenBLAS

/// A compiled function: instructions over memory that was planned once. Running it allocates nothing and takes no lock (but for the small
/// map of arguments that oneDNN makes for each of its primitives).
///
/// A program owns the memory of its parameters and outputs. ``run(_:)`` copies values in and out; a training loop keeps its state inside
/// instead: parameters that are donated to outputs are updated in place, run after run.
///
/// A program is used by one thread at a time.
public final class Program {
  /// The shapes and types of the parameters.
  public let parameters: [TensorType]
  /// The shapes and types of the outputs.
  public let outputs: [TensorType]
  /// How many shares each instruction is divided into: all that its result depends on beside its inputs. At most as many threads run it.
  public let threadCount: Int
  /// Bytes of all the memory that the program owns: arena, parameters, outputs, packed weights and scratch.
  public var memoryBytes: Int { executable.memoryBytes }
  /// How many instructions the program has.
  public var instructionCount: Int { executable.instructionCount }

  private let parameterPointers: [UnsafeMutableRawPointer]
  private let outputPointers: [UnsafeMutableRawPointer]
  private let executable: Executable

  /// Traces `function` on placeholders and compiles what it returns.
  ///
  /// - Parameters:
  ///   - parameters: the shapes and types of the parameters.
  ///   - donations: output → parameter: the output's values take over the parameter's memory, so that the next run finds them there.
  ///   - threadCount: threads to divide the work among, 1 to 1,024; ``Executor/threadCount`` by default.
  /// - Throws: `TensorError` where the function makes an invalid tensor or a donation does not fit.
  public convenience init(
    parameters: [TensorType], donations: [Int: Int] = [:], threadCount: Int? = nil, tracing function: ([Tensor]) throws -> [Tensor]
  ) throws {
    let placeholders = parameters.map { Tensor.placeholder($0.shape, dtype: $0.dtype) }
    try self.init(
      outputs: function(placeholders), parameters: placeholders, donations: donations, threadCount: threadCount)
  }

  init(outputs: [Tensor], parameters: [Tensor], donations: [Int: Int] = [:], threadCount: Int? = nil) throws {
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
    let threadCount = threadCount ?? Executor.threadCount
    precondition(Executor.threadCounts.contains(threadCount), "a program has 1 to \(RIVAL_MOST_THREADS) threads, not \(threadCount)")
    let form = try CompiledForm(outputs: outputs, parameters: parameters, donations: donations, threadCount: threadCount)
    self.parameters = parameters.map(TensorType.init)
    self.outputs = outputs.map(TensorType.init)
    self.threadCount = threadCount
    executable = Executable(form, threadCount: threadCount)
    let pointers = executable.pointers
    parameterPointers = form.parameters.compactMap { $0.map { pointers[$0] } }
    outputPointers = form.outputs.map { pointers[$0] }
  }

  /// Runs the instructions on the values that the parameters hold.
  public func execute() {
    executable.run()
  }

  /// Runs the program `runs` times, one instruction at a time, and returns what each instruction does and its median time in nanoseconds:
  /// where the time goes. The state moves on as in as many runs.
  public func profile(runs: Int) -> [(label: String, nanoseconds: Double)] {
    executable.profile(runs: max(runs, 1))
  }

  /// Runs the program on `values` and returns its outputs.
  ///
  /// - Throws: `TensorError` where the number, shapes or types of the values differ from the parameters', or a value is invalid.
  public func run(_ values: [Tensor]) throws -> [Tensor] {
    guard values.count == parameters.count else {
      throw TensorError("the program has \(parameters.count) parameters, but \(values.count) values were passed")
    }
    for (index, value) in values.enumerated() { try write(value, to: index) }
    execute()
    return outputs.indices.map { output($0) }
  }

  /// Sets a parameter.
  public func write(_ value: Tensor, to parameter: Int) throws {
    guard TensorType(value) == parameters[parameter] else {
      throw TensorError("parameter \(parameter) is \(parameters[parameter]), not \(TensorType(value))")
    }
    let storage = try value.evaluated()
    parameterPointers[parameter].copyMemory(from: storage.pointer, byteCount: storage.byteCount)
  }

  /// The memory of a parameter, for writing values without a tensor between.
  public func withParameter<Result>(_ parameter: Int, _ body: (UnsafeMutableRawBufferPointer) throws -> Result) rethrows -> Result {
    try body(UnsafeMutableRawBufferPointer(start: parameterPointers[parameter], count: parameters[parameter].byteCount))
  }

  /// The memory of an output after a run.
  public func withOutput<Result>(_ output: Int, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try body(UnsafeRawBufferPointer(start: outputPointers[output], count: outputs[output].byteCount))
  }

  /// A copy of an output after a run.
  public func output(_ index: Int) -> Tensor {
    let type = outputs[index]
    return withOutput(index) { Tensor(storage: Storage(copying: $0), shape: type.shape, dtype: type.dtype) }
  }

  /// A copy of what a parameter holds now.
  public func parameter(_ index: Int) -> Tensor {
    let type = parameters[index]
    return withParameter(index) {
      Tensor(storage: Storage(copying: UnsafeRawBufferPointer($0)), shape: type.shape, dtype: type.dtype)
    }
  }
}

/// The shape and element type of a tensor.
public struct TensorType: Hashable, Sendable, CustomStringConvertible {
  public var shape: Shape
  public var dtype: DType

  public init(_ shape: Shape, _ dtype: DType = .float32) {
    self.shape = shape
    self.dtype = dtype
  }

  public init(_ tensor: Tensor) {
    self.init(tensor.shape, tensor.dtype)
  }

  /// Bytes of a tensor of this type.
  public var byteCount: Int { shape.elementCount * dtype.byteCount }

  public var description: String { "\(dtype.rawValue) \(shape)" }
}
