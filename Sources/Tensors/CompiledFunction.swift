import Graph

/// Compiles a function of tensors: it is traced once for each combination of argument shapes, and then runs as a ``Program``.
///
/// ```swift
/// let slope = compile { x in [gradient(of: (x[0] * x[0]).sum(), at: x[0])] }
/// try slope([Tensor([1, 2])])[0].scalars()      // [2, 4]
/// ```
public func compile(_ function: @escaping ([Tensor]) throws -> [Tensor]) -> CompiledFunction {
  CompiledFunction(function)
}

/// A function of tensors with the programs that it was compiled to. It is used by one thread at a time.
public final class CompiledFunction {
  private let function: ([Tensor]) throws -> [Tensor]
  private var programs: [[TensorType]: Program] = [:]

  init(_ function: @escaping ([Tensor]) throws -> [Tensor]) {
    self.function = function
  }

  /// Runs the function on `arguments`.
  ///
  /// - Throws: `TensorError` where an argument is invalid or the function makes an invalid tensor of such arguments.
  public func callAsFunction(_ arguments: [Tensor]) throws -> [Tensor] {
    for argument in arguments { try argument.validated() }
    let types = arguments.map(TensorType.init)
    if let known = programs[types] { return try known.run(arguments) }
    let program = try Program(parameters: types, tracing: function)
    programs[types] = program
    return try program.run(arguments)
  }
}
