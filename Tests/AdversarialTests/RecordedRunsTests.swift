import Foundation
import Rival
import Testing

/// Runs whose every byte was recorded once: a change of the code that is meant to change no number leaves them as they are.
///
/// The bytes depend on the machine's vector unit too, so that the record names it; on another kind of machine there is nothing to compare with,
/// and the tests say so. `RIVAL_RECORD=1 OMP_NUM_THREADS=n` writes the record of n threads anew, and with it the checkpoints.
@Suite("Recorded runs", .serialized)
struct RecordedRunsTests {
  static let rounds = 200

  @Test("No number has changed since it was recorded", arguments: RecordedComposition.all.map(\.name), [1, 2])
  func numbers(name: String, threads: Int) throws {
    let composition = try #require(RecordedComposition.all.first { $0.name == name })
    let key = "\(name)/\(threads)"
    if RecordedRuns.isRecording {
      guard threads == CPU.threadCount else { return }
      try RecordedRuns.record(try digests(of: composition, threads: threads), of: key)
      return
    }
    guard let expected = try RecordedRuns.known()[key] else {
      return RecordedRuns.sayNothingToCompareWith(key)
    }
    #expect(try digests(of: composition, threads: threads) == expected)
  }

  @Test("Every composition is recorded for one thread and for two")
  func isComplete() throws {
    guard !RecordedRuns.isRecording else { return }
    let wanted = Set(RecordedComposition.all.flatMap { ["\($0.name)/1", "\($0.name)/2"] })
    for (machine, runs) in try RecordedRuns.all() { #expect(Set(runs.keys.filter { !$0.contains("resumed") }) == wanted, "\(machine)") }
    #expect(RecordedComposition.all.count >= 20)
  }

  @Test("Checkpoints of the first layout are resumed to the same bytes", arguments: RecordedComposition.saved)
  func resumed(name: String) throws {
    let composition = try #require(RecordedComposition.all.first { $0.name == name })
    let path = RecordedRuns.folder + "/checkpoints-1.0/\(composition.slug).h5"
    if RecordedRuns.isRecording {
      guard CPU.threadCount == 1 else { return }
      let trainer = try composition.trainer(threads: 1)
      try trainer.run(until: Self.rounds / 2)
      try trainer.save(to: path)
    }
    let trainer = try Trainer(resuming: path, data: composition.data, threadCount: 1)
    #expect(trainer.step == Self.rounds / 2)
    try trainer.run(until: Self.rounds)
    guard let expected = try RecordedRuns.known()["\(name)/1"] else {
      return RecordedRuns.sayNothingToCompareWith(name)
    }
    #expect(try RecordedRuns.digests(of: trainer) == expected)
  }

  private func digests(of composition: RecordedComposition, threads: Int) throws -> [String: String] {
    let trainer = try composition.trainer(threads: threads)
    try trainer.run(until: Self.rounds)
    #expect(trainer.failure == nil)
    return try RecordedRuns.digests(of: trainer)
  }
}

/// The record, and what is kept of a run.
enum RecordedRuns {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Fixtures").path
  static let isRecording = ProcessInfo.processInfo.environment["RIVAL_RECORD"] != nil
  private static let path = folder + "/recorded-runs.json"

  /// Machine → composition and threads → what → digest.
  static func all() throws -> [String: [String: [String: String]]] {
    guard let data = FileManager.default.contents(atPath: path) else { return [:] }
    return try JSONDecoder().decode([String: [String: [String: String]]].self, from: data)
  }

  /// What was recorded on a machine like this one.
  static func known() throws -> [String: [String: String]] { try all()[machine] ?? [:] }

  static func record(_ digests: [String: String], of key: String) throws {
    var all = try all()
    all[machine, default: [:]][key] = digests
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    try encoder.encode(all).write(to: URL(fileURLWithPath: path))
  }

  static func sayNothingToCompareWith(_ key: String) {
    print("NOT COMPARED: \(key) was recorded on \((try? all().keys.sorted()) ?? []), and this is \(machine)")
  }

  /// What besides the thread count decides how sums are rounded.
  static let machine: String = {
    let lines = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.split(separator: "\n") ?? []
    func value(_ name: String) -> String {
      let line = lines.first { $0.split(separator: ":").first.map { $0.filter { !$0.isWhitespace } } == name }
      return line?.split(separator: ":").last.map { $0.filter { !$0.isWhitespace } } ?? "?"
    }
    return "\(CPU.vectorUnit), family \(value("cpufamily")), model \(value("model"))"
  }()

  /// The whole state, what was recorded of each round, and samples.
  static func digests(of trainer: Trainer) throws -> [String: String] {
    var state = RunDigest()
    for (path, tensor) in trainer.state {
      state.absorb("\(path) \(tensor.dtype.rawValue) \(tensor.shape.dimensions)")
      try tensor.withBytes { state.absorb($0) }
    }
    var history = RunDigest()
    for name in trainer.history.names {
      history.absorb(name)
      for value in trainer.history[name] ?? [] { withUnsafeBytes(of: value) { history.absorb($0) } }
    }
    var samples = RunDigest()
    try trainer.sample(300).withBytes { samples.absorb($0) }
    return ["state": state.text, "history": history.text, "samples": samples.text]
  }
}

/// A digest of bytes: 64 bits of FNV-1a, and 64 of a sum of squares that the order enters.
struct RunDigest {
  private var first: UInt64 = 0xCBF2_9CE4_8422_2325
  private var second: UInt64 = 1

  mutating func absorb(_ bytes: UnsafeRawBufferPointer) {
    for byte in bytes {
      first = (first ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
      second = (second &+ UInt64(byte)) &* (second | 1) &+ 0x9E37_79B9_7F4A_7C15
    }
  }

  mutating func absorb(_ text: String) { Array(text.utf8).withUnsafeBytes { absorb($0) } }

  var text: String { [first, second].map { String($0, radix: 16) }.joined(separator: "-") }
}
