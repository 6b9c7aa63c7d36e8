import Foundation
import Rival
import Testing

@testable import RivalCommand

@Suite struct CheckpointBenchmarkTests {
  @Test func aMegabyteIsWrittenReadAndRemoved() throws {
    let folder = try TemporaryFolder()
    let result = try CheckpointBenchmark(bytes: 1_000_000, repeats: 3, folder: folder.root.path).run()
    #expect(result.fileBytes > 1_000_000 && result.fileBytes < 1_200_000)
    #expect(result.saving > 0 && result.loading > 0 && result.stall > 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.root.path).isEmpty)
  }
}
