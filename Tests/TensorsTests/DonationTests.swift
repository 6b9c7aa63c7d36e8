import Testing

@testable import CPUExecutor
@testable import Graph
@testable import Tensors

/// Outputs that take over the memory of parameters: states that are updated in place, run after run.
@Suite struct DonationTests {
  private func program(
    _ parameters: [Tensor], _ donations: [Int: Int], threads: Int = 2, on device: Device = .cpu,
    _ function: ([Tensor]) throws -> [Tensor]
  ) throws -> Program {
    let program = try Program(
      parameters: parameters.map(TensorType.init), donations: donations, threadCount: threads, device: device, tracing: function)
    for (index, value) in parameters.enumerated() { try program.write(value, to: index) }
    return program
  }

  /// Runs a program three times and compares its states and outputs with the same function evaluated on copies.
  private func expectLikeCopies(
    _ parameters: [Tensor], _ donations: [Int: Int], sourceLocation: SourceLocation = #_sourceLocation,
    _ function: ([Tensor]) throws -> [Tensor]
  ) throws {
    for (device, threads) in [(Device.cpu, 1), (.cpu, 2), (.cpu, 3), (.reference, 1)] {
      let program = try program(parameters, donations, threads: threads, on: device, function)
      var states = parameters
      for _ in 0..<3 {
        try program.execute()
        let outputs = try function(states)
        try evaluate(outputs, on: device)
        for (index, output) in outputs.enumerated() {
          #expect(try program.output(index).doubles() == output.doubles(), sourceLocation: sourceLocation)
        }
        for (output, parameter) in donations { states[parameter] = try outputs[output].materialized() }
        for (index, state) in states.enumerated() {
          #expect(try program.parameter(index).doubles() == state.doubles(), sourceLocation: sourceLocation)
        }
      }
    }
  }

  private let x = Tensor((0..<3000).map { Float($0 % 97) * 0.03 - 1.4 }, shape: [50, 60])
  private let y = Tensor((0..<3000).map { Float($0 % 89) * 0.02 - 0.9 }, shape: [50, 60])
  private let square = Tensor((0..<1600).map { Float($0 % 61) * 0.01 - 0.3 }, shape: [40, 40])

  @Test func statesMoveOn() throws {
    let counter = try program([Tensor([0, 10])], [0: 0]) { [$0[0] + 1] }
    for _ in 0..<5 { try counter.execute() }
    #expect(try counter.parameter(0).scalars() == [5, 15])
    #expect(try counter.output(0).scalars() == [5, 15])
    try counter.write(Tensor([100, 0]), to: 0)
    try counter.execute()
    #expect(try counter.output(0).scalars() == [101, 1])
  }

  @Test func swappedStates() throws {
    try expectLikeCopies([x, y], [0: 0, 1: 1]) { [$0[1], $0[0]] }
    try expectLikeCopies([x, y], [0: 0, 1: 1]) { [$0[1] * 0.5, $0[0] + 1] }
    try expectLikeCopies([x, y, y * 2], [0: 0, 1: 1, 2: 2]) { [$0[1], $0[2], $0[0] + $0[1]] }
    try expectLikeCopies([square, square * 2], [0: 0, 1: 1]) { [$0[1].transposed(), $0[0].transposed()] }
  }

  @Test func oldValuesAsOutputs() throws {
    try expectLikeCopies([x], [0: 0]) { [$0[0] * 0.5, $0[0]] }
    try expectLikeCopies([x, y], [0: 0, 2: 1]) { [$0[0] + $0[1], $0[0], $0[1] * $0[0]] }
    try expectLikeCopies([x], [0: 0]) { [$0[0] * 0.5, $0[0].transposed()] }
    try expectLikeCopies([x], [0: 0]) { [$0[0] * 0.5, $0[0].sliced(axis: 0, 1..<3)] }
    try expectLikeCopies([x, y], [0: 0]) { [$0[1], $0[0]] }
  }

  @Test func oneValueForSeveralOutputs() throws {
    try expectLikeCopies([x, y], [0: 0, 1: 1]) { p in
      let next = tanh(p[0] + p[1])
      return [next, next, next]
    }
    try expectLikeCopies([x], [0: 0]) { p in
      let next = p[0] * 0.5
      return [next, next.reshaped([3000]), next.sliced(axis: 0, 0..<10), next.sum()]
    }
    try expectLikeCopies([x, y], [1: 0, 2: 1]) { [$0[0], $0[0], $0[0]] }
  }

  @Test func laterReadersOfTheOldValue() throws {
    // The update may not overwrite what a later instruction still reads.
    try expectLikeCopies([square], [0: 0]) { p in
      let next = p[0] * 0.9
      return [next, matmul(p[0], p[0]), matmul(next, p[0].transposed())]
    }
    try expectLikeCopies([square], [0: 0]) { [$0[0] - 0.1 * $0[0].transposed()] }
    try expectLikeCopies([square], [0: 0]) { [$0[0] - 0.1 * $0[0].reversed(axes: [0])] }
    try expectLikeCopies([square], [0: 0]) { [matmul($0[0], $0[0])] }
    try expectLikeCopies([square], [0: 0]) { [tanh(matmul(sin($0[0]), $0[0]) + $0[0])] }
    try expectLikeCopies([x], [0: 0]) { [$0[0] - $0[0].mean(axes: [0])] }
    try expectLikeCopies([x], [0: 0]) { [$0[0] - $0[0].sum() * 0.001, ($0[0] * 2).sum(axes: [1])] }
    try expectLikeCopies([x], [0: 0]) { [$0[0] * $0[0].sliced(axis: 0, 1..<2)] }
    try expectLikeCopies([x], [0: 0]) { [concatenated([$0[0].sliced(axis: 0, 25..<50), $0[0].sliced(axis: 0, 0..<25)])] }
    try expectLikeCopies([Tensor(0.5)], [0: 0]) { [$0[0] * 1.5, ($0[0] * Tensor.ones([300])).sum()] }
  }

  @Test func readsAndWritesOfOneKernel() throws {
    // Several states read and written by one kernel, its steps in every order.
    try expectLikeCopies([x, y], [0: 0, 1: 1]) { p in
      let a = p[0] * 0.9 + p[1]
      let b = p[1] * 0.5 - a
      return [a, b, (p[0] - p[1]).sum(axes: [1])]
    }
    try expectLikeCopies([x, y], [0: 1, 1: 0]) { p in
      let a = p[0] * 0.9 + p[1]
      return [a, p[0] - p[1] * a, (p[0] * p[1]).sum()]
    }
    // A parameter that is summed, and overwritten, in one kernel.
    try expectLikeCopies([x], [0: 0]) { [$0[0] * 0.5, $0[0].sum(axes: [1]), $0[0].maximum(axes: [1])] }
    try expectLikeCopies([x, y], [0: 0]) { [tanh($0[1]), $0[0].sum(axes: [0])] }
    try expectLikeCopies([Tensor(bool: (0..<700).map { $0 % 3 == 0 })], [0: 0]) { [!$0[0], $0[0].converted(to: .float32).sum()] }
    try expectLikeCopies([Tensor(int32: (0..<700).map { Int32($0) })], [0: 0]) { [$0[0] * Tensor(int32: [3]), $0[0].sum()] }
  }

  @Test func aParameterThatNothingReads() throws {
    try expectLikeCopies([x, y], [0: 1]) { [$0[0] * 2] }
    try expectLikeCopies([x], [0: 0]) { _ in [Tensor.ones([50, 60])] }
  }

  @Test func momentumOverManyRuns() throws {
    // w ← w − 0.1 m, m ← 0.5 m + w: a linear recurrence, in float64 exact enough to compare with its own loop.
    let step = try program([Tensor(float64: [1]), Tensor(float64: [0])], [0: 0, 1: 1]) { p in
      let m = 0.5 * p[1] + p[0]
      return [p[0] - 0.1 * m, m]
    }
    var (w, m) = (1.0, 0.0)
    for _ in 0..<100 {
      try step.execute()
      m = 0.5 * m + w
      w -= 0.1 * m
    }
    #expect(abs(try step.parameter(0).item() - w) < 1e-15)
    #expect(abs(try step.parameter(1).item() - m) < 1e-15)
  }
}
