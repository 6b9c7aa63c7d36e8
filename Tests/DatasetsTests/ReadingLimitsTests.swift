import Foundation
import Testing

@testable import Datasets

@Suite struct ReadingLimitsTests {
  @Test func theEnvironmentRaisesThem() {
    #expect(ReadingLimits([:]) == ReadingLimits(bytes: 8 << 30, pixels: 1 << 26))
    #expect(ReadingLimits(["RIVAL_LIMIT_BYTES": "12", "RIVAL_LIMIT_PIXELS": "34"]) == ReadingLimits(bytes: 12, pixels: 34))
    for text in ["", "-1", "0", "many", "1e9", "99999999999999999999"] {
      #expect(ReadingLimits(["RIVAL_LIMIT_BYTES": text, "RIVAL_LIMIT_PIXELS": text]) == ReadingLimits())
    }
  }

  @Test func sizesAreComparedBeforeMemoryIsTaken() throws {
    let limits = ReadingLimits(bytes: 1_000, pixels: 100)
    #expect(try limits.requireBytes(10, 25, 4, file: "x") == 1_000 && limits.requireBytes(0, .max, file: "x") == 0)
    let text = message { _ = try limits.requireBytes(10, 26, 4, file: "x") }
    #expect(text.hasPrefix("x: it needs 1040 bytes, but the limit is 1000; try this: set the environment variable RIVAL_LIMIT_BYTES=1040"))
    #expect(message { _ = try limits.requireBytes(.max, 3, file: "x") }.hasPrefix("x: it needs 9223372036854775807 × 3 bytes"))
    // More than any machine has, below a limit that allows it.
    let huge = ReadingLimits(bytes: .max)
    #expect(
      message { _ = try huge.requireBytes(1 << 60, file: "x") }.hasPrefix(
        "x: it needs 1152921504606846976 bytes of memory, but "))
    #expect(message { try limits.requirePixels(width: 11, height: 10, file: "x") }.contains("RIVAL_LIMIT_PIXELS=110"))
    #expect(message { try limits.requirePixels(width: .max, height: 10, file: "x") }.contains("pixels are too many; the limit is 100"))
    try limits.requirePixels(width: 10, height: 10, file: "x")
  }

  @Test func filesBeyondThemAreRefused() throws {
    try withFolder { folder in
      let path = folder + "/a.csv"
      try Data("1,2\n".utf8).write(to: URL(fileURLWithPath: path))
      #expect(message { _ = try FileBytes.read(path, limits: ReadingLimits(bytes: 3)) }.contains("it needs 4 bytes, but the limit is 3"))
      #expect(message { _ = try CSVFile(reading: path, limits: ReadingLimits(bytes: 3)) }.contains("it needs 4 bytes"))
      #expect(message { _ = try FileBytes.read("/dev/zero") }.hasPrefix("/dev/zero: this is no plain file"))
      #expect(message { _ = try FileBytes.read(folder) }.contains("this is a folder"))
    }
  }

  /// Members of a gzip file one after another, as `cat` joins them; and no more bytes than were asked for.
  @Test func gzipIsReadPieceByPiece() throws {
    try withFolder { folder in
      let path = folder + "/a.gz"
      let parts = [Array(0..<100), Array(100..<250)].map { $0.map { UInt8($0) } }
      try Data(parts.flatMap(IDXImagesTests.gzipStored)).write(to: URL(fileURLWithPath: path))
      let reader = try ByteReader(path)
      #expect(try reader.read(3) == [0, 1, 2] && reader.count == 3)
      #expect(try reader.read(120) == (3..<123).map { UInt8($0) })
      #expect(try reader.read(1_000) == (123..<250).map { UInt8($0) } && reader.count == 250)
      #expect(try reader.read(1) == [])
    }
  }
}
