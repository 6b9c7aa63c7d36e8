import CKernels
import Foundation
import Testing

/// The tile machine: operations against libm, access patterns and reductions against naive loops.
@Suite struct KernelTests {
  /// Float32 values spread over all exponents, both signs, and the special ones.
  static let everyMagnitude: [Float] = {
    let spread = stride(from: UInt32(0), to: UInt32.max - 70_000, by: 69_997).map { Float(bitPattern: $0) }
    let special: [Float] = [0, -0.0, .infinity, -.infinity, .nan, 1, -1, 88.8, -88.8, -104, .leastNonzeroMagnitude]
    return special + spread + (0..<20_000).map { Float($0 - 10_000) * 0.01 }
  }()

  static func unary(_ operation: Int, _ input: [Float], immediate: Double = 0) -> [Float] {
    let source = KernelBuffer(input)
    let result = KernelBuffer<Float>(repeating: 7, count: input.count)
    PreparedKernel(
      dims: [input.count], registers: 2, loads: [kernelLoad(source, [1], register: 0)],
      steps: [kernelStep(operation, to: 1, 0, immediate: immediate)], stores: [kernelStore(result, register: 1)]
    ).run()
    return result.values
  }

  static func binary<T: BitwiseCopyable>(_ operation: Int, _ dtype: Int, _ a: [T], _ b: [T]) -> [T] {
    let (left, right) = (KernelBuffer(a), KernelBuffer(b))
    let result = KernelBuffer<T>(a)
    PreparedKernel(
      dims: [a.count], registers: 3,
      loads: [kernelLoad(left, [1], dtype: dtype, register: 0), kernelLoad(right, [1], dtype: dtype, register: 1)],
      steps: [kernelStep(operation, dtype: dtype, to: 2, 0, 1)],
      stores: [kernelStore(result, dtype: dtype, register: 2)]
    ).run()
    return result.values
  }

  struct Function: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let operation: Int
    let bound: Double
    var limit = Float.infinity
    let truth: @Sendable (Double) -> Double
  }

  static let functions = [
    Function(testDescription: "exp", operation: RIVAL_EXPONENTIAL, bound: 1.5) { exp($0) },
    Function(testDescription: "log", operation: RIVAL_LOGARITHM, bound: 1.5) { log($0) },
    Function(testDescription: "log1p", operation: RIVAL_LOG1P, bound: 2) { log1p($0) },
    Function(testDescription: "expm1", operation: RIVAL_EXPM1, bound: 2) { expm1($0) },
    Function(testDescription: "sqrt", operation: RIVAL_SQUARE_ROOT, bound: 0.5) { $0.squareRoot() },
    Function(testDescription: "rsqrt", operation: RIVAL_RECIPROCAL_SQUARE_ROOT, bound: 1.5) { 1 / $0.squareRoot() },
    Function(testDescription: "tanh", operation: RIVAL_TANH, bound: 3) { tanh($0) },
    Function(testDescription: "sigmoid", operation: RIVAL_SIGMOID, bound: 3) {
      $0 >= 0 ? 1 / (1 + exp(-$0)) : exp($0) / (1 + exp($0))
    },
    Function(testDescription: "sin", operation: RIVAL_SINE, bound: 2) { sin($0) },
    Function(testDescription: "cos", operation: RIVAL_COSINE, bound: 2) { cos($0) },
    Function(testDescription: "erf", operation: RIVAL_ERROR_FUNCTION, bound: 2) { erf($0) },
    Function(testDescription: "softplus", operation: RIVAL_SOFTPLUS, bound: 2) { max($0, 0) + log1p(exp(-abs($0))) },
    Function(testDescription: "floor", operation: RIVAL_FLOOR, bound: 0) { $0.rounded(.down) },
    Function(testDescription: "absolute", operation: RIVAL_ABSOLUTE, bound: 0) { abs($0) },
  ]

  @Test(arguments: functions) func functionAgreesWithTheTruth(_ function: Function) {
    defer { _ = rival_set_vector_unit(nil) }
    for unit in vectorUnits {
      #expect(rival_set_vector_unit(unit) == 0)
      let results = Self.unary(function.operation, Self.everyMagnitude)
      var worst = (ulps: 0.0, at: Float(0))
      for (x, y) in zip(Self.everyMagnitude, results) {
        let truth = x.isNaN ? Double.nan : function.truth(Double(x))
        let error = unitsInLastPlace(y, truth)
        if error > worst.ulps { worst = (error, x) }
      }
      #expect(worst.ulps <= function.bound, "\(function.testDescription) on \(unit) at \(worst.at)")
    }
  }

  @Test func arithmeticFollowsIEEE754() {
    let a: [Float] = [1.5, .nan, 2, -.infinity, 0, 5.5, -7, 3]
    let b: [Float] = [2, 1, .nan, 3, 0, -2, 2, 0]
    func same(_ x: [Float], _ y: [Float]) -> Bool { zip(x, y).allSatisfy { ($0.isNaN && $1.isNaN) || $0 == $1 } }
    func check(_ operation: Int, _ function: (Float, Float) -> Float) {
      #expect(same(Self.binary(operation, RIVAL_FLOAT32, a, b), zip(a, b).map(function)))
      let wide = Self.binary(operation, RIVAL_FLOAT64, a.map(Double.init), b.map(Double.init)).map { Float($0) }
      #expect(same(wide, zip(a, b).map(function)))
    }
    check(RIVAL_ADD, +)
    check(RIVAL_SUBTRACT, -)
    check(RIVAL_MULTIPLY, *)
    check(RIVAL_DIVIDE, /)
    check(RIVAL_MAXIMUM) { $0.isNaN || $1.isNaN ? .nan : max($0, $1) }
    check(RIVAL_MINIMUM) { $0.isNaN || $1.isNaN ? .nan : min($0, $1) }
    check(RIVAL_REMAINDER) { fmodf($0, $1) }
    let powers = zip(Self.binary(RIVAL_POWER, RIVAL_FLOAT32, a, b), zip(a, b).map { powf($0, $1) })
    for (value, truth) in powers { #expect(unitsInLastPlace(value, Double(truth)) <= 2) }
    let leaky = Self.unary(RIVAL_LEAKY_RELU, [-2, 0, 3, .nan], immediate: 0.25)
    #expect(Array(leaky[0..<3]) == [-0.5, 0, 3] && leaky[3].isNaN)
  }

  @Test func integersWrapAndNeverTrap() {
    let a: [Int32] = [.max, .min, 7, -7, 9, -1, .min, 5]
    let b: [Int32] = [1, -1, 0, 2, -4, 31, 32, 3]
    func check(_ operation: Int, _ function: (Int32, Int32) -> Int32) {
      #expect(Self.binary(operation, RIVAL_INT32, a, b) == zip(a, b).map(function))
    }
    check(RIVAL_ADD, &+)
    check(RIVAL_SUBTRACT, &-)
    check(RIVAL_MULTIPLY, &*)
    check(RIVAL_DIVIDE) { $1 == 0 ? 0 : $0.dividedReportingOverflow(by: $1).partialValue }
    check(RIVAL_REMAINDER) { $1 == 0 ? 0 : $0.remainderReportingOverflow(dividingBy: $1).partialValue }
    check(RIVAL_MAXIMUM, max)
    check(RIVAL_BIT_XOR, ^)
    check(RIVAL_SHIFT_LEFT) { (0..<32).contains($1) ? $0 << $1 : 0 }
    check(RIVAL_SHIFT_RIGHT_LOGICAL) { (0..<32).contains($1) ? Int32(bitPattern: UInt32(bitPattern: $0) >> $1) : 0 }
  }

  @Test func comparisonsConversionsAndSelection() {
    let a = KernelBuffer<Float>([1, 2, .nan, -3.7, 3e9, -3e9, .infinity, 0])
    let b = KernelBuffer<Float>([2, 2, 1, -4, 1, 1, .infinity, -0.0])
    let less = KernelBuffer<UInt8>(repeating: 9, count: 8)
    let differ = KernelBuffer<UInt8>(repeating: 9, count: 8)
    let whole = KernelBuffer<Int32>(repeating: 9, count: 8)
    let chosen = KernelBuffer<Double>(repeating: 9, count: 8)
    let finite = KernelBuffer<UInt8>(repeating: 9, count: 8)
    PreparedKernel(
      dims: [8], registers: 9,
      loads: [kernelLoad(a, [1], register: 0), kernelLoad(b, [1], register: 1)],
      steps: [
        kernelStep(RIVAL_LESS, to: 2, 0, 1), kernelStep(RIVAL_NOT_EQUAL, to: 3, 0, 1),
        kernelStep(RIVAL_CONVERT, dtype: RIVAL_INT32, to: 4, 0),
        kernelStep(RIVAL_CONVERT, dtype: RIVAL_FLOAT64, to: 5, 4, from: RIVAL_INT32),
        kernelStep(RIVAL_CONVERT, dtype: RIVAL_FLOAT64, to: 6, 2, from: RIVAL_BOOL),
        kernelStep(RIVAL_SELECT, dtype: RIVAL_FLOAT64, to: 7, 2, 5, 6), kernelStep(RIVAL_IS_FINITE, to: 8, 0),
      ],
      stores: [
        kernelStore(less, dtype: RIVAL_BOOL, register: 2), kernelStore(differ, dtype: RIVAL_BOOL, register: 3),
        kernelStore(whole, dtype: RIVAL_INT32, register: 4), kernelStore(chosen, dtype: RIVAL_FLOAT64, register: 7),
        kernelStore(finite, dtype: RIVAL_BOOL, register: 8),
      ]
    ).run()
    #expect(less.values == [1, 0, 0, 0, 0, 1, 0, 0])
    #expect(differ.values == [1, 0, 1, 1, 1, 1, 0, 0])
    #expect(whole.values == [1, 2, 0, -3, .max, .min, .max, 0])
    #expect(chosen.values == [1, 0, 0, 0, 0, Double(Int32.min), 0, 0])
    #expect(finite.values == [1, 1, 0, 1, 1, 1, 0, 1])
  }

  @Test func coordinatesAndRandomBitsFollowTheFlatIndex() {
    let coordinates = KernelBuffer<Int32>(repeating: -1, count: 5000)
    let bits = KernelBuffer<UInt32>(repeating: 0, count: 5000)
    let kernel = PreparedKernel(
      dims: [5000], registers: 2,
      steps: [
        kernelStep(RIVAL_IOTA, dtype: RIVAL_INT32, to: 0, p: 10, q: 7),
        kernelStep(RIVAL_RANDOM_BITS, dtype: RIVAL_INT32, to: 1, key: 0x1234_5678_9abc),
      ],
      stores: [
        kernelStore(coordinates, dtype: RIVAL_INT32, register: 0), kernelStore(bits, dtype: RIVAL_INT32, register: 1),
      ])
    kernel.run(threads: 3)
    var expected = [UInt32](repeating: 0, count: 5000)
    rival_philox_bits(0x1234_5678_9abc, 0, 0, 5000, &expected)
    #expect(coordinates.values == (0..<5000).map { Int32($0 / 10 % 7) })
    #expect(bits.values == expected)
  }
}
