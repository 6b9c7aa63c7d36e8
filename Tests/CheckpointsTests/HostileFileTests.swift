import Foundation
import Testing

@testable import Checkpoints

@Suite("Hostile files")
struct HostileFileTests {
  /// A file, the error it must give, a phrase of the message, and the object that it must name.
  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let kind: CheckpointError.Kind
    let phrase: String
    let object: String?

    init(_ name: String, _ kind: CheckpointError.Kind, _ phrase: String, _ object: String? = nil) {
      (self.name, self.kind, self.phrase, self.object) = (name, kind, phrase, object)
    }

    var testDescription: String { name }
  }

  static let cases = [
    Case("soft-link", .refused, "soft or external link", "/generator/linked"),
    Case("external-link", .refused, "soft or external link", "/generator/linked"),
    Case("cycle", .refused, "reached by 2 links", "/generator"),
    Case("alias", .refused, "reached by 2 links"),
    Case("deep", .refused, "deeper than 16"),
    Case("virtual", .refused, "chunked, compact or virtual", "/generator/virtual"),
    Case("external-storage", .refused, "in another file", "/generator/stolen"),
    Case("declared-contiguous", .refused, "declares 4398046511104 bytes", "/generator/huge"),
    Case("declared-chunked", .refused, "chunked", "/generator/huge"),
    Case("gzip", .refused, "compressed or filtered", "/generator/bomb"),
    Case("fletcher32", .refused, "compressed or filtered", "/generator/sum"),
    Case("chunked", .refused, "chunked", "/generator/chunked"),
    Case("compact", .refused, "compact", "/generator/compact"),
    Case("null-space", .refused, "has no shape", "/generator/null"),
    Case("rank-9", .refused, "9 axes", "/generator/rank"),
    Case("big-endian", .refused, "little-endian", "/generator/swapped"),
    Case("float16", .refused, "has elements that are none of", "/generator/half"),
    Case("compound", .refused, "has elements that are none of", "/generator/pairs"),
    Case("reference", .refused, "has elements that are none of", "/generator/reference"),
    Case("variable-text", .refused, "", "/generator/text"),
    Case("variable-attribute", .refused, "variable length", "/generator"),
    Case("array-attribute", .refused, "no scalar", "/generator"),
    Case("huge-attribute", .refused, "more than 60,000 bytes", "/generator"),
    Case("many-attributes", .refused, "more than 32 attributes", "/generator"),
    Case("named-type", .refused, "neither a group nor a tensor", "/generator/type"),
    Case("tensor-as-root", .refused, "a group is wanted", "/state"),
    Case("no-checksum", .refused, "no attribute 'crc32c'", "/generator/bare"),
    Case("wrong-checksum", .damagedContents, "does not match its checksum", "/generator/params/00_dense/weight"),
    Case("deep-json", .refused, "nests deeper than 64", "/config/training"),
    Case("open-json", .refused, "ends before", "/config/training"),
    Case("not-utf8", .refused, "not UTF-8", "/config/training"),
    Case("variable-json", .refused, "", "/config/training"),
    Case("number-json", .refused, "no text of fixed length", "/config/training"),
    Case("unfinished", .damagedContents, "never finished", "/"),
    Case("no-step", .refused, "no attribute 'step'", "/"),
    Case("negative-step", .refused, "negative", "/"),
    Case("other-step", .refused, "the header says step 401, the contents say 400"),
    Case("other-format", .refused, "something-else", "/"),
    Case("undeclared-root", .refused, "does not declare", "/later"),
    Case("missing-root", .damagedContents, "but missing", "/encoder"),
    Case("no-roots", .refused, "has no attribute 'roots'", "/"),
    Case("unknown-root", .refused, "do not have", "/later"),
    Case("newer-major", .newerVersion, "layout 2.0"),
    Case("newer-major-inside", .newerVersion, "layout 2.0"),
    Case("newer-block", .newerVersion, "Update the library"),
    Case("old-superblock", .refused, "superblock has version 0"),
  ]

  @Test("S1 to S13: is refused by the rule that it breaks, at once", arguments: cases)
  func refused(_ file: Case) throws {
    let path = reference(file.name)
    let begin = ContinuousClock.now
    let error = try #require(expectError(file.kind, file.phrase) { _ = try CheckpointFile.read(path) })
    #expect(ContinuousClock.now - begin < .seconds(2))
    #expect(error.file == path)
    if let object = file.object { #expect(error.object == object) }
  }

  @Test("every committed file but the valid ones has a case")
  func complete() throws {
    let directory = URL(fileURLWithPath: reference("valid")).deletingLastPathComponent().path
    let names = try CheckpointDirectory.names(in: directory).filter { $0.hasSuffix(".h5") }.map { $0.dropLast(3) }
    let known = Self.cases.map(\.name) + ["valid", "newer-minor", "foreign"]
    #expect(names.sorted().map(String.init) == known.sorted())
  }

  @Test("read as edited: the rules hold as well, but for the version of the superblock, steps and checksums")
  func edited() throws {
    for file in Self.cases where !["other-step", "old-superblock", "no-checksum", "wrong-checksum"].contains(file.name) {
      expectError(file.kind, file.phrase) {
        _ = try CheckpointFile.read(reference(file.name), verification: .edited)
      }
    }
    #expect(try CheckpointFile.read(reference("old-superblock"), verification: .edited).edited == nil)
    #expect(try CheckpointFile.read(reference("no-checksum"), verification: .edited).edited == "at step 400: /generator/bare")
    #expect(
      try CheckpointFile.read(reference("wrong-checksum"), verification: .edited).edited
        == "at step 400: /generator/params/00_dense/weight")
  }

  /// With `RIVAL_ENDURANCE` a thousand rounds, else twenty.
  @Test("F9: a refused file leaves no handle open and no descriptor, and memory does not grow")
  func leaks() async {
    await #expect(processExitsWith: .success) {
      // Descriptors of checkpoints only: the test runner opens and closes its own beside us. Other tests may have files open at the moment
      // at which this process begins; it inherits theirs, and they stay.
      func openFiles() throws -> Int {
        try CheckpointDirectory.names(in: "/proc/self/fd").filter { name in
          let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)")
          return target?.contains(".h5") == true
        }.count
      }
      /// Bytes of memory that the process has.
      func resident() throws -> Int {
        let pages = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")[1]
        return (Int(pages) ?? 0) * sysconf(Int32(_SC_PAGESIZE))
      }
      let inherited = try openFiles()
      let scratch = try Scratch()
      var before = 0
      for round in 0..<(ProcessInfo.processInfo.environment["RIVAL_ENDURANCE"] == nil ? 20 : 1_000) {
        if round == 10 { before = try resident() }
        for file in HostileFileTests.cases {
          do {
            _ = try CheckpointFile.read(reference(file.name))
            exit(3)
          } catch is CheckpointError {
            if HDF5.openHandles != 0 { exit(4) }
          }
        }
        try CheckpointFile.write(sample(step: round), to: scratch.file("a.h5"))
        _ = try CheckpointFile.read(scratch.file("a.h5"))
        try? CheckpointFile.write(sample(), to: scratch.file("none/a.h5"))
      }
      if HDF5.openHandles != 0 { exit(5) }
      if try resident() - before > 64 << 20 { exit(7) }
      exit(try openFiles() == inherited ? 0 : 6)
    }
  }
}
