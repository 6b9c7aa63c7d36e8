import Foundation
import Testing

@testable import Checkpoints

/// Mutates the structures of HDF5 files and makes every checksum and the digest right again, as somebody would who means harm.
struct Mutator {
  private var numbers: Numbers
  private let seeds: [[UInt8]]

  init(seed: UInt64) throws {
    numbers = Numbers(state: seed)
    var files = try Seeds.names.map { Seeds.directory + "/" + $0 }
    for folder in ["Checkpoints", "Samples"] {
      let path = Seeds.directory + "/../" + folder
      files += try CheckpointDirectory.names(in: path).filter { $0.hasSuffix(".h5") }.map { path + "/" + $0 }
    }
    var seeds = try files.map(bytes)
    // Headers of later versions are refused before any structure is looked at.
    seeds.removeAll { $0.starts(with: CheckpointLayout.magic) && (try? sealed($0)) == nil }
    var many = sample()
    many.tensors += (0..<40).map { StoredTensor(path: "state/many/tensor-\($0)", shape: [$0], values: [Int32](0..<Int32($0))) }
    // Our own checkpoints are what is read most, so every second file is one.
    for _ in 0..<seeds.count / 2 { seeds += [try CheckpointFile.image(of: sample()), try CheckpointFile.image(of: many)] }
    self.seeds = seeds
  }

  /// The next file, with one to six edits, of a seed that is also given.
  mutating func next() -> [UInt8] {
    edited(seeds[Int.random(in: 0..<seeds.count, using: &numbers)])
  }

  /// `file` with one to six edits.
  mutating func edited(_ file: [UInt8]) -> [UInt8] {
    var file = file
    for _ in 0..<Int.random(in: 1...6, using: &numbers) { edit(&file) }
    return file
  }

  private mutating func edit(_ file: inout [UInt8]) {
    // The first bytes say what kind of file it is; they stay.
    let start = file.starts(with: CheckpointLayout.magic) ? CheckpointLimits.headerSize : 0
    guard file.count > start + 64 else { return }
    let place = Int.random(in: start + 8..<file.count - 8, using: &numbers)
    switch Int.random(in: 0..<8, using: &numbers) {
    case 0: file[place] ^= 1 << UInt8.random(in: 0..<8, using: &numbers)
    case 1: file[place] = UInt8.random(in: 0...255, using: &numbers)
    case 2: file[place] = file[place] &+ (Bool.random(using: &numbers) ? 1 : 255)
    case 3, 4:
      // A number that is often too much.
      let width = [1, 2, 4, 8][Int.random(in: 0..<4, using: &numbers)]
      let interesting: [UInt64] = [
        0, 1, .max, .max - 1, 1 << 63, .max >> 1, 1 << 31, 1 << 32, 1 << 60, UInt64(file.count), UInt64(file.count - start), 1 << 20,
        UInt64.random(in: 0..<UInt64(file.count), using: &numbers),
      ]
      let number = interesting[Int.random(in: 0..<interesting.count, using: &numbers)]
      for byte in 0..<width { file[place + byte] = UInt8(truncatingIfNeeded: number >> UInt64(8 * byte)) }
    case 5:
      // An address, or whatever stands elsewhere.
      let from = Int.random(in: start..<file.count - 8, using: &numbers)
      file.replaceSubrange(place..<place + 8, with: Array(file[from..<from + 8]))
    case 6:
      let length = Int.random(in: 1...min(64, file.count - place), using: &numbers)
      let from = Int.random(in: start..<file.count - length, using: &numbers)
      file.replaceSubrange(place..<place + length, with: Array(file[from..<from + length]))
    default:
      if Int.random(in: 0..<8, using: &numbers) == 0 {
        file.removeLast(min(file.count - start - 64, Int.random(in: 1...256, using: &numbers)))
      } else {
        for byte in place..<min(file.count, place + 8) { file[byte] = 0 }
      }
    }
  }
}

/// What came of reading mutated files.
struct MutationCounts {
  var files = 0
  var read = 0
  var refused = 0
  var repaired = 0
  var slowest = Duration.zero

  /// Reads `file` in every way until no checksum is wrong any more.
  mutating func read(_ file: [UInt8], at path: String) throws {
    files += 1
    if file.starts(with: CheckpointLayout.magic) {
      try attempt(file, path) { _ = try CheckpointFile.read($0, verification: .edited) }
      try attempt(file, path) { _ = try CheckpointFile.read($0) }
    }
    try attempt(file, path) { _ = try HDF5Samples.read($0) }
  }

  private mutating func attempt(_ mutated: [UInt8], _ path: String, _ body: (String) throws -> Void) throws {
    var file = mutated
    for _ in 0..<200 {
      if file.starts(with: CheckpointLayout.magic) { file = try sealed(file) }
      try replace(path, by: file)
      let begin = ContinuousClock.now
      defer { slowest = max(slowest, ContinuousClock.now - begin) }
      do {
        try body(path)
        read += 1
        return
      } catch let error as CheckpointError {
        guard let (place, checksum) = Self.checksum(error), place + 4 <= file.count else {
          refused += 1
          return
        }
        repaired += 1
        for byte in 0..<4 { file[place + byte] = UInt8(truncatingIfNeeded: checksum >> UInt32(8 * byte)) }
      }
    }
  }

  /// Writes in place: files that are emptied first are brought to the disk each time.
  private func replace(_ path: String, by file: [UInt8]) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
    defer { close(descriptor) }
    guard write(descriptor, file, file.count) == file.count, ftruncate(descriptor, off_t(file.count)) == 0 else {
      throw CheckpointError(.writeFailed, "a mutated file could not be written")
    }
  }

  /// Where a checksum is wrong, and which is right, as the error says.
  private static func checksum(_ error: CheckpointError) -> (place: Int, checksum: UInt32)? {
    guard let words = error.cause?.split(separator: " "), words.count == 7, words[2] == "at", let place = Int(words[4].dropLast()),
      let checksum = UInt32(words[6], radix: 16)
    else { return nil }
    return (place, checksum)
  }
}

@Suite("Mutated structures")
struct MutationTests {
  @Test(
    "C3: with every checksum and the digest right again, a mutated file is read or refused: no crash, none slower than 2 s, no more than 1 GB"
  )
  func mutated() async {
    let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
      let environment = ProcessInfo.processInfo.environment
      let count = environment["RIVAL_MUTATIONS"].flatMap { Int($0) } ?? 4_000
      let scratch = try Scratch()
      var mutator = try Mutator(seed: environment["RIVAL_MUTATIONS_SEED"].flatMap { UInt64($0) } ?? 11)
      var counts = MutationCounts()
      for _ in 0..<count { try counts.read(mutator.next(), at: scratch.file("a.h5")) }
      let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
      let peak = status.split(separator: "\n").first { $0.hasPrefix("VmHWM") }.flatMap { Int($0.filter(\.isNumber)) } ?? .max
      print("\(counts), peak \(peak) kB")
      fflush(nil)
      // Most edits hurt, and some do not: were it otherwise, nothing would have been tried.
      if counts.refused < count / 4 || counts.read < count / 100 || counts.repaired < count / 10 { exit(3) }
      if counts.slowest > .seconds(2) { exit(4) }
      exit(peak < 1 << 20 ? 0 : 5)
    }
    if let result { print(String(decoding: result.standardOutputContent.filter { $0 < 128 }, as: UTF8.self)) }
  }

  @Test("mutated safetensors files are read or refused")
  func safetensors() async {
    await #expect(processExitsWith: .success) {
      let scratch = try Scratch()
      let path = scratch.file("a.safetensors")
      try SafetensorsFile(sample().tensors, metadata: ["step": "4"]).write(to: path)
      let whole = try bytes(path)
      var mutator = try Mutator(seed: 5)
      var refused = 0
      for _ in 0..<4_000 {
        try put(mutator.edited(whole), path)
        do {
          _ = try SafetensorsFile(reading: path)
        } catch is CheckpointError {
          refused += 1
        }
      }
      exit(refused > 1_000 && refused < 4_000 ? 0 : 3)
    }
  }

  @Test("without an edit, every seed is read as it was: the driver's own repairs change nothing")
  func unmutated() throws {
    let scratch = try Scratch()
    for name in try Seeds.names {
      var counts = MutationCounts()
      try counts.read(try bytes(Seeds.directory + "/" + name), at: scratch.file("a.h5"))
      #expect(counts.read == 1 && counts.repaired == 0, "\(name)")
    }
  }
}
