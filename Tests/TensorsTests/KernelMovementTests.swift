import CKernels
import Foundation
import Testing

/// The instructions beside fused kernels: random words, copies, indexing, skinny products, reference convolutions, the team.
@Suite struct KernelMovementTests {
  static let teams = [1, 2, 3, 7]

  /// Known answers of Random123's `kat_vectors` for philox4x32 with 10 rounds: counter, key, result.
  static let knownAnswers: [[UInt32]] = [
    [0, 0, 0, 0, 0, 0, 0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8],
    [.max, .max, .max, .max, .max, .max, 0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd],
    [
      0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344, 0xa409_3822, 0x299f_31d0, 0xd16c_fe09, 0x94fd_cceb,
      0x5001_e420, 0x2412_6ea1,
    ],
  ]

  @Test(arguments: knownAnswers) func philoxGivesItsKnownAnswers(_ vector: [UInt32]) {
    var result = [UInt32](repeating: 0, count: 4)
    rival_philox4x32(Array(vector[0..<4]), Array(vector[4..<6]), &result)
    #expect(result == Array(vector[6...]))
  }

  @Test(arguments: [0, 1, 3, 61, 0x3_ffff_ffe5]) func streamsAreBlocksOfPhilox(_ first: UInt64) {
    let (key, step): (UInt64, UInt32) = (0x0123_4567_89ab_cdef, 42)
    var words = [UInt32](repeating: 0, count: 333)
    rival_philox_bits(key, step, first, 333, &words)
    for (index, word) in words.enumerated() {
      let element = first + UInt64(index)
      let block = element / 4
      var expected = [UInt32](repeating: 0, count: 4)
      rival_philox4x32(
        [UInt32(truncatingIfNeeded: block), UInt32(block >> 32), step, 0],
        [UInt32(truncatingIfNeeded: key), UInt32(key >> 32)], &expected)
      #expect(word == expected[Int(element % 4)])
    }
  }

  @Test(arguments: [
    [[90, 70], [1, 90]], [[90, 70], [70, 1]], [[5, 40, 33], [1, 5, 200]], [[4, 6, 8], [8, 0, 1]], [[7], [3]],
  ])
  func copiesFollowBothStrides(_ layout: [[Int]]) {
    let (dims, strides) = (layout[0], layout[1])
    let offsets = KernelPatternTests.offsets(.init(testDescription: "", dims: dims, strides: strides))
    let source = KernelBuffer(exactValues((offsets.max() ?? 0) + 1))
    let result = KernelBuffer<Float>(repeating: 0, count: offsets.count)
    var dense = [Int](repeating: 1, count: dims.count)
    for axis in dims.indices.dropLast().reversed() { dense[axis] = dense[axis + 1] * dims[axis + 1] }
    var copy = rival_copy()
    (copy.source, copy.destination) = (UnsafeRawPointer(source.pointer), UnsafeMutableRawPointer(result.pointer))
    (copy.element_bytes, copy.rank) = (4, Int32(dims.count))
    set(&copy.dims, dims)
    set(&copy.source_strides, strides)
    set(&copy.destination_strides, dense)
    for threads in Self.teams {
      result.pointer.update(repeating: 0, count: result.count)
      execute(rival_run_copy, copy, threads: threads)
      #expect(result.values == offsets.map { source.values[$0] })
    }
  }

  @Test func fillsRepeatTheirElement() {
    let result = KernelBuffer<Double>(repeating: 0, count: 9000)
    var fill = rival_fill()
    (fill.destination, fill.count, fill.element_bytes) = (UnsafeMutableRawPointer(result.pointer), 9000, 8)
    withUnsafeMutableBytes(of: &fill.value) { $0.storeBytes(of: 0.75, as: Double.self) }
    execute(rival_run_fill, fill, threads: 3)
    #expect(result.values.allSatisfy { $0 == 0.75 })
  }

  @Test(arguments: [1, 3, 20]) func scatterIsTheTransposeOfGather(_ inner: Int) {
    let (outer, size) = (3, 11)
    let indices: [Int32] = [3, 0, -5, 10, 3, 99, 7, 3, 1]
    let clamped = indices.map { min(max(Int($0), 0), size - 1) }
    let source = KernelBuffer(exactValues(outer * size * inner))
    let positions = KernelBuffer(indices)
    let taken = KernelBuffer<Float>(repeating: 0, count: outer * indices.count * inner)
    let sums = KernelBuffer<Float>(repeating: 5, count: outer * size * inner)
    var expected = [Float](repeating: 0, count: taken.count)
    var expectedSums = [Float](repeating: 0, count: sums.count)
    for o in 0..<outer {
      for (j, row) in clamped.enumerated() {
        for i in 0..<inner {
          let value = source.values[(o * size + row) * inner + i]
          expected[(o * indices.count + j) * inner + i] = value
          expectedSums[(o * size + row) * inner + i] += value
        }
      }
    }
    for threads in Self.teams {
      execute(
        rival_run_gather,
        rival_gather(
          source: source.pointer, indices: positions.pointer, result: taken.pointer, outer: Int64(outer),
          size: Int64(size), count: Int64(indices.count), inner: Int64(inner), element_bytes: 4, pad: 0),
        threads: threads)
      execute(
        rival_run_scatter,
        rival_scatter(
          source: taken.pointer, indices: positions.pointer, result: sums.pointer, outer: Int64(outer),
          size: Int64(size), count: Int64(indices.count), inner: Int64(inner), dtype: Int32(RIVAL_FLOAT32), pad: 0),
        threads: threads)
      #expect(taken.values == expected)
      #expect(sums.values == expectedSums)
    }
  }

  @Test(arguments: [
    [256, 128, 2], [256, 2, 128], [256, 1, 128], [2, 128, 256], [128, 2, 256], [128, 1, 256], [256, 128, 1],
    [33, 5, 700], [3, 70, 19], [1, 50, 1100], [60, 2, 2], [20, 30, 12], [17, 19, 8],
  ])
  func skinnyProductsMatchNaiveSums(_ shape: [Int]) {
    let (m, n, k) = (shape[0], shape[1], shape[2])
    let (a, b) = (KernelBuffer(exactValues(m * k)), KernelBuffer(exactValues(k * n, seed: 2)))
    let bias = KernelBuffer(exactValues(n, seed: 3))
    let c = KernelBuffer<Float>(repeating: 0, count: m * n)
    for variant in 0..<8 {
      let (aTransposed, bTransposed, activation) = (variant & 1 != 0, variant & 2 != 0, variant / 2)
      var product = rival_skinny_matmul()
      (product.a, product.b, product.c) = (UnsafePointer(a.pointer), UnsafePointer(b.pointer), c.pointer)
      product.bias = variant & 4 != 0 ? UnsafePointer(bias.pointer) : nil
      (product.m, product.n, product.k) = (Int64(m), Int64(n), Int64(k))
      (product.a_row, product.a_column) = aTransposed ? (1, Int64(m)) : (Int64(k), 1)
      (product.b_row, product.b_column) = bTransposed ? (1, Int64(k)) : (Int64(n), 1)
      (product.activation, product.alpha) = (Int32(activation), 0.25)
      var first: [UInt32]?
      for threads in Self.teams {
        execute(rival_run_skinny_matmul, product, threads: threads)
        let values = c.values
        #expect(first == nil || first == values.map(\.bitPattern))
        first = values.map(\.bitPattern)
      }
      var worst = 0.0
      for (index, value) in c.values.enumerated() {
        let (i, j) = (index / n, index % n)
        var (sum, magnitude) = (variant & 4 != 0 ? Double(bias.pointer[j]) : 0, 1.0)
        for l in 0..<k {
          let left = a.pointer[aTransposed ? l * m + i : i * k + l]
          let right = b.pointer[bTransposed ? j * k + l : l * n + j]
          sum += Double(left) * Double(right)
          magnitude += abs(Double(left) * Double(right))
        }
        let truth = [sum, sum > 0 ? sum : sum * 0.25, tanh(sum), 1 / (1 + exp(-sum))][activation]
        worst = max(worst, abs(Double(value) - truth) / magnitude)
      }
      #expect(worst <= 2e-6, "variant \(variant)")
    }
  }

  @Test(arguments: [[1, 1, 0, 3], [2, 1, 1, 20], [1, 2, 2, 4], [3, 2, 1, 17]])
  func convolutionsMatchNaiveSums(_ setting: [Int]) {
    let (stride, dilation, pad, outChannels) = (setting[0], setting[1], setting[2], setting[3])
    let (batch, height, width, channels, kernelSize) = (2, 7, 6, 3, 3)
    let extent = dilation * (kernelSize - 1) + 1
    let (outHeight, outWidth) = ((height + 2 * pad - extent) / stride + 1, (width + 2 * pad - extent) / stride + 1)
    let geometry = rival_convolution_geometry(
      batch: Int64(batch), height: Int64(height), width: Int64(width), channels: Int64(channels),
      kernel_height: Int64(kernelSize), kernel_width: Int64(kernelSize), out_channels: Int64(outChannels),
      out_height: Int64(outHeight), out_width: Int64(outWidth), stride_y: Int64(stride), stride_x: Int64(stride),
      dilation_y: Int64(dilation), dilation_x: Int64(dilation), pad_top: Int64(pad), pad_left: Int64(pad))
    let sizes = [
      batch * height * width * channels, kernelSize * kernelSize * channels * outChannels,
      batch * outHeight * outWidth * outChannels,
    ]
    let operands = sizes.enumerated().map { exactValues($1, seed: UInt32($0 + 1)).map(Double.init) }
    var expected = sizes.map { [Double](repeating: 0, count: $0) }
    for flat in 0..<sizes[2] {
      let (o, x, y) = (flat % outChannels, flat / outChannels % outWidth, flat / outChannels / outWidth % outHeight)
      let image = flat / outChannels / outWidth / outHeight
      for ky in 0..<kernelSize {
        for kx in 0..<kernelSize {
          let (iy, ix) = (y * stride - pad + ky * dilation, x * stride - pad + kx * dilation)
          guard (0..<height).contains(iy), (0..<width).contains(ix) else { continue }
          for c in 0..<channels {
            let input = ((image * height + iy) * width + ix) * channels + c
            let kernel = ((ky * kernelSize + kx) * channels + c) * outChannels + o
            expected[0][input] += operands[2][flat] * operands[1][kernel]
            expected[1][kernel] += operands[2][flat] * operands[0][input]
            expected[2][flat] += operands[0][input] * operands[1][kernel]
          }
        }
      }
    }
    func check<T: BinaryFloatingPoint & BitwiseCopyable>(_ type: T.Type, dtype: Int, tolerance: Double) {
      for (kind, target) in [
        (RIVAL_CONVOLUTION, 2), (RIVAL_CONVOLUTION_INPUT_GRADIENT, 0), (RIVAL_CONVOLUTION_KERNEL_GRADIENT, 1),
      ] {
        let buffers = operands.map { KernelBuffer($0.map { T($0) }) }
        var first: [T]?
        for threads in Self.teams {
          buffers[target].pointer.update(repeating: 99, count: buffers[target].count)
          let convolution = rival_convolution(
            geometry: geometry, kind: Int32(kind), dtype: Int32(dtype), input: buffers[0].pointer,
            kernel: buffers[1].pointer, output: buffers[2].pointer)
          execute(rival_run_convolution, convolution, threads: threads)
          let values = buffers[target].values
          #expect(first == nil || first == values)
          first = values
        }
        let worst = zip(buffers[target].values, expected[target]).map { abs(Double($0) - $1) }.max() ?? 0
        #expect(worst <= tolerance)
      }
    }
    check(Float.self, dtype: RIVAL_FLOAT32, tolerance: 1e-3)
    check(Double.self, dtype: RIVAL_FLOAT64, tolerance: 1e-10)
  }

  @Test func teamsMeetAtBarriers() {
    let values = exactValues(20_000)
    let (a, b) = (KernelBuffer(values), KernelBuffer<Float>(repeating: 0, count: 20_000))
    func reversal(_ from: KernelBuffer<Float>, _ to: KernelBuffer<Float>) -> PreparedKernel {
      PreparedKernel(
        dims: [200, 100], registers: 2, loads: [kernelLoad(from, [1, 200], register: 0)],
        steps: [kernelStep(RIVAL_NEGATE, to: 1, 0)], stores: [kernelStore(to, register: 1)])
    }
    func restore(_ from: KernelBuffer<Float>, _ to: KernelBuffer<Float>) -> PreparedKernel {
      PreparedKernel(
        dims: [100, 200], registers: 2, loads: [kernelLoad(from, [1, 100], register: 0)],
        steps: [kernelStep(RIVAL_NEGATE, to: 1, 0)], stores: [kernelStore(to, register: 1)])
    }
    let kernels = [reversal(a, b), restore(b, a)]
    var program: [rival_instruction] = []
    for _ in 0..<200 {
      for kernel in kernels {
        program.append(rival_instruction(run: rival_run_kernel, context: kernel.kernel, barrier_before: 1, pad: 0))
      }
    }
    rival_reserve_scratch(rival_kernel_scratch_bytes(kernels[0].kernel), 3)
    execute(program, threads: 3)
    #expect(a.values == values)
    #expect(rival_thread_count() >= 1)
    #expect(vectorUnits.contains(String(cString: rival_vector_unit())))
  }
}
