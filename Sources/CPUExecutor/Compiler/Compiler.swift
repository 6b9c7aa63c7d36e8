import Graph

/// The whole way from a graph to instructions over buffers.
struct CompiledForm {
  var buffers: [Buffer]
  var instructions: [Instruction]
  var plan: MemoryPlan
  /// The buffer of each parameter.
  var parameters: [BufferID]
  /// The buffer that holds each output after a run.
  var outputs: [BufferID]

  init(_ source: OperationGraph, threadCount: Int) throws {
    let rematerialization = Rematerialization(Rewriting.rewritten(source))
    let graph = rematerialization.result
    let operations = graph.operations
    let views = Views(operations)
    let fusion = Fusion(graph, views, copies: rematerialization.copies)
    let schedule = Schedule(fusion, operations, views)

    // A value needs memory where another group or an output reads it.
    var needed = [Bool](repeating: false, count: operations.count)
    for id in operations.indices {
      for input in operations[id].inputs {
        let base = views[input].base
        if views.isView(id) { continue }
        if fusion.groupOf[base] < 0 || fusion.groupOf[base] != fusion.groupOf[id] || views.isView(input) { needed[base] = true }
      }
    }
    for output in graph.outputs { needed[views[output].base] = true }

    var lowering = Lowering(graph, views, fusion, threadCount: threadCount)
    var parameterBuffers: [BufferID] = []
    for (type, id) in zip(graph.parameterTypes, graph.parameters) {
      if let id {
        parameterBuffers.append(lowering.buffer(of: id))
      } else {
        // Nothing reads it, but a donated output may still want its memory.
        parameterBuffers.append(lowering.addBuffer(.parameter, byteCount: type.byteCount))
      }
    }
    for group in schedule.order {
      try lowering.lower(fusion.groups[group]) { needed[$0] }
    }
    let finishing = Finishing(
      lowering: &lowering, outputs: graph.outputs, parameters: parameterBuffers, donations: graph.donations)
    if let shortage = lowering.shortage { throw shortage }
    self.buffers = lowering.buffers
    self.instructions = lowering.instructions
    self.parameters = parameterBuffers
    self.outputs = finishing.outputs
    self.plan = MemoryPlan(buffers: buffers, instructions: instructions, aliases: finishing.aliases)
  }
}

/// Brings each output to where the caller finds it: into the memory of the parameter donated for it, in place where no reader of the old
/// value is left, else by a copy at the end; or into memory of its own.
private struct Finishing {
  var outputs: [BufferID] = []
  var aliases: [BufferID: BufferID] = [:]

  init(lowering: inout Lowering, outputs ids: [ValueID], parameters: [BufferID], donations: [Int: Int]) {
    let operations = lowering.operations
    var sources: [BufferID] = []
    var isPlain: [Bool] = []
    for id in ids {
      let source = lowering.dense(id)
      sources.append(source)
      // Only a temporary of just this size can be moved: an output may be the first part of a larger value.
      if case .temporary = lowering.buffers[source].kind {
        isPlain.append(lowering.buffers[source].byteCount == operations[id].shape.elementCount * operations[id].dtype.byteCount)
      } else {
        isPlain.append(false)
      }
    }
    let accesses = Accesses(lowering.instructions, bufferCount: lowering.buffers.count)
    let parameterSet = Set(parameters)
    let endReads = Set(sources.filter { parameterSet.contains($0) })
    var moves: [(from: BufferID, to: BufferID, byteCount: Int)] = []
    // How often each buffer is an output: a value that serves two outputs cannot live in one donated place only.
    var claimed: Set<BufferID> = []
    for (index, id) in ids.enumerated() {
      let byteCount = operations[id].shape.elementCount * operations[id].dtype.byteCount
      let source = sources[index]
      if let parameter = donations[index] {
        let target = parameters[parameter]
        outputs.append(target)
        if source == target { continue }
        if isPlain[index], claimed.insert(source).inserted, !endReads.contains(target),
          accesses.canWriteInPlace(source, target)
        {
          aliases[source] = target
        } else {
          moves.append((source, target, byteCount))
        }
      } else {
        let target = lowering.addBuffer(.output, byteCount: byteCount)
        outputs.append(target)
        if isPlain[index], claimed.insert(source).inserted {
          aliases[source] = target
        } else {
          moves.append((source, target, byteCount))
        }
      }
    }
    // Values that still lie in parameters are set aside before any parameter is overwritten.
    let overwritten = Set(moves.map(\.to))
    for index in moves.indices where overwritten.contains(moves[index].from) {
      let aside = lowering.addBuffer(.temporary, byteCount: moves[index].byteCount)
      lowering.append(Finishing.copy(moves[index].from, aside, moves[index].byteCount))
      moves[index].from = aside
    }
    for move in moves { lowering.append(Finishing.copy(move.from, move.to, move.byteCount)) }
  }

  private static func copy(_ source: BufferID, _ target: BufferID, _ byteCount: Int) -> Instruction {
    // Bytes are copied as they are; bool is the type of one byte.
    .copy(
      from: Operand(buffer: source, offset: 0, strides: [1], dtype: .bool),
      to: Operand(buffer: target, offset: 0, strides: [1], dtype: .bool), dimensions: [byteCount])
  }
}

/// Which instructions read and write each buffer.
private struct Accesses {
  private let instructions: [Instruction]
  private var readers: [[Int]]
  private var writers: [[Int]]

  init(_ instructions: [Instruction], bufferCount: Int) {
    self.instructions = instructions
    readers = Array(repeating: [], count: bufferCount)
    writers = readers
    for (index, instruction) in instructions.enumerated() {
      for buffer in instruction.reads where readers[buffer].last != index { readers[buffer].append(index) }
      for buffer in instruction.writes where writers[buffer].last != index { writers[buffer].append(index) }
    }
  }

  /// Whether `source` may be computed into the memory of `parameter`: its one writer comes after all readers of the parameter, or reads the
  /// parameter element by element itself.
  func canWriteInPlace(_ source: BufferID, _ parameter: BufferID) -> Bool {
    guard writers[source].count == 1, let writer = writers[source].first else { return false }
    for index in readers[parameter] {
      if index > writer { return false }
      guard index == writer else { continue }
      guard case .kernel(let kernel) = instructions[index], kernel.stores.contains(where: { $0.buffer == source }),
        kernel.steps.allSatisfy({ $0.stepBuffer?.buffer != parameter }),
        kernel.loads.allSatisfy({ load in
          load.operand.buffer != parameter
            || (load.operand.offset == 0
              && View(base: 0, offset: 0, strides: load.operand.strides).isDense(Shape(kernel.dimensions)))
        })
      else { return false }
    }
    return true
  }
}
