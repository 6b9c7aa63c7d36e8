import Foundation
import Testing

@testable import Checkpoints

@Suite("Damaged files")
struct DamageTests {
  private let scratch: Scratch
  private let path: String
  private let image: [UInt8]

  init() throws {
    scratch = try Scratch()
    path = scratch.file("a.h5")
    image = try CheckpointFile.image(of: sample())
  }

  @Test("C1: every one of 1,000 flipped bits is refused, wherever it lies")
  func flippedBits() throws {
    try put(image, path)
    let file = open(path, O_WRONLY)
    defer { close(file) }
    var numbers = Numbers(state: 2)
    for trial in 0..<1_000 {
      let offset = Int.random(in: 0..<(trial < 300 ? 512 : image.count), using: &numbers)
      let bit = Int.random(in: 0..<8, using: &numbers)
      var byte = image[offset] ^ (1 << bit)
      #expect(pwrite(file, &byte, 1, off_t(offset)) == 1)
      let wanted: CheckpointError.Kind = offset < 8 ? .notACheckpoint : offset < 512 ? .damagedHeader : .damagedContents
      expectError(wanted) { _ = try CheckpointFile.read(path) }
      byte = image[offset]
      #expect(pwrite(file, &byte, 1, off_t(offset)) == 1)
    }
    #expect(try CheckpointFile.read(path) == sample().canonical())
  }

  @Test("C2: a file cut anywhere is refused, and the message says how much is missing")
  func truncated() throws {
    for length in Array(stride(from: 512, to: image.count, by: 512)) + [image.count - 1] {
      try put(image[..<length], path)
      expectError(.truncated, "\(length) of \(image.count) bytes") { _ = try CheckpointFile.read(path) }
      #expect(try CheckpointFile.verify(path).state == .truncated(by: image.count - length))
    }
    for length in stride(from: 8, to: 512, by: 8) {
      try put(image[..<length], path)
      expectError(.truncated, "inside its header") { _ = try CheckpointFile.read(path) }
    }
    for length in 1..<8 {
      try put(image[..<length], path)
      expectError(.notACheckpoint, "too short") { _ = try CheckpointFile.read(path) }
    }
  }

  @Test("C2: appended bytes are refused")
  func extended() throws {
    try put(image + [0], path)
    expectError(.extended, "1 bytes more than the \(image.count)") { _ = try CheckpointFile.read(path) }
    try put(image + image, path)
    expectError(.extended) { _ = try CheckpointFile.read(path) }
    #expect(try CheckpointFile.verify(path).state == .extended(by: image.count))
  }

  @Test("C2: a sector of zeros is refused")
  func zeroedSector() throws {
    for start in stride(from: 512, to: image.count - 512, by: 512) {
      var changed = image
      changed.replaceSubrange(start..<(start + 512), with: [UInt8](repeating: 0, count: 512))
      try put(changed, path)
      if changed != image { expectError(.damagedContents, "digest") { _ = try CheckpointFile.read(path) } }
    }
  }

  @Test("other files, each with a message of its own")
  func otherFiles() throws {
    let read = { @Sendable [path] in _ = try CheckpointFile.read(path) }
    try put([], path)
    expectError(.notACheckpoint, "is empty", read)
    try put("hello\n".utf8, path)
    expectError(.notACheckpoint, "too short", read)
    try put(String(repeating: "step,loss\n", count: 200).utf8, path)
    expectError(.notACheckpoint, "text file", read)
    try put([0x50, 0x4b, 3, 4] + [UInt8](repeating: 0, count: 600), path)
    expectError(.notACheckpoint, "ZIP", read)
    try put([UInt8](repeating: 1, count: 600), path)
    expectError(.notACheckpoint, "RIVALCK", read)
    expectError(.notACheckpoint, "is an HDF5 file") { _ = try CheckpointFile.read(reference("foreign")) }
    expectError(.notAFile, "is a directory") { _ = try CheckpointFile.read(scratch.path) }
    expectError(.notAFile, "no plain file") { _ = try CheckpointFile.read("/dev/zero") }
    expectError(.missing, "no such file") { _ = try CheckpointFile.read(scratch.file("none.h5")) }
    expectError(.missing, "no such file") { _ = try CheckpointFile.read(path + "/none.h5") }
    #expect(mkfifo(scratch.file("pipe"), 0o600) == 0)
    expectError(.notAFile, "no plain file") { _ = try CheckpointFile.header(of: scratch.file("pipe")) }
  }

  @Test("an error names the file, says one paragraph, and what to try")
  func message() throws {
    try put(image.dropLast(3), path)
    let error = try #require(expectError(.truncated) { _ = try CheckpointFile.read(path) })
    #expect(error.file == path && error.description.hasPrefix(path + ": the file is cut short"))
    #expect(error.advice?.isEmpty == false && !error.description.contains("\n"))
  }

  /// C5 of the specification: a file whose header is stale, after h5repack or h5py.
  @Test(
    "C5: changed by another tool: refused with the flag that takes it; taken, with the names of what was changed, and kept in what is written"
  )
  func edited() throws {
    try put(image + [1, 2, 3], path)
    var wanted = try sample().canonical()
    wanted.edited = "at step 400: repacked"
    #expect(try CheckpointFile.read(path, verification: .edited) == wanted)
    let values = try #require(sample().tensors.last).bytes
    let offset = image.indices.first { image[$0...].starts(with: values) }
    let start = try #require(offset)
    var changed = image
    changed[start + 8] = 0xff
    try put(changed, path)
    expectError(.damagedContents, "read it as edited (--edited)") { _ = try CheckpointFile.read(path) }
    let read = try CheckpointFile.read(path, verification: .edited)
    #expect(read.edited == "at step 400: /metrics/train/step")
    #expect(try read.tensor("metrics/train/step")?.values(as: Int64.self)[1] == 255)
    try CheckpointFile.write(read, to: scratch.file("b.h5"))
    #expect(try CheckpointFile.read(scratch.file("b.h5")) == read)
    // With the digest right and a tensor wrong, the tensor is named.
    try put(sealed(changed), path)
    let error = expectError(.damagedContents, "CRC-32C") { _ = try CheckpointFile.read(path) }
    #expect(error?.object == "/metrics/train/step")
  }

  @Test("C3: with the digest made right again, a flipped bit gives an error or the same contents, in a process that lives")
  func flippedBitsBehindAValidDigest() async {
    await #expect(processExitsWith: .success) {
      let scratch = try Scratch()
      let image = try CheckpointFile.image(of: sample())
      let whole = try sample().canonical()
      var numbers = Numbers(state: 3)
      var refused = 0
      for _ in 0..<1_000 {
        var changed = image
        changed[Int.random(in: 512..<image.count, using: &numbers)] ^= 1 << Int.random(in: 0..<8, using: &numbers)
        try put(try sealed(changed), scratch.file("a.h5"))
        do {
          let read = try CheckpointFile.read(scratch.file("a.h5"))
          if read != whole { exit(3) }
        } catch is CheckpointError {
          refused += 1
        }
      }
      exit(refused > 300 ? 0 : 4)
    }
  }
}
