import Foundation
import Rival
import Testing

@testable import RivalCommand

/// Resuming warns where the bytes will differ, and only there.
@Suite struct EnvironmentTests {
  private func warning(_ environment: [String: String], _ options: [String] = ["--threads", "1"]) throws -> String {
    let folder = try TemporaryFolder()
    _ = try folder.trainRing("run", to: 3)
    let result = try CommandProcess.run(
      ["resume", folder.path("run"), "--until", "4", "--quiet"] + options, in: folder, environment: environment)
    #expect(result.status == 0, "\(result.errors)")
    return result.errors.split(separator: "\n").filter { $0.contains("not the same bytes") }.joined()
  }

  @Test func theInstructionSetOfOneDNNCounts() throws {
    let warning = try warning(["DNNL_MAX_CPU_ISA": "SSE41"])
    #expect(warning.contains("oneDNN: ") && warning.contains(" sse41 here, ") && warning.hasSuffix(" there"), "\(warning)")
  }

  @Test func theThreadCountCounts() throws {
    #expect(try warning([:], ["--threads", "2"]).contains("threads: 2 here, 1 there"))
  }

  @Test func whatDoesNotMatterIsNotSaid() throws {
    // The pool's size does not matter beside --threads, and a round of the ring calls no OpenBLAS.
    #expect(try warning([:]) == "")
    #expect(try warning(["OMP_NUM_THREADS": "4"]) == "")
    #expect(try warning(["OPENBLAS_CORETYPE": "Haswell"]) == "")
  }

  @Test func aRoundNamesTheLibrariesThatItCalls() throws {
    let trainer = try Trainer(Problem.ring.composition(), data: RingOfGaussians(modes: 8), batchSize: 256, threadCount: 1)
    let settings = trainer.programSettings
    #expect(settings["threads"] == "1" && settings["vectorUnit"] == CPU.vectorUnit && settings["OpenBLAS"] == nil)
    #expect(settings["oneDNN"]?.first?.isNumber == true)
    // Products of eight columns at most are kernels of our own, in float64 they are OpenBLAS's.
    let narrow = try Program(parameters: [TensorType([4, 4])], threadCount: 1, device: .cpu) { [matmul($0[0], $0[0])] }
    #expect(Set(narrow.settings.keys) == ["threads", "vectorUnit", "build"])
    let wide = try Program(parameters: [TensorType([16, 16], .float64)], threadCount: 1, device: .cpu) { [matmul($0[0], $0[0])] }
    #expect(wide.settings["OpenBLAS"]?.first?.isNumber == true)
  }
}
