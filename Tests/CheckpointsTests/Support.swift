import Foundation
import Testing

@testable import Checkpoints

/// A directory of its own for a test, removed with what is in it.
final class Scratch: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "/checkpoints-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { path + "/" + name }

  func names() throws -> [String] { try CheckpointDirectory.names(in: path).filter { $0 != "." && $0 != ".." } }
}

/// Committed files, written by `Tests/Reference/make_hostile_checkpoints.py`.
func reference(_ name: String) -> String {
  URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Reference/Checkpoints/\(name).h5").path
}

/// Contents with each type, scalars, empty tensors, and floats whose bits are easily lost.
func sample(step: Int = 400, metric: Double? = 12.5) -> CheckpointContents {
  let nan = Float(bitPattern: 0x7fa0_0001)
  return CheckpointContents(
    producer: "tests 1.0", step: step, epoch: 3, retentionMetric: metric,
    configurations: [
      StoredConfiguration(name: "generator", json: #"{"layers":[{"in":2,"kind":"dense"}]}"#),
      StoredConfiguration(name: "training", json: #"{"name":"Größe","seed":7}"#),
    ],
    groups: [
      StoredGroup(
        path: "generator",
        attributes: [
          StoredAttribute("kind", .text("mlp")), StoredAttribute("parameter_count", .integer(-9)),
          StoredAttribute("decay", .real(.nan)), StoredAttribute("bias", .flag(1)),
          StoredAttribute("version", .unsigned(.max)), StoredAttribute("note", .text("")),
        ]),
      StoredGroup(path: "rng/latent"),
    ],
    tensors: [
      StoredTensor(
        path: "generator/params/00_dense/weight", shape: [2, 3], values: [nan, -0, .infinity, 1, 2, 3],
        attributes: [StoredAttribute("layout", .text("io"))]),
      StoredTensor(path: "generator/params/00_dense/bias", shape: [1], values: [Float.leastNonzeroMagnitude]),
      StoredTensor(path: "generator_ema/params/00_dense/weight", shape: [1, 1, 1, 2, 1], values: [Double.nan, -0.0]),
      StoredTensor(path: "optimizers/generator/iterations", shape: [], values: [Int64.min]),
      StoredTensor(path: "state/key", shape: [2], values: [UInt64.max, 1]),
      StoredTensor(path: "state/mask", shape: [3], values: [true, false, true]),
      StoredTensor(path: "data/permutation", shape: [4], values: [UInt32](0..<4)),
      StoredTensor(path: "data/counts", shape: [1], values: [Int32.min]),
      StoredTensor(path: "heuristics/collapse/window", shape: [0, 5], values: [Double]()),
      StoredTensor(path: "metrics/train/step", shape: [64], values: [Int64](0..<64)),
    ])
}

/// Runs `body`, which must throw a `CheckpointError` of `kind` whose text has `phrase` in it.
@discardableResult
func expectError(
  _ kind: CheckpointError.Kind, _ phrase: String = "", sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () throws -> Void
) -> CheckpointError? {
  do {
    try body()
    Issue.record("nothing was thrown; \(kind) expected", sourceLocation: sourceLocation)
  } catch let error as CheckpointError {
    #expect(error.kind == kind, "\(error)", sourceLocation: sourceLocation)
    #expect(
      phrase.isEmpty || error.description.contains(phrase), "\(error) lacks '\(phrase)'", sourceLocation: sourceLocation
    )
    return error
  } catch {
    Issue.record("\(error) was thrown; \(kind) expected", sourceLocation: sourceLocation)
  }
  return nil
}

func put(_ bytes: some Sequence<UInt8>, _ path: String) throws {
  try Data(bytes).write(to: URL(fileURLWithPath: path))
}

func bytes(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) }

/// Sets the digest, length and checksum of a header right again after its file was changed.
func sealed(_ file: [UInt8]) throws -> [UInt8] {
  var file = file
  try file.withUnsafeMutableBytes { all in
    let old = try CheckpointHeader(UnsafeRawBufferPointer(all), fileLength: all.count)
    let digest = SHA256.digest(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(all)[512...]))
    CheckpointHeader(
      length: all.count, digest: digest, step: old.step, created: old.created, retentionMetric: old.retentionMetric
    ).write(to: all)
  }
  return file
}

/// A small generator of reproducible numbers (SplitMix64).
struct Numbers: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

/// A sign that one thread gives another.
final class Flag: @unchecked Sendable {
  private let lock = NSLock()
  private var value = false

  var isRaised: Bool { lock.withLock { value } }

  func raise() { lock.withLock { value = true } }
}
