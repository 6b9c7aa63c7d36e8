import Foundation
import Testing

@testable import Graph
@testable import Tensors

/// What control groups leave of the machine's memory, and what becomes of tensors for which there is none.
@Suite struct MemoryTests {
  private func withGroups(_ files: [String: String], _ body: (String) throws -> Void) throws {
    let root = NSTemporaryDirectory() + "groups-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: root) }
    for (path, text) in files {
      let url = URL(fileURLWithPath: "\(root)/\(path)")
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data("\(text)\n".utf8).write(to: url)
    }
    try body(root)
  }

  @Test func theTightestGroupCounts() throws {
    let files = [
      "a/memory.max": "1000", "a/memory.current": "900", "a/b/memory.max": "max", "a/b/memory.current": "10", "a/c/memory.max": "50",
      "a/c/memory.current": "20",
    ]
    try withGroups(files) { root in
      #expect(SystemMemory.room(inGroups: "0::/a/b\n", under: root) == 100)
      #expect(SystemMemory.room(inGroups: "0::/a/c\n", under: root) == 30)
      #expect(SystemMemory.room(inGroups: "0::/\n", under: root) == nil)
      // What is seen from within a container is its own group alone, whatever path it has outside.
      #expect(SystemMemory.room(inGroups: "0::/elsewhere/x\n", under: root + "/a") == 100)
    }
  }

  @Test func theOlderInterfaceIsReadToo() throws {
    let files = [
      "memory/x/memory.limit_in_bytes": "500", "memory/x/memory.usage_in_bytes": "450",
      "memory/memory.limit_in_bytes": "9223372036854771712", "memory/memory.usage_in_bytes": "700",
    ]
    try withGroups(files) { root in
      let list = "5:devices:/x\n4:memory:/x\n1:cpu:/\n0::/\n"
      #expect(SystemMemory.room(inGroups: list, under: root) == 50)
      #expect(SystemMemory.room(inGroups: list.replacing("memory:/x", with: "memory,hugetlb:/"), under: root) == 9_223_372_036_854_771_012)
      #expect(SystemMemory.room(inGroups: "5:devices:/x\n", under: root) == nil)
    }
  }

  @Test func whatIsHeldOfFilesIsFree() throws {
    try withGroups([
      "a/memory.max": "1000", "a/memory.current": "990", "a/memory.stat": "anon 90\nfile 900\ninactive_file 600\nactive_file 250",
    ]) { root in
      #expect(SystemMemory.room(inGroups: "0::/a\n", under: root) == 860)
    }
  }

  @Test func tensorsForWhichThereIsNoMemoryAreErrors() throws {
    let error = #expect(throws: MemoryError.self) { try Storage(byteCount: 1 << 50) { _ in } }
    #expect(error?.bytesNeeded == 1 << 50)
    // 4 TB of one value, as a constant of a program.
    #expect(throws: MemoryError.self) { try Tensor.zeros([1 << 20, 1 << 20]).scalars() }
    #expect(throws: MemoryError.self) {
      try (Tensor.ones([1 << 20, 1 << 20]) + Tensor.iota([1 << 20, 1]).converted(to: .float32)).scalars()
    }
  }
}
