import Testing

@testable import CPUExecutor
@testable import Graph
@testable import Tensors

/// Compiled programs against plain loops, on random graphs.
@Suite(.serialized) struct RandomGraphTests {
  /// Runs graph `seed` twice, with donations, and returns how many elements were compared and how many had no useful bound.
  private func check(seed: Int, dtype: DType, large: Bool, on device: Device) throws -> (compared: Int, unbounded: Int) {
    let graph = RandomGraph(seed: seed, dtype: dtype, large: large)
    var draw = Draw(seed &+ 1_000_003)
    // Some outputs take over a parameter's memory.
    var donations: [Int: Int] = [:]
    for (index, output) in graph.outputs.enumerated() where draw.chance(60) {
      let fitting = graph.parameters.indices.filter {
        TensorType(graph.parameters[$0]) == TensorType(output) && !donations.values.contains($0)
      }
      if !fitting.isEmpty { donations[index] = draw.pick(fitting) }
    }
    let program = try Program(
      outputs: graph.outputs, parameters: graph.parameters, donations: donations, threadCount: 1 + draw.below(3),
      device: device)
    for (index, parameter) in graph.parameters.enumerated() {
      let values = (0..<parameter.elementCount).map { _ in draw.number() }
      let value =
        dtype == .float32
        ? Tensor(values.map(Float.init), shape: parameter.shape) : Tensor(float64: values, shape: parameter.shape)
      try program.write(value, to: index)
    }
    var counts = (compared: 0, unbounded: 0)
    for run in 0..<2 {
      let before = try graph.parameters.indices.map { try program.parameter($0).doubles() }
      var reference = ReferenceInterpreter(parameters: Array(zip(graph.parameters, before)))
      try program.execute()
      for (index, output) in graph.outputs.enumerated() {
        let expected = reference.value(of: output)
        let actual = try program.output(index).doubles()
        try #require(expected.values.count == actual.count)
        for element in actual.indices {
          let (want, bound, have) = (expected.values[element], expected.errors[element], actual[element])
          // No useful bound, or beyond the range of float32.
          if !(bound <= 0.25 * (1 + abs(want))) || abs(want) > 1e30 {
            counts.unbounded += 1
            continue
          }
          counts.compared += 1
          let fits = want.isNaN ? have.isNaN : want == have || abs(want - have) <= bound
          if !fits {
            Issue.record(
              "\(device): graph \(seed) \(dtype) large \(large), run \(run), output \(index) of \(output.node.primitive.kind) \(output.shape), element \(element): \(have), not \(want) ± \(bound)"
            )
            return counts
          }
        }
      }
      for (index, parameter) in graph.parameters.indices.enumerated() {
        let after = try program.parameter(parameter).doubles()
        if let output = donations.first(where: { $0.value == index })?.key {
          #expect(
            try program.output(output).doubles().map(\.bitPattern) == after.map(\.bitPattern), "graph \(seed): donated parameter \(index)")
        } else {
          #expect(before[index].map(\.bitPattern) == after.map(\.bitPattern), "graph \(seed): parameter \(index) was overwritten")
        }
      }
    }
    return counts
  }

  @Test(arguments: [DType.float32, .float64], Device.builtIn) func smallGraphs(dtype: DType, device: Device) throws {
    var total = (compared: 0, unbounded: 0)
    for seed in 0..<250 {
      let counts = try check(seed: seed, dtype: dtype, large: false, on: device)
      total = (total.compared + counts.compared, total.unbounded + counts.unbounded)
    }
    #expect(total.compared > 90_000)
    #expect(total.unbounded * 20 < total.compared)
  }

  // Each graph is a compilation of a tenth of a second.
  @Test(.enabled(if: xlaIsThere, noXLA), arguments: [DType.float32, .float64]) func graphsOnXLA(dtype: DType) throws {
    var total = (compared: 0, unbounded: 0)
    for seed in 0..<60 {
      let counts = try check(seed: seed, dtype: dtype, large: seed.isMultiple(of: 10), on: xlaDevice)
      total = (total.compared + counts.compared, total.unbounded + counts.unbounded)
    }
    #expect(total.compared > 20_000)
    #expect(total.unbounded * 20 < total.compared)
  }

  @Test(arguments: [DType.float32, .float64], Device.builtIn) func graphsOfSeveralTiles(dtype: DType, device: Device) throws {
    var total = (compared: 0, unbounded: 0)
    for seed in 0..<25 {
      let counts = try check(seed: 5000 + seed, dtype: dtype, large: true, on: device)
      total = (total.compared + counts.compared, total.unbounded + counts.unbounded)
    }
    #expect(total.compared > 100_000)
    #expect(total.unbounded * 20 < total.compared)
  }
}
