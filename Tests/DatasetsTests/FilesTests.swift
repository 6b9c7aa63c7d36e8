import Foundation
import Testing

@testable import Datasets

@Suite struct FilesTests {
  @Test(arguments: [1, 3]) func pngKeepsEveryPixel(channels: Int) throws {
    let pixels = (0..<(7 * 5 * channels)).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 11) }
    let image = try PNGImage(width: 7, height: 5, channels: channels, pixels: pixels)
    let bytes = try image.encoded()
    #expect(Array(bytes.prefix(8)) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    #expect(try PNGImage(decoding: bytes) == image)
    #expect(try image.encoded() == bytes)
    try withFolder { folder in
      try image.write(to: folder + "/a.png")
      #expect(try PNGImage(reading: folder + "/a.png") == image)
    }
  }

  @Test func damagedPNGsAreRefused() throws {
    let pixels = (0..<3000).map { UInt8(truncatingIfNeeded: $0 &* $0) }
    let bytes = try PNGImage(width: 50, height: 60, channels: 1, pixels: pixels).encoded()
    for damaged in [[], [1, 2, 3], Array(bytes.prefix(20)), Array(bytes.prefix(bytes.count / 2))] as [[UInt8]] {
      #expect(message { _ = try PNGImage(decoding: damaged, file: "x.png") }.contains("x.png: it is no PNG image"))
    }
    #expect(message { _ = try PNGImage(width: 2, height: 2, channels: 2, pixels: []) }.contains("2 channels"))
    #expect(
      message { _ = try PNGImage(width: 2, height: 2, channels: 1, pixels: [1]) }.contains("1 bytes are not 2 × 2 × 1"))
  }

  @Test func gridPlacesSamples() throws {
    let grid = try PNGImage.grid(
      samples: [-1, 1, 0, 5, .nan, -7], shape: [1, 1, 1], columns: 2, padding: 1, background: 9)
    #expect(grid.width == 5 && grid.height == 7 && grid.channels == 1)
    let b: UInt8 = 9
    #expect(
      grid.pixels == [
        b, b, b, b, b,
        b, 0, b, 255, b,
        b, b, b, b, b,
        b, 128, b, 255, b,
        b, b, b, b, b,
        b, b, b, 0, b,
        b, b, b, b, b,
      ])
  }

  @Test func gridKeepsRowsAndChannels() throws {
    let grid = try PNGImage.grid(samples: [-1, 0, 1, 1, 1, -1], shape: [1, 2, 3])
    #expect(grid.width == 6 && grid.height == 5 && grid.channels == 3)
    let middle = grid.pixels[(2 * 6 * 3)..<(3 * 6 * 3)]
    let white: [UInt8] = Array(repeating: 255, count: 6)
    #expect(Array(middle) == white + [0, 128, 255, 255, 255, 0] + white)
    #expect(message { _ = try PNGImage.grid(samples: [1, 2], shape: [2]) }.contains("no images"))
    #expect(message { _ = try PNGImage.grid(samples: [1, 2], shape: [1, 3, 1]) }.contains("2 numbers"))
  }

  @Test(arguments: [[], [3], [2, 3], [4, 0], [1, 2, 3]]) func npyKeepsShapeAndNumbers(shape: [Int]) throws {
    let count = shape.reduce(1, *)
    let floats = try NPYFile((0..<count).map { Float($0) / 3 }, shape: shape)
    let bytes = floats.encoded()
    #expect(try NPYFile(decoding: bytes) == floats)
    #expect((bytes.count - 4 * count).isMultiple(of: 64))
    let doubles = try NPYFile(shape: shape, elements: .float64((0..<count).map { Double($0) / 3 }))
    #expect(try NPYFile(decoding: doubles.encoded()) == doubles)
    #expect(doubles.floats == floats.floats)
  }

  @Test func npyHasNumPysBytes() throws {
    // numpy.save of numpy.array([1, 2], dtype='<f4'), version 1.0.
    var expected: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0]
    expected += Array("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }".utf8)
    expected += Array(repeating: 32, count: 128 - 1 - expected.count) + [10]
    expected += [0, 0, 128, 63, 0, 0, 0, 64]
    #expect(try NPYFile([1, 2], shape: [2]).encoded() == expected)
  }

  @Test func wrongNPYsAreRefused() throws {
    let good = try NPYFile([1, 2, 3, 4], shape: [2, 2]).encoded()
    func changed(_ text: String, to other: String) -> [UInt8] {
      Array(String(decoding: good.dropFirst(), as: Unicode.ASCII.self).replacingOccurrences(of: text, with: other).utf8)
    }
    #expect(message { _ = try NPYFile(decoding: Array(good.dropLast())) }.contains("15 bytes follow"))
    #expect(message { _ = try NPYFile(decoding: good + [0]) }.contains("17 bytes follow"))
    #expect(message { _ = try NPYFile(decoding: Array(good.prefix(40))) }.contains("ends inside the header"))
    #expect(message { _ = try NPYFile(decoding: Array("hello, this is text".utf8)) }.contains("does not start as .npy"))
    let header = { (text: String) -> [UInt8] in
      [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.utf8.count), 0] + Array(text.utf8)
    }
    let complex = header("{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }")
    #expect(message { _ = try NPYFile(decoding: complex) }.contains("of type '<c8'"))
    let columns = header("{'descr': '<f4', 'fortran_order': True, 'shape': (1,), }")
    #expect(message { _ = try NPYFile(decoding: columns) }.contains("row-major"))
    let huge = header("{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807, 8), }")
    #expect(message { _ = try NPYFile(decoding: huge) }.contains("promises the shape"))
    #expect(message { _ = try NPYFile([1], shape: [2]) }.contains("1 numbers do not have the shape [2]"))
  }

  @Test func csvKeepsNumbersExactly() throws {
    let values: [Float] = [0.1, -1.5e-30, .infinity, 16_777_216, 1 / 3, -0.0]
    let file = try CSVFile(values, columns: 2, header: ["x", "y"])
    #expect(file.encoded().hasPrefix("x,y\n0.1,-1.5e-30\n"))
    #expect(try CSVFile(parsing: file.encoded(), allowsNonFinite: true) == file)
    #expect(try CSVFile(parsing: "1, 2\r\n 3 ,4\r\n\r\n").values == [1, 2, 3, 4])
    try withFolder { folder in
      try file.write(to: folder + "/a.csv")
      #expect(try CSVFile(reading: folder + "/a.csv", allowsNonFinite: true) == file)
    }
  }

  @Test func wrongCSVsAreRefused() {
    #expect(message { _ = try CSVFile(parsing: "1,2\n3\n", file: "a.csv") }.contains("a.csv: line 2 has 1 fields"))
    #expect(message { _ = try CSVFile(parsing: "x,y\n1,2\n3,four\n") }.contains("field 2 of line 3 is 'four'"))
    #expect(message { _ = try CSVFile(parsing: "") }.contains("holds no lines"))
    #expect(message { _ = try CSVFile([1, 2, 3], columns: 2) }.contains("rows of 2"))
    #expect(message { _ = try CSVFile(reading: "/nowhere.csv") }.contains("/nowhere.csv: there is no such file"))
  }
}
