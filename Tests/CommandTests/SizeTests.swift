import Foundation
import Rival
import Testing

@testable import RivalCommand

/// Sizes that no machine has lead to a sentence with the bytes needed, never to the process's end.
@Suite struct SizeTests {
  @Test(arguments: [
    (["--batch", "1000000000"], "GB ("), (["--batch", "9000000000000"], "too many elements"),
    (["--heuristic", "dense:units=2000000000"], "TB ("),
    (["--heuristic", "dense:units=9000000000000000000"], "largest size of a dimension"),
    (["--latent", "2000000000"], "TB ("), (["--latent", "4000000000000000000"], "too many elements"),
    (["--batch", "1000000", "--heuristic", "minibatch-discrimination:kernels=500,dimensions=50"], "too many elements"),
    (["--heuristic", "minibatch-discrimination:kernels=2000000000,dimensions=2000000000"], "too many elements"),
    (["--heuristic", "gradient-clipping:maximumNorm=1e400"], "maximumNorm"), (["--threads", "100000"], "threads"),
  ])
  func trainingRefusesWhatDoesNotFit(arguments: [String], complaint: String) throws {
    let folder = try TemporaryFolder()
    let result = try CommandProcess.run(["train", "ring", "--until", "1", "--out", folder.path("run")] + arguments, in: folder)
    #expect(result.status == 1 || result.status == 64, "\(result.status)")
    #expect(result.errors.contains(complaint), "\(result.errors)")
    #expect(result.errors.count < 2_000)
  }

  @Test func tooManySamplesAreRefused() throws {
    let folder = try TemporaryFolder()
    _ = try folder.trainRing("run", to: 2)
    for count in ["900000000000", "9000000000000000000"] {
      let result = try CommandProcess.run(["sample", folder.path("run"), "--count", count, "--out", folder.path("x.npy")], in: folder)
      #expect(result.status == 1 || result.status == 64, "\(result.status)")
      #expect(result.errors.contains("bytes") || result.errors.contains("count"), "\(result.errors)")
    }
  }

  @Test func manyRoundsTakeNoMemoryBeforehand() throws {
    let folder = try TemporaryFolder()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = [
      "-c",
      #"ulimit -v 3000000; exec timeout -s INT 4 "$0" train ring --until 2000000000 --threads 1 --out "$1/run" --quiet > "$1/log" 2>&1"#,
      CommandProcess.executable, folder.root.path,
    ]
    try process.run()
    process.waitUntilExit()
    // timeout's own status: the run was interrupted, and had saved by then.
    #expect(process.terminationReason == .exit && process.terminationStatus == 124)
    #expect(String(decoding: try folder.bytes("log"), as: UTF8.self).contains("resume"))
  }

  @Test func memoryIsCountedInTheProcessesLimits() throws {
    let available = try #require(SystemMemory.available)
    #expect(available > 1 << 26)
    let error = #expect(throws: MemoryError.self) {
      try SystemMemory.require(1 << 60, for: "a thing", remedy: "take a smaller one")
    }
    #expect(error?.bytesNeeded == 1 << 60 && (error?.bytesAvailable ?? 0) > 1 << 26)
    #expect(
      error?.description.hasPrefix("a thing needs 1.2 EB (1152921504606846976 bytes), but ") == true, "\(String(describing: error))")
    #expect(error?.description.hasSuffix(" are free; take a smaller one") == true)
    #expect(throws: Never.self) { try SystemMemory.require(1 << 20, for: "a thing", remedy: "") }
  }

  @Test func productsOfSizesAreNeverTakenBeyondTheIntegers() {
    let wide: Shape = [1 << 40, 1 << 40]
    #expect(wide.elementCount == .max && TensorType(wide).byteCount == .max)
    #expect(Tensor.placeholder(wide).failure?.description.contains("too many elements") == true)
    #expect(Tensor.placeholder([1 << 32]).failure != nil && Tensor.placeholder([1 << 20, 1 << 20]).failure == nil)
    #expect((Tensor.placeholder([0, 1 << 31, 1 << 31]).shape).elementCount == 0)
    #expect(Fan([1 << 31, 1 << 31, 1 << 31, 1 << 31]) == Fan(inputs: .max, outputs: .max))
  }
}
