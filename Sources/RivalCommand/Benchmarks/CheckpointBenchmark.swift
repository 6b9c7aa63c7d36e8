import Foundation
import Rival

/// How long checkpoints of a given size take: to be written onto the disk, to be read and verified, and how long the thread that trains is held up
/// when the writer's thread has the work.
struct CheckpointBenchmark {
  /// Bytes of the state, at least four.
  let bytes: Int
  /// How often each is measured; the median counts.
  let repeats: Int
  /// Where files are written; they are removed.
  let folder: String

  /// Seconds, and the file's length.
  struct Result {
    var saving: Double
    var loading: Double
    var stall: Double
    var fileBytes: Int
  }

  /// Tensors in the state, as large as each other.
  private static let tensorCount = 40

  func run() throws -> Result {
    let directory = CheckpointDirectory(folder)
    try directory.create()
    let path = folder + "/rival-bench-\(ProcessInfo.processInfo.processIdentifier).h5"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let count = max(bytes / 4 / Self.tensorCount, 1)
    let key = Key(seed: 1)
    let values = (0..<Self.tensorCount).map { tensor in
      (0..<count).map { key.derived(tensor).uniform(element: $0) }
    }
    // What a trainer does when it hands its state over: every tensor is copied.
    func contents() -> CheckpointContents {
      CheckpointContents(
        producer: "rival \(rivalVersion)", step: 1,
        tensors: values.enumerated().map { StoredTensor(path: "state/\($0)", shape: [count], values: $1) })
    }
    let saved = contents()
    let saving = try (0..<repeats).map { _ in try Self.seconds { try CheckpointFile.write(saved, to: path) } }
    let loading = try (0..<repeats).map { _ in try Self.seconds { _ = try CheckpointFile.read(path) } }
    let length = (try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    let writer = CheckpointWriter()
    let stall = try (0..<repeats).map { _ in
      let time = try Self.seconds { try writer.submit(contents(), to: path) }
      try writer.wait()
      return time
    }
    try writer.finish()
    return Result(
      saving: Statistics.median(saving), loading: Statistics.median(loading), stall: Statistics.median(stall), fileBytes: length)
  }

  private static func seconds(_ body: () throws -> Void) rethrows -> Double {
    let begin = ContinuousClock.now
    try body()
    return (ContinuousClock.now - begin) / .seconds(1)
  }
}
