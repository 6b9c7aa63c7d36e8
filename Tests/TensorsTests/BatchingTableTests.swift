import Testing

@testable import CPUExecutor
@testable import Graph
@testable import Tensors

/// Every primitive in several runs at once, against one run after the other.
@Suite struct BatchingTableTests {
  private static let runs = 3

  @Test func everyPrimitiveHasARow() {
    // A parameter is what all other rows have for operands.
    let kinds = Set(batchingTable.map(\.kind)).union([.input])
    for kind in PrimitiveKind.allCases { #expect(kinds.contains(kind), "\(kind) has no row") }
  }

  @Test(arguments: batchingTable) func row(_ row: BatchingRow) throws {
    var draw = Draw(row.testDescription.utf8.reduce(7) { $0 * 31 % 1_000_003 + Int($1) })
    for subset in 0..<(1 << row.operands.count) {
      let batched = Set(row.operands.indices.filter { subset >> $0 & 1 == 1 })
      let values = row.operands.enumerated().map { place, operand in
        (0..<(batched.contains(place) ? Self.runs : 1)).map { _ in
          let numbers = (0..<operand.type.shape.elementCount).map { _ in
            operand.range.lowerBound + (draw.number() + 2) / 4 * (operand.range.upperBound - operand.range.lowerBound)
          }
          return numbers.map { operand.type.dtype.rounded(operand.type.dtype.isFloatingPoint ? $0 : $0.rounded()) }
        }
      }
      let graphs = (0..<Self.runs).map { graph(row, $0) }
      let together = try Batching.batched(graphs[0], differences: GraphDifferences(between: graphs), parameters: batched)
      #expect(together.firstIllTyped() == nil)
      #expect(together.outputTypes == [TensorType(Shape([Self.runs] + row.result.shape.dimensions), row.result.dtype)])
      for device in [Device.cpu, .reference] + (xlaIsThere ? [xlaDevice] : []) {
        let expected = try (0..<Self.runs).flatMap { run in
          try results(simplified(graphs[run]), values.map { $0[$0.count == 1 ? 0 : run] }, on: device)[0]
        }
        let actual = try results(together, values.map { Array($0.joined()) }, on: device)[0]
        if (row.addsUp && device.name != "reference") || (device.name == xlaDevice.name && row.result.dtype.isFloatingPoint) {
          let scale = expected.reduce(1) { max($0, abs($1)) }
          let bound = scale * (row.result.dtype == .float32 ? 1e-6 : 1e-14)
          #expect(
            expected.count == actual.count && zip(expected, actual).allSatisfy { abs($0 - $1) <= bound },
            "\(device), \(batched) of the operands batched: \(actual), not \(expected)")
        } else {
          #expect(
            expected.map(\.bitPattern) == actual.map(\.bitPattern),
            "\(device), \(batched) of the operands batched: \(actual), not \(expected)")
        }
      }
    }
  }

  /// The row's operation alone, in one run.
  private func graph(_ row: BatchingRow, _ run: Int) -> OperationGraph {
    var operations = row.operands.enumerated().map { place, operand in
      OperationGraph.Operation(primitive: .input(UInt64(place)), inputs: [], shape: operand.type.shape, dtype: operand.type.dtype)
    }
    operations.append(
      .init(primitive: row.primitive(run), inputs: Array(operations.indices), shape: row.result.shape, dtype: row.result.dtype))
    return OperationGraph(
      operations: operations, parameters: Array(row.operands.indices), parameterTypes: row.operands.map(\.type),
      outputs: [operations.count - 1])
  }

  /// As executors get it.
  private func simplified(_ graph: OperationGraph) -> OperationGraph {
    var simplifier = Simplifier()
    var ids: [ValueID] = []
    for operation in graph.operations {
      var operation = operation
      operation.inputs = operation.inputs.map { ids[$0] }
      ids.append(simplifier.simplified(operation))
    }
    return simplifier.builder.graph(
      outputs: graph.outputs.map { ids[$0] }, parameters: graph.parameters.map { $0.map { ids[$0] } }, parameterTypes: graph.parameterTypes)
  }

  private func results(_ graph: OperationGraph, _ values: [[Double]], on device: Device) throws -> [[Double]] {
    let program = try Program(graph, threadCount: 2, device: device)
    return try program.run(
      zip(values, graph.parameterTypes).map { numbers, type in
        Tensor(
          storage: try Storage(byteCount: type.byteCount) { type.dtype.store(numbers, in: $0) }, shape: type.shape, dtype: type.dtype)
      }
    ).map { try $0.doubles() }
  }

  // MARK: Whole graphs

  /// On the reference executor, which adds up in one order, all bits are the same.
  @Test(arguments: 0..<60) func randomGraph(seed: Int) throws {
    let graph = RandomGraph(seed: seed, dtype: seed.isMultiple(of: 2) ? .float32 : .float64, large: false)
    let one = try Simplifier.simplify(outputs: graph.outputs, parameters: graph.parameters)
    var draw = Draw(seed &+ 5)
    let batched = Set(graph.parameters.indices.filter { _ in draw.chance(60) })
    let together = try Batching.batched(
      one, differences: GraphDifferences(between: Array(repeating: one, count: Self.runs)), parameters: batched)
    #expect(together.firstIllTyped() == nil)
    let values = graph.parameters.enumerated().map { place, parameter in
      (0..<(batched.contains(place) ? Self.runs : 1)).map { _ in (0..<parameter.elementCount).map { _ in draw.number() } }
    }
    let whole = try results(together, values.map { Array($0.joined()) }, on: .reference)
    for run in 0..<Self.runs {
      let alone = try results(one, values.map { $0[$0.count == 1 ? 0 : run] }, on: .reference)
      for (output, numbers) in alone.enumerated() {
        let part = Array(whole[output][(run * numbers.count)..<((run + 1) * numbers.count)])
        #expect(
          zip(part, numbers).allSatisfy { $0.bitPattern == $1.bitPattern || $0.isNaN && $1.isNaN }, "output \(output) of run \(run)")
      }
    }
  }

  // MARK: Differences

  private func refusal(_ graphs: [OperationGraph], _ parameters: Set<Int>) -> String? {
    do {
      _ = try Batching.batched(graphs[0], differences: GraphDifferences(between: graphs), parameters: parameters)
      return nil
    } catch { return "\(error)" }
  }

  @Test func whatCannotBePlayedAtOnceIsRefused() throws {
    let x = Tensor.placeholder([2, 3])
    func graph(_ y: Tensor, _ donations: [Int: Int] = [:]) throws -> OperationGraph {
      try Simplifier.simplify(outputs: [y], parameters: [x], donations: donations)
    }
    let (one, other) = try (graph(tanh(x)), graph(sin(x)))
    #expect(try #require(refusal([one, one, other], [])).hasPrefix("run 3 computes otherwise than run 1"))
    #expect(try #require(refusal([one, graph(tanh(tanh(x)))], [])).hasPrefix("run 2 computes otherwise than run 1"))
    #expect(try #require(refusal([graph(leakyReLU(x, slope: 0.1)), graph(leakyReLU(x, slope: 0.2))], [])).hasPrefix("run 2"))
    #expect(
      try refusal([graph(tanh(x), [0: 0])], [])
        == "output 0 has one value for each run and cannot be donated to parameter 0, which has one for all")
    let deep = x.reshaped([1, 1, 1, 1, 1, 1, 2, 3]) * 2
    #expect(
      try refusal([graph(deep), graph(deep)], [0])
        == "2 runs at once: [2, 1, 1, 1, 1, 1, 1, 2, 3] has 9 dimensions; tensors have at most 8; play fewer at a time, or one by one")
  }

  /// Five runs of a function at once and one after the other; returns which were traced.
  private func tracedRuns(_ function: @escaping (_ run: Int, _ root: Key, _ x: Tensor) -> Tensor) throws -> [Int] {
    let roots = (0..<5).map { Key(seed: UInt64(40 + $0)) }
    let x = Tensor([1, 2, 3])
    var traced: [Int] = []
    let together = try Program(roots: roots, parameters: [TensorType(x)], batched: []) { run, parameters in
      traced.append(run)
      return [function(run, roots[run], parameters[0])]
    }
    let actual = try together.run([x])[0].scalars()
    let expected = try roots.enumerated().flatMap { run, root in try compile { [function(run, root, $0[0])] }([x])[0].scalars() }
    #expect(actual == expected)
    return traced
  }

  @Test func keysThatFollowFromTheirRootsAreNotTraced() throws {
    let traced = try tracedRuns { _, root, x in
      x + randomUniform([3], key: root.derived("noise").derived(7)) * randomNormal([3], key: Key(seed: 1)) + randomUniform([3], key: root)
    }
    #expect(traced == [0, 4])
  }

  @Test func whatDoesNotFollowFromTheRootIsTraced() throws {
    let all = [0, 4, 1, 2, 3]
    #expect(try tracedRuns { run, _, x in x * Double(run + 2) } == all)
    #expect(try tracedRuns { run, _, x in x * Tensor([Float(run), 1, 2]) } == all)
    #expect(try tracedRuns { run, root, x in x + randomUniform([3], key: Key(value: root.value ^ 5)) } == all)
    let derivedBefore = (0..<5).map { Key(seed: UInt64(40 + $0)).derived("early") }
    #expect(try tracedRuns { run, _, x in x + randomUniform([3], key: derivedBefore[run]) } == all)
  }

  @Test func whatIsTheSameInAllRunsIsComputedOnce() throws {
    let (x, y) = (Tensor.placeholder([64, 64]), Tensor.placeholder([64]))
    let one = try Simplifier.simplify(outputs: [matmul(x, x).sum(axes: [1]) + y], parameters: [x, y])
    let together = try Batching.batched(one, differences: GraphDifferences(between: [one, one]), parameters: [1])
    let products = together.operations.filter { $0.primitive == .matmul }
    #expect(products.map(\.shape) == [[64, 64]])
  }
}
