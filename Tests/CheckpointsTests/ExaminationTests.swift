import Foundation
import Testing

@testable import Checkpoints

@Suite("Examining a file")
struct ExaminationTests {
  private let scratch: Scratch
  private let path: String
  private let image: [UInt8]

  init() throws {
    scratch = try Scratch()
    path = scratch.file("a.h5")
    image = try CheckpointFile.image(of: sample())
  }

  private func place(of tensor: String) throws -> Int {
    let values = try #require(sample().tensor(tensor)).bytes
    return try #require(image.indices.first { image[$0...].starts(with: values) })
  }

  @Test("a sound file has nothing wrong, and its contents are there")
  func sound() throws {
    try put(image, path)
    let found = CheckpointFile.examine(path)
    #expect(found.isValid && found.fileLength == image.count && found.header?.step == 400)
    #expect(
      try found.contents
        == {
          var wanted = try sample().canonical()
          wanted.retentionMetric = nil
          return wanted
        }())
  }

  @Test("every tensor that is broken is named, beside the digest")
  func tensors() throws {
    var changed = image
    for tensor in ["metrics/train/step", "data/permutation"] { changed[try place(of: tensor)] ^= 1 }
    try put(changed, path)
    let found = CheckpointFile.examine(path)
    #expect(found.problems.map(\.object) == [nil, "/data/permutation", "/metrics/train/step"])
    #expect(found.problems.map(\.kind) == [.damagedContents, .damagedContents, .damagedContents])
    try put(sealed(changed), path)
    #expect(CheckpointFile.examine(path).problems.map(\.object) == ["/data/permutation", "/metrics/train/step"])
  }

  @Test("a broken structure is told with the byte where it is")
  func structure() throws {
    var changed = image
    let header = try #require(image.indices.dropFirst(512).first { image[$0...].starts(with: Array("OHDR".utf8)) })
    changed[header + 4] = 9
    try put(sealed(changed), path)
    let problem = try #require(CheckpointFile.examine(path).problems.first)
    #expect(problem.description.contains("byte \(header)"), "\(problem)")
    #expect(CheckpointFile.examine(path).problems.count == 1)
  }

  @Test("files that are none, and files that are not there")
  func others() throws {
    try put("text".utf8, path)
    #expect(CheckpointFile.examine(path).problems.map(\.kind) == [.notACheckpoint])
    #expect(CheckpointFile.examine(scratch.file("none.h5")).problems.map(\.kind) == [.missing])
    try put(image.dropLast(5), path)
    #expect(CheckpointFile.examine(path).problems.first?.kind == .truncated)
    let other = CheckpointFile.examine(reference("other-step"))
    #expect(other.problems.count == 1 && other.header?.step == 401 && other.contents?.step == 400)
  }
}
