import CKernels
import Foundation
import Testing

@testable import Tensors

/// The program's own thread count decides its bytes: not the setting of the thread that makes it or runs it, not how many threads help.
@Suite("Thread counts", .serialized)
struct ThreadCountTests {
  private static let shapes: [Shape] = [
    [12, 40], [40, 768], [3, 3, 3, 24], [4, 4, 24, 40], [3, 3, 24, 32], [8, 8, 32, 5], [4, 4, 2, 24], [13, 16, 16, 3],
  ]

  /// Products in both precisions, and the convolution trio in all its ways, with sums over images.
  private func network(_ p: [Tensor]) -> [Tensor] {
    let images = matmul(p[0], p[1]).reshaped([12, 16, 16, 3])
    let first = leakyReLU(convolution(images, p[2], padding: .same), slope: 0.2)
    let second = tanh(convolution(first, p[3], stride: (2, 2), padding: .same))
    let third = convolution(first, p[4], stride: (2, 2), padding: .same)
    let last = convolution(third, p[5], padding: .valid)
    let odd = convolution(p[7], p[2], stride: (3, 3), padding: .same)
    let wide = matmul(p[0].transposed().converted(to: .float64), p[0].converted(to: .float64))
    let loss = square(second).mean() + square(last).mean() + square(odd).mean() + square(wide).mean().converted(to: .float32)
    return [loss, wide, last] + gradient(of: loss, at: [p[0], p[1], p[2], p[3], p[4], p[5], p[7]])
  }

  private func program(threads: Int) throws -> Program {
    let program = try Program(parameters: Self.shapes.map { TensorType($0) }, threadCount: threads, tracing: network)
    for (index, shape) in Self.shapes.enumerated() {
      try program.write(randomNormal(shape, key: Key(seed: 5).derived(index)) * 0.1, to: index)
    }
    return program
  }

  private func bytes(of program: Program) throws -> [[UInt8]] {
    try program.execute()
    return try program.outputs.indices.map { try program.output($0).withBytes { Array($0) } }
  }

  @Test("Bytes depend on the program's count, not on the pool's size", arguments: [1, 2, 3])
  func poolSizes(threads: Int) throws {
    var results: [[[UInt8]]] = []
    for pool in [1, 2, 4] {
      try CPU.withThreadCount(pool) {
        #expect(CPU.threadCount == pool)
        let program = try program(threads: threads)
        for other in [pool, 1, 4] { try results.append(CPU.withThreadCount(other) { try bytes(of: program) }) }
        #expect(CPU.threadCount == pool, "running a program leaves the setting as it was")
      }
    }
    for result in results.dropFirst() { #expect(result == results[0]) }
  }

  /// A kernel of 2 MB, whose gradient two and four threads divide by its output channels, and three by images.
  private func largeKernel(threads: Int, pool: Int) throws -> [Float] {
    let images = randomNormal([6, 8, 8, 128], key: Key(seed: 7))
    let weights = randomNormal([6, 4, 4, 256], key: Key(seed: 8))
    return try CPU.withThreadCount(pool) {
      let program = try Program(parameters: [TensorType([4, 4, 128, 256])], threadCount: threads, device: .cpu) { p in
        [gradient(of: (convolution(images, p[0], stride: (2, 2), padding: .same) * weights).sum(), at: p[0])]
      }
      try program.write(randomNormal([4, 4, 128, 256], key: Key(seed: 9)), to: 0)
      try program.execute()
      return try program.output(0).scalars()
    }
  }

  @Test("A large kernel's gradient is right however it is divided", arguments: [2, 3, 4])
  func largeKernels(threads: Int) throws {
    let one = try largeKernel(threads: 1, pool: 1)
    let many = try largeKernel(threads: threads, pool: 2)
    #expect(try largeKernel(threads: threads, pool: 1) == many)
    let size = one.map(abs).max() ?? 0
    #expect(size > 10)
    #expect(zip(one, many).allSatisfy { abs($0 - $1) < 1e-5 * size })
    // One element by its definition: the sum over images and places of an input times an output's gradient.
    let images = try randomNormal([6, 8, 8, 128], key: Key(seed: 7)).scalars()
    let weights = try randomNormal([6, 4, 4, 256], key: Key(seed: 8)).scalars()
    for (y, x, c, o) in [(0, 0, 0, 0), (1, 2, 5, 130), (3, 3, 127, 255), (2, 0, 64, 127), (2, 1, 9, 64)] {
      var sum = 0.0
      for n in 0..<6 {
        for i in 0..<4 {
          for j in 0..<4 {
            let (row, column) = (2 * i + y - 1, 2 * j + x - 1)
            guard (0..<8).contains(row), (0..<8).contains(column) else { continue }
            sum += Double(images[((n * 8 + row) * 8 + column) * 128 + c]) * Double(weights[((n * 4 + i) * 4 + j) * 256 + o])
          }
        }
      }
      #expect(abs(Double(many[((y * 4 + x) * 128 + c) * 256 + o]) - sum) < 1e-4, "kernel[\(y), \(x), \(c), \(o)]")
    }
  }

  @Test("Bytes do not depend on how many threads help", arguments: [2, 3, 16])
  func helpers(threads: Int) throws {
    let program = try program(threads: threads)
    let expected = try bytes(of: program)
    // Programs that run at once share the helpers: most of these runs do all their shares alone.
    let programs = try (0..<4).map { _ in Box(value: try self.program(threads: threads)) }
    let wrong = Counter()
    DispatchQueue.concurrentPerform(iterations: programs.count) { index in
      for _ in 0..<8 where (try? bytes(of: programs[index].value)) != expected { wrong.add() }
    }
    #expect(wrong.value == 0)
  }

  @Test("A program without a count has that of the thread that makes it")
  func inherited() throws {
    let counts = try [1, 3].map { count in
      try CPU.withThreadCount(count) { try Program(parameters: [TensorType([2])]) { [$0[0] + 1] }.threadCount }
    }
    #expect(counts == [1, 3])
    #expect(CPU.withThreadCount(nil) { CPU.threadCount } == CPU.threadCount)
  }

  /// A value that only one thread uses at a time.
  private struct Box: @unchecked Sendable { let value: Program }

  private final class Counter: @unchecked Sendable {
    private let lock = NSLock()
    private var count = 0
    var value: Int { lock.withLock { count } }
    func add() { lock.withLock { count += 1 } }
  }
}
