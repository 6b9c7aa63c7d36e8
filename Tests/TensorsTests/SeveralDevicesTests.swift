import Foundation
import Testing

@testable import Graph
@testable import Tensors
@testable import XLAExecutor

/// Rounds whose batches several devices share.
@Suite(.enabled(if: xlaIsThere, noXLA)) struct SeveralDevicesTests {
  /// A regression on normalized batches with noise of its own: its batch statistics and gradients are of the whole batch.
  private func regression(_ device: Device, batchSize: Int = 8) throws -> Program {
    try Program(
      parameters: [TensorType([3, 4]), TensorType([], .int32), TensorType([batchSize, 3]), TensorType([batchSize], .int32)],
      donations: [0: 0], repetition: Repetition(counter: 1, streams: [2, 3]), device: device
    ) { p in
      let noisy = p[2] + 0.1 * randomNormal([batchSize, 3], key: Key(seed: 5), step: p[1])
      let centered = noisy - noisy.mean(axes: [0], keepingDimensions: true)
      let normalized = centered / sqrt(square(centered).mean(axes: [0], keepingDimensions: true) + 1e-5)
      let target = p[3].converted(to: .float32).reshaped([batchSize, 1])
      let loss = square(tanh(matmul(normalized, p[0])) - target).mean()
      return [p[0] - 0.1 * gradient(of: loss, at: p[0]), loss]
    }
  }

  private func play(_ device: Device, launches: [Int]) throws -> (state: [Float], losses: [Double]) {
    let program = try regression(device)
    try program.write(Tensor((0..<12).map { Float($0) / 12 }, shape: [3, 4]), to: 0)
    var (losses, first): ([Double], Int) = ([], 0)
    for count in launches {
      try program.write(Tensor(int32: [Int32(first)], shape: []), to: 1)
      for run in 0..<count {
        try Tensor((0..<24).map { Float(($0 * 7 + first + run) % 11) }, shape: [8, 3]).withBytes { try program.write($0, to: 2, run: run) }
        try Tensor(int32: (0..<8).map { Int32(($0 + first + run) % 2) }, shape: [8]).withBytes { try program.write($0, to: 3, run: run) }
      }
      try program.execute(runs: count)
      losses += try (0..<count).map { try program.number(ofOutput: 1, run: $0) }
      first += count
    }
    return (try program.parameter(0).scalars(), losses)
  }

  @Test(arguments: [2, 4, 8]) func aBatchIsSharedAndStaysOne(count: Int) throws {
    let one = try play(.xla(.xlaCPU), launches: [5])
    let several = try play(.xla(.xlaCPU, count: count), launches: [5])
    let far = zip(one.state + one.losses.map(Float.init), several.state + several.losses.map(Float.init)).map { abs($0 - $1) }.max() ?? 1
    #expect(far < 1e-5, "\(several) and not \(one)")
    // Dividing the rounds otherwise, or beginning elsewhere, changes nothing.
    #expect(try play(.xla(.xlaCPU, count: count), launches: [1, 3, 1]) == several)
    #expect(try play(.xla(.xlaCPU, index: 1, count: count), launches: [5]) == several)
  }

  @Test func eachDeviceHoldsTheSameState() throws {
    let executor = XLA(.xlaCPU, count: 4)
    let client = try executor.client()
    let program = try LoadedProgram(
      client,
      module: "module @rival {\n  sdy.mesh @mesh = <[\"batch\"=4]>\n  func.func public @main("
        + "%a: tensor<8x3xf32> {sdy.sharding = #sdy.sharding<@mesh, [{\"batch\"}, {}]>}) -> (tensor<3xf32> "
        + "{sdy.sharding = #sdy.sharding<@mesh, [{}]>}) {\n"
        + "    %z = \"stablehlo.constant\"() {value = dense<0.0> : tensor<f32>} : () -> tensor<f32>\n"
        + "    %s = \"stablehlo.reduce\"(%a, %z) ({\n    ^bb0(%x: tensor<f32>, %y: tensor<f32>):\n      %q = \"stablehlo.add\"(%x, %y) : "
        + "(tensor<f32>, tensor<f32>) -> tensor<f32>\n      \"stablehlo.return\"(%q) : (tensor<f32>) -> ()\n    }) "
        + "{dimensions = array<i64: 0>} : (tensor<8x3xf32>, tensor<f32>) -> tensor<3xf32>\n"
        + "    \"func.return\"(%s) : (tensor<3xf32>) -> ()\n  }\n}\n",
      options: CompileOptions(devices: Array(client.numbers[0..<4])), outputs: [TensorType([3])])
    let values = (0..<24).map(Float.init)
    let batch = try values.withUnsafeBytes {
      try DeviceBuffer(client, devices: 0..<4, TensorType([8, 3]), dividing: 0, of: $0)
    }
    let sum = try #require(try program.run([batch]).first)
    #expect(sum.handles.count == 4)
    for handle in sum.handles.indices {
      var numbers = [Float](repeating: 0, count: 3)
      try numbers.withUnsafeMutableBytes { try sum.read(from: handle, into: $0) }
      #expect(numbers == [84, 92, 100])
    }
  }

  @Test func whatDoesNotDivideIsRefused() throws {
    #expect {
      try regression(.xla(.xlaCPU, count: 3), batchSize: 8)
    } throws: {
      "\($0)" == "a batch of 8 does not divide evenly among 3 devices; choose another batch size or number of devices"
    }
  }

  @Test func namesOfSeveral() throws {
    #expect(try Device.named("cuda:0-3").name == "cuda:0-3")
    #expect(try (Device.named("xla-cpu:2-5").executor as? XLA) == XLA(.xlaCPU, index: 2, count: 4))
    #expect(try Device.named("cuda:1-1").name == "cuda:1")
    for wrong in ["cuda:3-1", "cuda:-", "cuda:0-", "cuda:0-1-2", "cuda:00-1", "cuda:"] {
      #expect(throws: TensorError.self, "\(wrong)") { try Device.named(wrong) }
    }
  }

  /// What is no round (samples, diagnostics) runs on the first of them.
  @Test func otherProgramsRunOnTheFirst() throws {
    let program = try Program(parameters: [TensorType([3])], device: .xla(.xlaCPU, index: 1, count: 2)) { [$0[0] * 2] }
    #expect(try program.run([Tensor([1, 2, 3])])[0].scalars() == [2, 4, 6])
  }
}
