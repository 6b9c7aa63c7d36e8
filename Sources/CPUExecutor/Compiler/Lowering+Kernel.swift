import CKernels
import Graph

// A fused group becomes one kernel: loads, steps over registers, stores and reductions.
extension Lowering {
  mutating func lowerKernel(_ group: Group, isNeeded: (ValueID) -> Bool) -> FusedKernel {
    var kernel = FusedKernel(dimensions: group.space.dimensions, pattern: group.reduction, registers: 0)
    let inside = Set(group.members)
    var registerOf: [ValueID: Int32] = [:]
    var lastUse: [ValueID: ValueID] = [:]
    var pinned: Set<ValueID> = []

    func isInternal(_ id: ValueID) -> Bool { inside.contains(id) && operations[id].isElementwise }

    for member in group.members {
      for input in operations[member].inputs { lastUse[input] = member }
      if isNeeded(member) && operations[member].isElementwise { pinned.insert(member) }
      if case .reduce = operations[member].primitive { pinned.insert(operations[member].inputs[0]) }
    }

    // Loads come first and keep their registers: constants and short rows are filled once for all tiles.
    for member in group.members {
      if case .randomBits = operations[member].primitive { continue }
      for input in operations[member].inputs where !isInternal(input) && registerOf[input] == nil {
        registerOf[input] = kernel.registers
        kernel.loads.append((operand(input), kernel.registers))
        kernel.registers += 1
      }
    }

    var free: [Int32] = []
    for member in group.members where operations[member].isElementwise {
      let target: Int32
      if let reused = free.popLast() {
        target = reused
      } else {
        target = kernel.registers
        kernel.registers += 1
      }
      registerOf[member] = target
      kernel.steps.append(step(member, target, registerOf))
      for input in Set(operations[member].inputs).sorted()
      where isInternal(input) && lastUse[input] == member && !pinned.contains(input) {
        if let register = registerOf[input] { free.append(register) }
      }
    }

    for member in group.members {
      let operation = operations[member]
      if case .reduce(let kind, _) = operation.primitive {
        if let register = registerOf[operation.inputs[0]] {
          kernel.reductions.append((buffer(of: member), operation.dtype, register, kind))
        }
      } else if pinned.contains(member), isNeeded(member), let register = registerOf[member] {
        kernel.stores.append((buffer(of: member), operation.dtype, register))
      }
    }
    return kernel
  }

  private mutating func step(_ id: ValueID, _ target: Int32, _ registers: [ValueID: Int32]) -> FusedKernel.Step {
    let operation = operations[id]
    func register(_ index: Int) -> Int32 {
      index < operation.inputs.count ? registers[operation.inputs[index]] ?? 0 : 0
    }
    var step = FusedKernel.Step(
      operation: operation.primitive.kernelOperation, dtype: operation.dtype, destination: target, a: register(0), b: register(1),
      c: register(2))
    switch operation.primitive {
    case .compare, .unary(.isFinite):
      step.dtype = operations[operation.inputs[0]].dtype
    case .convert:
      step.from = operations[operation.inputs[0]].dtype
    case .leakyReLU(let slope):
      step.x = slope
    case .iota(let axis):
      step.p = operation.shape[(axis + 1)...].reduce(1, *)
      step.q = operation.shape[axis]
    case .randomBits(let keys):
      step.keys = keys
      step.p = operation.shape.elementCount / keys.count
      if let counter = operation.inputs.first { step.stepBuffer = operand(counter) }
    default: break
    }
    return step
  }
}

extension Primitive {
  /// The kernel operation of an elementwise primitive.
  fileprivate var kernelOperation: Int32 {
    let operation: Int =
      switch self {
      case .unary(let unary): unary.kernelOperation
      case .binary(let binary): binary.kernelOperation
      case .compare(let comparison): comparison.kernelOperation
      case .leakyReLU: RIVAL_LEAKY_RELU
      case .select: RIVAL_SELECT
      case .convert: RIVAL_CONVERT
      case .bitcastToFloat: RIVAL_BITCAST_TO_FLOAT
      case .iota: RIVAL_IOTA
      case .randomBits: RIVAL_RANDOM_BITS
      default: preconditionFailure("\(kind.rawValue) is not elementwise")
      }
    return Int32(operation)
  }
}

extension UnaryOperation {
  fileprivate var kernelOperation: Int {
    switch self {
    case .negate: RIVAL_NEGATE
    case .absolute: RIVAL_ABSOLUTE
    case .sign: RIVAL_SIGN
    case .exponential: RIVAL_EXPONENTIAL
    case .logarithm: RIVAL_LOGARITHM
    case .log1p: RIVAL_LOG1P
    case .expm1: RIVAL_EXPM1
    case .squareRoot: RIVAL_SQUARE_ROOT
    case .reciprocalSquareRoot: RIVAL_RECIPROCAL_SQUARE_ROOT
    case .tanh: RIVAL_TANH
    case .sigmoid: RIVAL_SIGMOID
    case .sine: RIVAL_SINE
    case .cosine: RIVAL_COSINE
    case .floor: RIVAL_FLOOR
    case .errorFunction: RIVAL_ERROR_FUNCTION
    case .softplus: RIVAL_SOFTPLUS
    case .isFinite: RIVAL_IS_FINITE
    case .logicalNot: RIVAL_LOGICAL_NOT
    }
  }
}

extension BinaryOperation {
  fileprivate var kernelOperation: Int {
    switch self {
    case .add: RIVAL_ADD
    case .subtract: RIVAL_SUBTRACT
    case .multiply: RIVAL_MULTIPLY
    case .divide: RIVAL_DIVIDE
    case .maximum: RIVAL_MAXIMUM
    case .minimum: RIVAL_MINIMUM
    case .power: RIVAL_POWER
    case .remainder: RIVAL_REMAINDER
    case .bitAnd: RIVAL_BIT_AND
    case .bitOr: RIVAL_BIT_OR
    case .bitXor: RIVAL_BIT_XOR
    case .shiftLeft: RIVAL_SHIFT_LEFT
    case .shiftRightLogical: RIVAL_SHIFT_RIGHT_LOGICAL
    }
  }
}

extension ComparisonOperation {
  fileprivate var kernelOperation: Int {
    switch self {
    case .equal: RIVAL_EQUAL
    case .notEqual: RIVAL_NOT_EQUAL
    case .less: RIVAL_LESS
    case .lessOrEqual: RIVAL_LESS_EQUAL
    case .greater: RIVAL_GREATER
    case .greaterOrEqual: RIVAL_GREATER_EQUAL
    }
  }
}
