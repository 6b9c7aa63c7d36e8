// The compiler's form of an expression graph: operations in topological order, operands by index.

/// The index of an operation, and of the value that it computes.
typealias ValueID = Int

/// One operation of the intermediate form.
struct Operation: Hashable {
  var primitive: Primitive
  var inputs: [ValueID]
  var shape: Shape
  var dtype: DType

  /// Whether each element of the result depends on the same element of the operands alone (or on its place).
  var isElementwise: Bool {
    switch primitive {
    case .unary, .leakyReLU, .binary, .compare, .select, .convert, .bitcastToFloat, .iota, .randomBits: true
    default: false
    }
  }

  /// Whether the result is a view of its operand's memory.
  var isView: Bool {
    switch primitive {
    case .broadcast, .reshape, .transpose, .slice: true
    default: false
    }
  }

  var isFill: Bool {
    if case .fill = primitive { return true }
    return false
  }
}

/// A simplified program: operations, and which of them are its outputs.
struct Intermediate {
  var operations: [Operation] = []
  var outputs: [ValueID] = []
  /// The operation of each placeholder, in the order of the program's parameters; `nil` where nothing depends on it.
  var parameters: [ValueID?] = []

  /// How often each value is used, outputs included.
  var useCounts: [Int] {
    var counts = [Int](repeating: 0, count: operations.count)
    for operation in operations { for input in operation.inputs { counts[input] += 1 } }
    for output in outputs { counts[output] += 1 }
    return counts
  }
}
