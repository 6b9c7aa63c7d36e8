import Foundation
import Testing

@testable import Checkpoints

@Suite("Reading samples")
struct SampleReadingTests {
  /// Committed files, written by `Tests/Reference/make_sample_files.py`.
  static func samples(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Reference/Samples/\(name).h5").path
  }

  @Test("what was written is read back bit for bit", arguments: [[0, 2], [7], [3, 2], [2, 4, 4, 3], [1, 1, 1, 1, 1, 1, 1, 2]])
  func roundTrip(_ shape: [Int]) throws {
    let scratch = try Scratch()
    var values = (0..<shape.reduce(1, *)).map { Float($0) / 3 - 1 }
    if values.count > 1 { values[0] = .leastNonzeroMagnitude }
    try HDF5Samples.write(values, shape: shape, to: scratch.file("a.h5"))
    let found = try HDF5Samples.read(scratch.file("a.h5"))
    #expect(found.shape == shape)
    #expect(found.values.map(\.bitPattern) == values.map(\.bitPattern))
  }

  @Test("bytes, compressed, are scaled to [-1, 1]")
  func bytesAreScaled() throws {
    let found = try HDF5Samples.read(Self.samples("gzip-uint8"))
    #expect(found.shape == [6, 4, 4, 3])
    #expect(found.values == (0..<288).map { Float(Double($0 % 256) / 127.5 - 1) })
    #expect(found.values[0] == -1 && found.values[255] == 1)
  }

  @Test("numbers of other types, orders and layouts become float32")
  func otherTypes() throws {
    let points = try HDF5Samples.read(Self.samples("double-big-endian"))
    #expect(points.shape == [5, 2] && points.values == (0..<10).map { Float($0) / 4 - 1 })
    let integers = try HDF5Samples.read(Self.samples("int16-growing"))
    #expect(integers.shape == [3, 2] && integers.values == [-3, -2, -1, 0, 1, 2])
    #expect(try HDF5Samples.read(Self.samples("float16")).values == [0, 0.125, 0.25, 0.375])
    #expect(try HDF5Samples.read(Self.samples("zeros-gzip")).values == [Float](repeating: 0, count: 65_536))
    #expect(try HDF5Samples.read(Self.samples("no-rows")).shape == [0, 2])
  }

  /// A file, a phrase of the message, and the object that it must name.
  static let refusals: [(name: String, phrase: String, object: String)] = [
    ("text", "neither integers nor floating-point", "/samples"), ("pairs", "neither integers nor floating-point", "/samples"),
    ("scalar", "has 0 axes", "/samples"), ("two-datasets", "holds the datasets a, b", "/"),
    ("only-groups", "holds no dataset", "/"), ("group-as-samples", "is no dataset", "/samples"),
    ("soft-link", "link to another place", "/samples"), ("external-link", "link to another place", "/samples"),
    ("external-storage", "in another file", "/samples"), ("virtual", "is virtual", "/samples"),
    ("declared-contiguous", "does not hold", "/samples"), ("declared-chunked", "does not hold", "/samples"),
    ("declared-huge", "does not hold", "/samples"), ("lzf", "compressed by filter 32000", "/samples"),
  ]

  @Test("other forms are refused at once, with file, object and reason", arguments: refusals.indices)
  func refused(_ index: Int) throws {
    let file = Self.refusals[index]
    let begin = ContinuousClock.now
    let error = try #require(expectError(.refused, file.phrase) { _ = try HDF5Samples.read(Self.samples(file.name)) })
    #expect(ContinuousClock.now - begin < .seconds(2))
    #expect(error.file == Self.samples(file.name) && error.object == file.object)
  }

  @Test("files that are none, and files cut short")
  func damaged() throws {
    let scratch = try Scratch()
    expectError(.missing) { _ = try HDF5Samples.read(scratch.file("none.h5")) }
    expectError(.notAFile) { _ = try HDF5Samples.read(scratch.path) }
    try put([], scratch.file("empty.h5"))
    expectError(.refused, "is empty") { _ = try HDF5Samples.read(scratch.file("empty.h5")) }
    try put(Array(String(repeating: "1,2\n", count: 500).utf8), scratch.file("text.h5"))
    expectError(.refused, "no HDF5 file") { _ = try HDF5Samples.read(scratch.file("text.h5")) }
    let whole = try bytes(Self.samples("gzip-uint8"))
    for length in [8, 40, 100, whole.count / 2, whole.count - 1] {
      try put(whole.prefix(length), scratch.file("cut.h5"))
      do {
        _ = try HDF5Samples.read(scratch.file("cut.h5"))
        Issue.record("\(length) of \(whole.count) bytes were read as a file")
      } catch let error as CheckpointError {
        #expect(error.kind == (length < 96 ? .damagedContents : .truncated), "\(length): \(error)")
      }
    }
    try CheckpointFile.write(sample(), to: scratch.file("checkpoint.h5"))
    expectError(.refused, "holds no dataset") { _ = try HDF5Samples.read(scratch.file("checkpoint.h5")) }
  }

  @Test("no byte that is changed makes it crash or read more than the file can hold")
  func flipped() throws {
    let scratch = try Scratch()
    let whole = try bytes(Self.samples("gzip-uint8"))
    var numbers = Numbers(state: 5)
    for _ in 0..<300 {
      var damaged = whole
      for _ in 0..<Int.random(in: 1...3, using: &numbers) {
        damaged[Int.random(in: 0..<damaged.count, using: &numbers)] = UInt8.random(in: 0...255, using: &numbers)
      }
      try put(damaged, scratch.file("flipped.h5"))
      do {
        #expect(try HDF5Samples.read(scratch.file("flipped.h5")).values.count <= 1_100 * damaged.count + 65_536)
      } catch let error as CheckpointError {
        #expect(error.file == scratch.file("flipped.h5"))
      }
    }
  }

  @Test("neither reading nor refusing leaves a handle open")
  func leaks() async {
    await #expect(processExitsWith: .success) {
      for name in ["gzip-uint8", "int16-growing"] { _ = try HDF5Samples.read(SampleReadingTests.samples(name)) }
      for file in SampleReadingTests.refusals {
        do {
          _ = try HDF5Samples.read(SampleReadingTests.samples(file.name))
          exit(3)
        } catch is CheckpointError {
          if HDF5.openHandles != 0 { exit(4) }
        }
      }
      exit(HDF5.openHandles == 0 ? 0 : 5)
    }
  }
}
