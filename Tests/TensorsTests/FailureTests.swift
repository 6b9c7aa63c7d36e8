import Testing

@testable import CPUExecutor
@testable import Graph
@testable import Tensors

/// Wrong operations say what is wrong, and what to try.
@Suite struct FailureTests {
  private let x = Tensor([1, 2, 3])

  private func expect(
    _ tensor: Tensor, _ text: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(tensor.failure?.description == text, sourceLocation: sourceLocation)
    #expect(throws: TensorError(text), sourceLocation: sourceLocation) { try tensor.scalars() }
  }

  @Test func convolutionsThatReachFarBeyondTheirImages() {
    let images = Tensor.zeros([1, 8, 8, 1])
    func failure(kernel: Int = 3, stride: Int = 1, dilation: Int = 1) -> String? {
      convolution(images, .zeros([kernel, kernel, 1, 1]), stride: (stride, stride), padding: .same, dilation: (dilation, dilation))
        .failure?.description
    }
    #expect(failure() == nil && failure(stride: 64) == nil && failure(dilation: 64) == nil && failure(kernel: 129) == nil)
    #expect(
      failure(dilation: 65)?.hasPrefix("convolution: steps of 1 and 65 and 65 zeros are too many for images of 8×8; each may be 64") == true
    )
    #expect(failure(stride: 65)?.contains("steps of 65") == true && failure(kernel: 131)?.contains("65 and 65 zeros") == true)
    #expect(failure(dilation: 1 << 31) != nil && failure(stride: 1 << 31) != nil)
    let enlarged = transposedConvolution(images, .zeros([400, 400, 1, 1]), stride: (2, 2), padding: .same)
    #expect(enlarged.failure?.description.hasPrefix("transposedConvolution: steps of 2 and 199 and 199 zeros") == true)
  }

  @Test func messages() {
    expect(
      x + Tensor([1, 2]),
      "add: shapes [3] and [2] do not broadcast: from the last dimension backwards, sizes must be equal or 1")
    expect(x * Tensor(int32: [1, 2, 3]), "multiply: operands are float32 and int32; convert one with converted(to:)")
    expect(
      matmul(x, x),
      "matmul: [3] times [3] needs two dimensions each, and the last of the left equal to the last but one of the right")
    expect(x.reshaped([2, 2]), "reshaped: [3] has 3 elements, which do not fill [2, 2]")
    expect(x.sum(axes: [1]), "sum: [3] has no axes [1]")
    expect(x.transposed(), "transposed: [3] has fewer than two dimensions")
    expect(x.sliced(axis: 0, 1..<4), "sliced: 1..<4 with stride 1 does not fit axis 0 of [3]")
    expect(Tensor([1, 2], shape: [3]), "2 values do not fill shape [3], which has 3 elements")
    expect(x & x, "bitAnd does not take float32 operands")
    expect(!x, "logicalNot does not take float32 operands")
    expect(exp(Tensor(int32: [1])), "exponential does not take int32 operands")
    expect(Tensor(int32: [1]).mean(), "mean does not take int32 operands; convert to a float first")
    expect(leakyReLU(x, slope: -1), "leakyReLU: the slope is -1.0, but must not be negative")
    expect(concatenated([]), "concatenated: there is nothing to concatenate")
    expect(Tensor([], shape: [0]).maximum(), "maximum: [0] has nothing along axes [0] to choose from")
    expect(Tensor([], shape: [0]).gathered(Tensor(int32: [0])), "gathered: [0] has nothing along axis 0 to choose from")
    expect(Tensor.zeros([2, -1]), "[2, -1] has a negative size")
    expect(
      Tensor.ones([1, 1, 1, 1, 1, 1, 1, 1, 1]),
      "[1, 1, 1, 1, 1, 1, 1, 1, 1] has 9 dimensions; tensors have at most 8")
    expect(
      convolution(Tensor.ones([1, 2, 2, 1]), Tensor.ones([3, 3, 1, 1])), "convolution: a 3×3 kernel does not fit into 2×2 images")
    expect(
      randomBits([2], key: Key(seed: 1), step: Tensor([1])), "randomBits: the step must be an int32 scalar, not float32 [1]")
  }

  @Test func failuresAreCarriedOn() {
    let broken = Tensor([1, 2], shape: [3])
    let text = "2 values do not fill shape [3], which has 3 elements"
    for tensor in [
      broken + 1, tanh(broken).sum(), matmul(broken, broken), broken.reshaped([9]), broken.transposed([4]), concatenated([x, broken]),
      select(broken, x, x), broken.gathered(broken), gradient(of: broken.sum(), at: x), broken.converted(to: .int32) & x,
      broken.isEqual(to: x), broken.padded(low: [], high: []), convolution(broken, x),
    ] {
      #expect(tensor.failure?.description == text)
    }
    #expect(throws: TensorError(text)) { try Program(parameters: [TensorType([3])]) { [$0[0], broken * 2] } }
  }

  @Test func programsSayWhatDoesNotFit() throws {
    #expect(
      throws: TensorError(
        "a float32 placeholder of shape [3] has no value: only the parameters of the function being compiled may be used")
    ) { try (Tensor.placeholder([3]) + 1).scalars() }
    let program = try Program(parameters: [TensorType([3])]) { [$0[0] * 2] }
    #expect(throws: TensorError("parameter 0 is float32 [3], not float32 [2]")) { try program.run([Tensor([1, 2])]) }
    #expect(throws: TensorError("the program has 1 parameters, but 2 values were passed")) { try program.run([x, x]) }
    #expect(
      throws: TensorError(
        "output 0 cannot take over the memory of parameter 0: there is none, or its shape or type differs")
    ) { try Program(parameters: [TensorType([3])], donations: [0: 0]) { [$0[0].sum()] } }
    #expect(
      throws: TensorError(
        "a parameter is donated to more than one output, but only one of them can take over its memory")
    ) { try Program(parameters: [TensorType([3])], donations: [0: 0, 1: 0]) { [$0[0] + 1, $0[0] + 2] } }
    #expect(throws: TensorError("item: a tensor of shape [3] has 3 elements, not one")) { try x.item() }
  }
}
