import Foundation
import Testing

@testable import Checkpoints

@Suite("Checkpoint writer")
struct WriterTests {
  private let scratch: Scratch
  private let directory: CheckpointDirectory

  init() throws {
    scratch = try Scratch()
    directory = CheckpointDirectory(scratch.path)
  }

  private func filled(_ step: Int) -> CheckpointContents {
    CheckpointContents(
      producer: "tests", step: step,
      tensors: (0..<20).map {
        StoredTensor(path: "state/\($0)", shape: [500], values: [Int64](repeating: Int64(step), count: 500))
      })
  }

  @Test("F7: faster than the disk: each file is whole and of one step, and retention was applied")
  func snapshots() throws {
    let writer = CheckpointWriter()
    var contents = filled(0)
    for step in 1...30 {
      contents = filled(step)
      try writer.submit(
        contents, to: directory.path(forStep: step), retention: RetentionPolicy(keepLast: 3, keepEvery: 10))
      // What was handed over is a value: this does not reach the file.
      for index in contents.tensors.indices { contents.tensors[index].bytes[0] = 0xff }
    }
    try writer.finish()
    #expect(try directory.files().map(\.step) == [10, 20, 28, 29, 30])
    for file in try directory.files() {
      let read = try CheckpointFile.read(file.path)
      #expect(read.tensors == filled(file.step).tensors)
    }
  }

  @Test("F8: a failure is thrown by the next call, once, and the writer goes on")
  func failure() throws {
    let writer = CheckpointWriter()
    try writer.submit(filled(1), to: scratch.file("none/a.h5"))
    let error = expectError(.writeFailed, "directory does not exist") {
      try writer.submit(filled(2), to: directory.path(forStep: 2))
    }
    #expect(error?.file == scratch.file("none/a.h5"))
    try writer.submit(filled(3), to: directory.path(forStep: 3))
    try writer.wait()
    #expect(try directory.files().map(\.step) == [3])
    try writer.submit(filled(4), to: scratch.file("none/a.h5"))
    expectError(.writeFailed) { try writer.wait() }
    try writer.submit(filled(5), to: scratch.file("none/a.h5"))
    expectError(.writeFailed) { try writer.finish() }
    try writer.finish()
    expectError(.writeFailed, "finished already") { try writer.submit(filled(6), to: directory.path(forStep: 6)) }
  }

  @Test("a writer that is let go finishes what it has")
  func dropped() async throws {
    do {
      let writer = CheckpointWriter()
      try writer.submit(filled(1), to: directory.path(forStep: 1))
    }
    for _ in 0..<500 where !FileManager.default.fileExists(atPath: directory.path(forStep: 1)) {
      try await Task.sleep(for: .milliseconds(10))
    }
    #expect(try CheckpointFile.read(directory.path(forStep: 1)).step == 1)
  }

  @Test("F6: finished before exit: the file is whole, and the process ends without a crash")
  func exits() async {
    await #expect(processExitsWith: .success) {
      let scratch = try Scratch()
      let writer = CheckpointWriter()
      try writer.submit(sample(), to: scratch.file("a.h5"))
      try writer.finish()
      let read = try CheckpointFile.read(scratch.file("a.h5"))
      let wanted = try sample().canonical()
      exit(read == wanted ? 0 : 3)
    }
  }

  @Test("many threads write and read at once")
  func threads() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for step in 1...8 {
        group.addTask { [scratch] in
          let path = scratch.file("\(step).h5")
          for _ in 0..<5 {
            try CheckpointFile.write(sample(step: step), to: path)
            #expect(try CheckpointFile.read(path) == sample(step: step).canonical())
          }
        }
      }
      try await group.waitForAll()
    }
  }
}
