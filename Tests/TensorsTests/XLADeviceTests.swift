import Foundation
import Testing

@testable import Graph
@testable import Tensors
@testable import XLAExecutor

/// What is XLA's own: launches of several runs, programs on the disk, and what goes wrong.
@Suite(.enabled(if: xlaIsThere, noXLA)) struct XLADeviceTests {
  /// A state that a draw, a batch and a counter move on.
  private func walk(_ device: Device, repeats: Bool) throws -> Program {
    try Program(
      parameters: [TensorType([3]), TensorType([], .int32), TensorType([2, 3]), TensorType([2], .int32)], donations: [0: 0],
      repetition: repeats ? Repetition(counter: 1, streams: [2, 3]) : nil, device: device
    ) { p in
      let noise = randomNormal([3], key: Key(seed: 5), step: p[1])
      let state = p[0] * 0.5 + noise + p[2].sum(axes: [0])
      return [state, state.sum(), p[3].sum(), state * 2, (state * state).sum()]
    }
  }

  @Test func launchesAreDividedAsOneLikes() throws {
    let runs = 7
    let batches = (0..<runs).map { run in Tensor((0..<6).map { Float(run * 6 + $0) / 10 }, shape: [2, 3]) }
    let labels = (0..<runs).map { Tensor(int32: [Int32($0), 3], shape: [2]) }
    func play(_ program: Program, launches: [Int]) throws -> [[Double]] {
      try program.write(Tensor([1, 2, 3]), to: 0)
      var (results, first): ([[Double]], Int) = ([], 0)
      for count in launches {
        try program.write(Tensor(int32: [Int32(first)], shape: []), to: 1)
        for run in 0..<count {
          try batches[first + run].withBytes { try program.write($0, to: 2, run: run) }
          try labels[first + run].withBytes { try program.write($0, to: 3, run: run) }
        }
        try program.execute(runs: count)
        for run in 0..<count {
          results.append(try [1, 2, 4].map { try program.number(ofOutput: $0, run: run) })
        }
        first += count
      }
      return try results + [program.parameter(0).doubles(), program.output(3).doubles(), program.output(0).doubles()]
    }
    let device = try walk(xlaDevice, repeats: true)
    #expect(device.mostRuns == 100)
    let whole = try play(device, launches: [7])
    #expect(try play(device, launches: [1, 1, 1, 1, 1, 1, 1]) == whole)
    #expect(try play(device, launches: [3, 4]) == whole)
    let once = try play(walk(.cpu, repeats: true), launches: Array(repeating: 1, count: runs))
    for (left, right) in zip(once, whole) {
      #expect(zip(left, right).allSatisfy { abs($0 - $1) <= 1e-5 * max(1, abs($0)) }, "\(right), not \(left)")
    }
    #expect(throws: TensorError("a launch has 1 to 100 runs, not 101")) { try device.execute(runs: 101) }
    #expect(throws: TensorError("a launch has 1 to 1 runs, not 2")) { try walk(.cpu, repeats: true).execute(runs: 2) }
  }

  @Test func largeConstantsAreArguments() throws {
    let numbers = (0..<5_000).map { Float($0) / 7 }
    let bits = (0..<200).map { $0.isMultiple(of: 3) }
    func results(_ device: Device) throws -> [[Double]] {
      try Program(parameters: [TensorType([1])], device: device) { p in
        [Tensor(numbers) * p[0], select(Tensor(bool: bits, shape: [200]), p[0].broadcast(to: [200]), .zeros([200])), Tensor(numbers)]
      }.run([Tensor([2])]).map { try $0.doubles() }
    }
    #expect(try results(xlaDevice) == results(.reference))
  }

  /// Keys are arguments: another seed needs no other program.
  @Test func theModuleIsTheSameForEachSeed() throws {
    func text(_ seed: UInt64) throws -> String {
      let step = Tensor.placeholder([], dtype: .int32)
      let draws = [
        randomNormal([5], key: Key(seed: seed), step: step),
        randomUniform([3, 2], in: 0..<1, key: Key(seed: seed).derived("b"), step: step),
      ]
      return try StableHLOModule(Simplifier.simplify(outputs: draws, parameters: [step], donations: [:])).text
    }
    #expect(try text(1) == text(2))
  }

  @Test func programsAreKeptOnDisk() throws {
    let program = { try Program(parameters: [TensorType([3])], device: xlaDevice) { [$0[0] * 3 + 17.125] } }
    let first = try program().run([Tensor([1, 2, 3])])[0].scalars()
    let kept = try FileManager.default.contentsOfDirectory(atPath: ProgramCache.folder)
    #expect(kept.contains { $0.hasSuffix(".program") })
    #expect(try program().run([Tensor([1, 2, 3])])[0].scalars() == first && first == [20.125, 23.125, 26.125])
  }

  @Test func whatTheCallerThrowsMeanwhileTakesNoStateAway() throws {
    struct Refused: Error {}
    let program = try walk(xlaDevice, repeats: true)
    try program.write(Tensor([1, 2, 3]), to: 0)
    try program.execute(runs: 2)
    #expect(throws: Refused.self) { try program.execute(runs: 1) { throw Refused() } }
    // The run itself took place.
    let state = try program.parameter(0).scalars()
    #expect(state.allSatisfy { $0.isFinite })
    try program.execute(runs: 1)
    #expect(try program.parameter(0).scalars() != state)
  }

  @Test func devicesThatAreNotThereAreRefused() throws {
    #expect { try Program(parameters: [], device: .xla(.xlaCPU, index: 99)) { _ in [Tensor([1])] } } throws: {
      ($0 as? DeviceError)?.kind == .noDevice && "\($0)".contains("there is no xla-cpu:99")
    }
  }

  @Test func modulesThatMakeNoSenseAreRefused() throws {
    let client = try XLA(.xlaCPU).client()
    for text in ["", "module {", "module @rival { func.func public @main() -> tensor<f32> { \"func.return\"() : () -> () } }"] {
      let module = StableHLOModule(text: text, results: [TensorType([])])
      #expect { try ProgramCache.program(module, on: XLA(.xlaCPU), client) } throws: {
        // The module stays on the disk, and the message names it.
        guard let error = $0 as? DeviceError, error.kind == .program else { return false }
        let path = error.description.split(separator: " ").first { $0.hasSuffix(".mlir:") }.map { String($0.dropLast()) }
        defer { if let path { unlink(path) } }
        return path.map(FileManager.default.fileExists) ?? false
      }
    }
  }
}
