import CAllocationCounter
import Testing

@testable import CPUExecutor
@testable import Graph
@testable import Tensors

/// Runs of programs: the same bytes whatever the number of threads, and no allocation.
@Suite(.serialized) struct ExecutionTests {
  private func bytes(_ program: Program) throws -> [[UInt8]] {
    try program.outputs.indices.map { try program.output($0).withBytes { Array($0) } }
  }

  private func elementwiseAndReductions(_ p: [Tensor]) -> [Tensor] {
    let (x, y) = (p[0], p[1])
    let z = tanh(x * y) + exp(-x) * randomNormal(x.shape, key: Key(seed: 3))
    return [
      z, z.sum(), z.sum(axes: [0]), z.sum(axes: [1]), z.maximum(axes: [0]), (z - z.mean(axes: [0])).transposed(),
      z.softmax(), square(z - y).mean(axes: [0, 1]), z.reversed(axes: [0]).gathered(Tensor(int32: [3, 1, 3]), axis: 1),
    ] + gradient(of: square(z).mean(), at: p)
  }

  @Test(arguments: [[7, 5], [300, 100], [20_000, 3], [3, 20_000]]) func threadCountsGiveTheSameBytes(dimensions: [Int]) throws {
    let shape = Shape(dimensions)
    let x = try randomNormal(shape, key: Key(seed: 1)).materialized()
    let y = try randomNormal([shape[1]], key: Key(seed: 2)).materialized()
    var results: [[[UInt8]]] = []
    for threads in [1, 2, 3, 1] {
      let program = try Program(
        parameters: [TensorType(x), TensorType(y)], threadCount: threads, tracing: elementwiseAndReductions)
      try program.write(x, to: 0)
      try program.write(y, to: 1)
      for _ in 0..<3 {
        try program.execute()
        results.append(try bytes(program))
      }
    }
    for result in results.dropFirst() { #expect(result == results[0]) }
  }

  private func network(_ p: [Tensor]) -> [Tensor] {
    let hidden = leakyReLU(matmul(p[0], p[1]) + p[2], slope: 0.2)
    let images = convolution(hidden.reshaped([16, 8, 8, 2]), p[3], padding: .same)
    let loss = softplus(-images.sum(axes: [1, 2, 3])).mean() + matmul(hidden, p[1].transposed()).variance()
    let gradients = gradient(of: loss, at: Array(p[1...3]))
    return [loss] + zip(p[1...3], gradients).map { $0 - 0.01 * $1 }
  }

  private func training(threads: Int) throws -> Program {
    let shapes: [Shape] = [[16, 100], [100, 128], [128], [3, 3, 2, 8]]
    let program = try Program(
      parameters: shapes.map { TensorType($0) }, donations: [1: 1, 2: 2, 3: 3], threadCount: threads, tracing: network)
    for (index, shape) in shapes.enumerated() {
      try program.write(randomNormal(shape, key: Key(seed: 8).derived(index)) * 0.1, to: index)
    }
    return program
  }

  @Test(arguments: [1, 2]) func repeatedRunsGiveTheSameBytes(threads: Int) throws {
    let (first, second) = (try training(threads: threads), try training(threads: threads))
    for _ in 0..<5 {
      try first.execute()
      try second.execute()
      #expect(try bytes(first) == bytes(second))
    }
    let loss = try first.output(0).item()
    for _ in 0..<20 { try first.execute() }
    #expect(try first.output(0).item() < loss)
  }

  private func drawn(threads: Int) throws -> Program {
    let program = try Program(
      parameters: [TensorType([40, 30]), TensorType([30])], threadCount: threads, tracing: elementwiseAndReductions)
    try program.execute()
    return program
  }

  @Test func executingAllocatesNothing() throws {
    let before = rival_thread_allocation_count()
    UnsafeMutableRawPointer.allocate(byteCount: 24, alignment: 8).deallocate()
    #expect(rival_thread_allocation_count() > before, "the counter does not stand in front of the allocator")
    let program = try drawn(threads: 1)
    let start = rival_thread_allocation_count()
    for _ in 0..<20 { try program.execute() }
    #expect(rival_thread_allocation_count() == start)
  }

  @Test func aTeamAllocatesNothing() throws {
    let program = try drawn(threads: 2)
    // Other suites allocate meanwhile, so one quiet run of many must do.
    var least = Int64.max
    for _ in 0..<5000 where least > 0 {
      let start = rival_allocation_count()
      try program.execute()
      least = min(least, rival_allocation_count() - start)
    }
    #expect(least == 0)
  }

  @Test func onlyOneDNNAllocatesInTraining() throws {
    // oneDNN 2.6 makes a small map of arguments for every primitive that it runs; nothing else allocates, and nothing grows.
    let program = try training(threads: 1)
    try program.execute()
    let start = rival_thread_allocation_count()
    try program.execute()
    let first = rival_thread_allocation_count() - start
    for _ in 0..<20 { try program.execute() }
    #expect(rival_thread_allocation_count() - start == 21 * first)
    #expect(first <= 16 * 10, "ten oneDNN primitives")
  }
}
