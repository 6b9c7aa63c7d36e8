import CKernels
import Testing

/// Access patterns and reductions of fused kernels against naive loops, bit for bit over thread counts.
@Suite struct KernelPatternTests {
  static let teams = [1, 2, 3, 7]

  struct Pattern: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let dims: [Int]
    let strides: [Int]
  }

  static let patterns = [
    Pattern(testDescription: "contiguous", dims: [70, 33], strides: [33, 1]),
    Pattern(testDescription: "scalar", dims: [3000], strides: [0]),
    Pattern(testDescription: "channels 3", dims: [1000, 3], strides: [0, 1]),
    Pattern(testDescription: "channels 100", dims: [77, 100], strides: [0, 1]),
    Pattern(testDescription: "channels 128", dims: [256, 128], strides: [0, 1]),
    Pattern(testDescription: "long period", dims: [3, 2500], strides: [0, 1]),
    Pattern(testDescription: "periodic, inner broadcast", dims: [40, 16, 5], strides: [0, 1, 0]),
    Pattern(testDescription: "scalar a row", dims: [600, 2], strides: [1, 0]),
    Pattern(testDescription: "scalar a long row", dims: [9, 700], strides: [1, 0]),
    Pattern(testDescription: "transposed", dims: [50, 60], strides: [1, 50]),
    Pattern(testDescription: "permuted", dims: [6, 7, 8, 9], strides: [1, 54, 6 * 7 * 9, 6]),
    Pattern(testDescription: "padded rows", dims: [40, 40], strides: [45, 1]),
    Pattern(testDescription: "every third", dims: [2000], strides: [3]),
    Pattern(testDescription: "ones", dims: [1, 1], strides: [5, 5]),
  ]

  static func offsets(_ pattern: Pattern) -> [Int] {
    let count = pattern.dims.reduce(1, *)
    return (0..<count).map { flat in
      var (rest, offset) = (flat, 0)
      for axis in pattern.dims.indices.reversed() {
        offset += rest % pattern.dims[axis] * pattern.strides[axis]
        rest /= pattern.dims[axis]
      }
      return offset
    }
  }

  @Test(arguments: patterns) func loadsFollowTheirStrides(_ pattern: Pattern) {
    let offsets = Self.offsets(pattern)
    let extent = (offsets.max() ?? 0) + 1
    let floats = KernelBuffer(exactValues(extent))
    let doubles = KernelBuffer(exactValues(extent, seed: 2).map(Double.init))
    let bools = KernelBuffer(exactValues(extent, seed: 3).map { $0 > 0 ? UInt8(1) : 0 })
    let sum = KernelBuffer<Double>(repeating: 0, count: offsets.count)
    let flags = KernelBuffer<UInt8>(repeating: 7, count: offsets.count)
    let kernel = PreparedKernel(
      dims: pattern.dims, registers: 4,
      loads: [
        kernelLoad(floats, pattern.strides, register: 0),
        kernelLoad(doubles, pattern.strides, dtype: RIVAL_FLOAT64, register: 1),
        kernelLoad(bools, pattern.strides, dtype: RIVAL_BOOL, register: 2),
      ],
      steps: [
        kernelStep(RIVAL_CONVERT, dtype: RIVAL_FLOAT64, to: 3, 0),
        kernelStep(RIVAL_ADD, dtype: RIVAL_FLOAT64, to: 3, 3, 1),
      ],
      stores: [
        kernelStore(sum, dtype: RIVAL_FLOAT64, register: 3), kernelStore(flags, dtype: RIVAL_BOOL, register: 2),
      ])
    let expected = offsets.map { Double(floats.values[$0]) + doubles.values[$0] }
    let expectedFlags = offsets.map { bools.values[$0] }
    for threads in Self.teams {
      kernel.run(threads: threads)
      #expect(sum.values == expected)
      #expect(flags.values == expectedFlags)
    }
  }

  @Test(arguments: [
    [1, 40_000, 1], [1, 300, 128], [1, 1000, 3], [1, 20, 3000], [256, 128, 1], [500, 2, 1], [7, 3000, 1], [40, 5, 6],
    [6, 50, 64], [3, 4, 2000], [1, 1, 50], [5, 1, 1], [1, 70_000, 2],
  ])
  func reductionsMatchNaiveLoops(_ shape: [Int]) {
    let (outer, reduced, inner) = (shape[0], shape[1], shape[2])
    let count = outer * reduced * inner
    let values = exactValues(count)
    let source = KernelBuffer(values)
    let sums = KernelBuffer<Float>(repeating: 0, count: outer * inner)
    let largest = KernelBuffer<Double>(repeating: 0, count: outer * inner)
    let smallest = KernelBuffer<Int32>(repeating: 0, count: outer * inner)
    let negated = KernelBuffer<Float>(repeating: 0, count: count)
    let kernel = PreparedKernel(
      dims: shape, registers: 4, loads: [kernelLoad(source, [reduced * inner, inner, 1], register: 0)],
      steps: [
        kernelStep(RIVAL_CONVERT, dtype: RIVAL_FLOAT64, to: 1, 0),
        kernelStep(RIVAL_CONVERT, dtype: RIVAL_INT32, to: 2, 0),
        kernelStep(RIVAL_NEGATE, to: 3, 0),
      ],
      stores: [kernelStore(negated, register: 3)],
      reductions: [
        kernelReduction(sums, RIVAL_REDUCE_SUM, register: 0),
        kernelReduction(largest, RIVAL_REDUCE_MAX, dtype: RIVAL_FLOAT64, register: 1),
        kernelReduction(smallest, RIVAL_REDUCE_MIN, dtype: RIVAL_INT32, register: 2),
      ], shape: (outer, reduced, inner))
    var first: [Float]?
    for threads in Self.teams {
      kernel.run(threads: threads)
      for (index, sum) in sums.values.enumerated() {
        let (o, i) = (index / inner, index % inner)
        let group = (0..<reduced).map { values[(o * reduced + $0) * inner + i] }
        let truth = group.reduce(0) { $0 + Double($1) }
        let magnitude = group.reduce(0) { $0 + abs(Double($1)) }
        #expect(abs(Double(sum) - truth) <= 1e-6 * magnitude)
        #expect(largest.values[index] == group.map(Double.init).max())
        #expect(smallest.values[index] == group.map { Int32($0) }.min())
      }
      #expect(negated.values == values.map { -$0 })
      #expect(first == nil || first?.map(\.bitPattern) == sums.values.map(\.bitPattern))
      first = sums.values
    }
  }

  @Test func extremaPropagateNaNAndEmptySumsAreZero() {
    var values = exactValues(5000)
    values[4321] = .nan
    let source = KernelBuffer(values)
    let extrema = [KernelBuffer<Float>(repeating: 0, count: 1), KernelBuffer<Float>(repeating: 0, count: 1)]
    PreparedKernel(
      dims: [5000], registers: 1, loads: [kernelLoad(source, [1], register: 0)],
      reductions: [
        kernelReduction(extrema[0], RIVAL_REDUCE_MAX, register: 0),
        kernelReduction(extrema[1], RIVAL_REDUCE_MIN, register: 0),
      ], shape: (1, 5000, 1)
    ).run(threads: 2)
    #expect(extrema.allSatisfy { $0.values[0].isNaN })
    let empty = KernelBuffer<Float>([5, 5, 5])
    PreparedKernel(
      dims: [0, 3], registers: 1, loads: [kernelLoad(source, [3, 1], register: 0)],
      reductions: [kernelReduction(empty, RIVAL_REDUCE_SUM, register: 0)], shape: (1, 0, 3)
    ).run()
    #expect(empty.values == [0, 0, 0])
  }

  @Test func resultsMayOverwriteTheirOperands() {
    let values = exactValues(2500)
    let state = KernelBuffer(values)
    let previous = KernelBuffer<Float>(repeating: 0, count: 2500)
    let total = KernelBuffer<Float>(repeating: 0, count: 1)
    let twice = KernelBuffer<Float>(repeating: 0, count: 2500)
    PreparedKernel(
      dims: [2500], registers: 3, loads: [kernelLoad(state, [1], register: 0)],
      steps: [kernelStep(RIVAL_NEGATE, to: 1, 0), kernelStep(RIVAL_ADD, to: 2, 0, 0)],
      stores: [kernelStore(state, register: 1), kernelStore(previous, register: 0), kernelStore(twice, register: 2)],
      reductions: [kernelReduction(total, RIVAL_REDUCE_SUM, register: 0)], shape: (1, 2500, 1)
    ).run(threads: 2)
    #expect(state.values == values.map { -$0 })
    #expect(previous.values == values)
    #expect(twice.values == values.map { 2 * $0 })
    #expect(abs(Double(total.values[0]) - values.reduce(0) { $0 + Double($1) }) < 1e-2)
  }
}
