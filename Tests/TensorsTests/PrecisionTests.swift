import Testing

@testable import Graph
@testable import Tensors
@testable import XLAExecutor

/// Products whose operands are rounded.
@Suite struct PrecisionTests {
  @Test func numbersAreRoundedToTheNearestAndHalfToEven() {
    #expect(Precision.float32.rounded(1.1) == 1.1)
    // Eight significant bits: the step above 1 is 2⁻⁷.
    #expect(Precision.bfloat16.rounded(1 + 0x1p-8) == 1)
    #expect(Precision.bfloat16.rounded(1 + 3 * 0x1p-8) == 1 + 0x1p-6)
    #expect(Precision.bfloat16.rounded(-(1 + 0x1p-8 + 0x1p-20)) == -(1 + 0x1p-7))
    // Eleven: 2⁻¹⁰.
    #expect(Precision.tf32.rounded(1 + 0x1p-11) == 1)
    #expect(Precision.tf32.rounded(1 + 3 * 0x1p-11) == 1 + 0x1p-9)
    #expect(Precision.bfloat16.rounded(.greatestFiniteMagnitude) == .infinity)
    #expect(Precision.bfloat16.rounded(.nan).isNaN && Precision.tf32.rounded(-.infinity) == -.infinity)
  }

  @Test func precisionsAreNamed() throws {
    #expect(try Precision.named("bfloat16") == .bfloat16)
    #expect(throws: TensorError("there is no precision 'int8'; there are: float32, tf32, bfloat16")) { try Precision.named("int8") }
    #expect { try Precision.named("float16") } throws: { "\($0)".contains("use bfloat16, which has the range of float32") }
  }

  @Test(arguments: Precision.allCases) func theReferenceRoundsOperandsAlone(precision: Precision) throws {
    let (a, b): ([Float], [Float]) = ([1.2345678, -3.1415927, 0.001], [2.7182818, 0.5772157, 1e5])
    let program = try Program(
      parameters: [TensorType([1, 3]), TensorType([3, 1])], device: .reference.computing(in: precision)
    ) { [matmul($0[0], $0[1]), $0[0] * $0[0], matmul($0[0].converted(to: .float64), $0[1].converted(to: .float64))] }
    let results = try program.run([Tensor(a, shape: [1, 3]), Tensor(b, shape: [3, 1])])
    let sum = zip(a, b).reduce(0.0) { $0 + Double(precision.rounded($1.0)) * Double(precision.rounded($1.1)) }
    #expect(try results[0].doubles() == [Double(Float(sum))])
    #expect(try results[1].scalars() == a.map { $0 * $0 })
    // Products of float64 are never rounded.
    #expect(try abs(results[2].item() - zip(a, b).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }) < 1e-12)
  }

  @Test func theProcessorRefuses() {
    #expect(
      throws: TensorError("the processor multiplies in float32, not in bfloat16; leave the precision away, or use another device")
    ) { try Program(parameters: [], device: .cpu.computing(in: .bfloat16)) { _ in [Tensor([1])] } }
  }

  @Test(.enabled(if: xlaIsThere, noXLA)) func xlaMultipliesWhatTheReferenceDoes() throws {
    var draw = Draw(3)
    func numbers(_ shape: Shape) -> Tensor { Tensor((0..<shape.elementCount).map { _ in Float(draw.number()) }, shape: shape) }
    let inputs = [numbers([5, 7]), numbers([7, 3]), numbers([2, 6, 6, 3]), numbers([3, 3, 3, 4])]
    func results(_ device: Device) throws -> [[Double]] {
      let program = try Program(parameters: inputs.map(TensorType.init), device: device.computing(in: .bfloat16)) { x in
        let y = convolution(x[2], x[3], stride: (2, 2), padding: .same)
        return [matmul(x[0], x[1]), y] + gradient(of: y.sum(), at: [x[2], x[3]])
      }
      return try program.run(inputs).map { try $0.doubles() }
    }
    let (expected, actual) = (try results(.reference), try results(xlaDevice))
    for (index, (left, right)) in zip(expected, actual).enumerated() {
      let scale = left.reduce(1) { max($0, abs($1)) }
      // Sums of matrix products are float32; those of convolutions are rounded.
      let bound = scale * (index == 0 ? 1e-6 : 0x1p-8)
      #expect(left.count == right.count && zip(left, right).allSatisfy { abs($0 - $1) <= bound }, "\(index): \(right), not \(left)")
    }
  }
}
