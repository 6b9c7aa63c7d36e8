import Foundation
import Testing

/// `--threads` decides the bytes of a run, convolutions and all; the pool's size does not.
@Suite("Threads") struct ThreadsTests {
  /// A folder of 30 images of 28 × 28 in MNIST's format.
  private func images(in folder: TemporaryFolder) throws -> String {
    try FileManager.default.createDirectory(atPath: folder.path("digits"), withIntermediateDirectories: true)
    let header: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 30, 0, 0, 0, 28, 0, 0, 0, 28]
    let pixels = (0..<30 * 784).map { (place: Int) -> UInt8 in UInt8((place * place / 7 + place) % 251) }
    try folder.write(header + pixels, "digits/train-images-idx3-ubyte")
    return folder.path("digits")
  }

  @Test("A checkpoint holds the same bytes whatever OMP_NUM_THREADS is", arguments: [1, 2, 3])
  func checkpoints(threads: Int) throws {
    let folder = try TemporaryFolder()
    let data = try images(in: folder)
    var first: ArraySlice<UInt8>?
    for pool in [1, 2, 4] {
      let result = try CommandProcess.run(
        [
          "train", "mnist", "--data", data, "--batch", "6", "--until", "2", "--out", folder.path("\(pool)"), "--threads", "\(threads)",
          "--quiet",
        ], in: folder, environment: ["OMP_NUM_THREADS": "\(pool)"])
      try #require(result.status == 0, "\(result.errors)")
      // The first 512 bytes hold the time of writing.
      let bytes = try folder.bytes("\(pool)/checkpoint-00000002.h5").dropFirst(512)
      #expect(bytes.count > 100_000)
      #expect(first == nil || first == bytes, "OMP_NUM_THREADS=\(pool) changes the run")
      first = bytes
    }
  }
}
