import Adversarial
import Foundation
import Testing

@testable import DatasetParts
@testable import Datasets

@Suite struct IDXImagesTests {
  /// Two images of 2 × 3 pixels.
  static let images = header(0x803, [2, 2, 3]) + [0, 51, 102, 153, 204, 255, 1, 2, 3, 4, 5, 6]
  static let labels = header(0x801, [2]) + [7, 9]
  /// `images`, compressed by gzip (deflate's stored form), written out by hand.
  static let compressed: [UInt8] = gzipStored(images)

  static func header(_ magic: Int, _ dimensions: [Int]) -> [UInt8] {
    ([magic] + dimensions).flatMap { word in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> $0) } }
  }

  /// RFC 1952 and 1951: header, one stored block, CRC-32, length.
  static func gzipStored(_ bytes: [UInt8]) -> [UInt8] {
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    let size = UInt16(bytes.count)
    func little(_ word: UInt32) -> [UInt8] { [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: word >> $0) } }
    let block = [UInt8(1)] + little(UInt32(size)).prefix(2) + little(UInt32(~size)).prefix(2) + bytes
    return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255] + block + little(~crc) + little(UInt32(bytes.count))
  }

  /// Writes files into a folder of their own and returns what opening it says.
  func opening(_ files: [(String, [UInt8])], _ change: (inout IDXImages) -> Void = { _ in }) throws -> String {
    try withFolder { folder in
      for (name, bytes) in files { try Data(bytes).write(to: URL(fileURLWithPath: folder + "/" + name)) }
      var source = IDXImages(folder: folder)
      change(&source)
      return message { _ = try source.opened() }
    }
  }

  @Test(arguments: ["train-images-idx3-ubyte", "train-images-idx3-ubyte.gz"])
  func pixelsAreScaled(name: String) throws {
    try withFolder { folder in
      let bytes = name.hasSuffix(".gz") ? Self.compressed : Self.images
      try Data(bytes).write(to: URL(fileURLWithPath: folder + "/" + name))
      try Data(Self.labels).write(to: URL(fileURLWithPath: folder + "/train-labels-idx1-ubyte"))
      let samples = try IDXImages(folder: folder).opened()
      #expect(samples.sampleShape == [2, 3, 1] && samples.count == 2)
      let values = batch(samples, 0, size: 2)
      let first: [Float] = [-1, -0.6, -0.2, 0.2, 0.6, 1]
      let start = values[0] == -1 ? 0 : 6
      #expect(zip(values[start..<(start + 6)], first).allSatisfy { abs($0 - $1) < 1e-6 })
      #expect(values[start] == -1 && values[start + 5] == 1)

      let kept = try IDXImages(folder: folder, classes: [9]).opened()
      #expect(kept.count == 1 && kept.fingerprint != samples.fingerprint)
      #expect(abs(batch(kept, 0, size: 1)[0] - (1 / 127.5 - 1)) < 1e-6)
    }
  }

  @Test func trainingFilesArePreferred() throws {
    let one = Self.header(0x803, [1, 1, 1]) + [9]
    let files = [("t10k-images-idx3-ubyte", one), ("train-images-idx3-ubyte.gz", Self.compressed)]
    try withFolder { folder in
      for (name, bytes) in files { try Data(bytes).write(to: URL(fileURLWithPath: folder + "/" + name)) }
      #expect(try IDXImages(folder: folder).opened().count == 2)
      #expect(try IDXImages(folder: folder, split: .test).opened().count == 1)
      #expect(try IDXImages(folder: folder, images: "t10k-images-idx3-ubyte").opened().count == 1)
      #expect(try IDXImages(folder: "", images: folder + "/t10k-images-idx3-ubyte").opened().count == 1)
    }
  }

  @Test func damagedFilesAreRefused() throws {
    let name = "train-images-idx3-ubyte"
    let cases: [([(String, [UInt8])], String)] = [
      ([], "the folder is empty"),
      ([("readme", [1])], "none of the folder's 1 files"),
      ([(name, Self.labels)], "its magic number is 0x00000801, not 0x00000803; try this: this is a file of labels"),
      ([(name, Self.header(0xD08, [1, 1, 1]) + [1])], "0x00000d08"),
      ([(name, [])], "ends inside the header"),
      ([(name, Array(Self.images.prefix(9)))], "ends inside the header"),
      ([(name, Self.header(0x803, [0, 2, 3]))], "it holds nothing"),
      ([(name, Array(Self.images.dropLast()))], "promises extents [2, 2, 3], 28 bytes in all, but there are 27 bytes"),
      ([(name, Self.images + [1, 2])], "but there are 2 more bytes"),
      ([(name, Self.header(0x803, [1 << 31, 1 << 31, 1 << 31]))], "it is truncated"),
      ([(name, Self.compressed)], "its name does not end in .gz"),
      ([(name + ".gz", Self.images)], "does not start with gzip's magic bytes"),
      ([(name + ".gz", Array(Self.compressed.dropLast(20)))], "it is truncated"),
      ([(name + ".gz", Array(Self.compressed.dropLast(3)))], "it is truncated"),
      ([(name + ".gz", Self.compressed + [1])], "1 bytes follow the end"),
      ([(name + ".gz", Self.gzipStored(Self.images + [0]))], "but there are more"),
      ([(name + ".gz", Self.gzipStored(Self.header(0x803, [60000, 60000, 60000])))], "it is truncated"),
      ([("a-images-idx3-ubyte", Self.images), ("b-images-idx3-ubyte", Self.images)], "several files of images fit"),
    ]
    for (files, expected) in cases {
      let text = try opening(files)
      #expect(text.contains(expected), "\(text)")
      #expect(text.contains("try this:"))
    }
    var flipped = Self.compressed
    flipped[30] ^= 1
    #expect(try opening([(name + ".gz", flipped)]).contains("damaged"))
  }

  @Test func labelsMustMatch() throws {
    let files = [("train-images-idx3-ubyte", Self.images), ("train-labels-idx1-ubyte", Self.header(0x801, [1]) + [7])]
    #expect(try opening(files).contains("it holds 1 labels, but"))
    #expect(try opening([files[0]]) { $0.classes = [3] }.contains("there are no labels beside the images"))
    #expect(try opening([files[0]]) { $0.split = .test }.contains("no file of images is for split 'test'"))
    let good = [files[0], ("train-labels-idx1-ubyte", Self.labels)]
    #expect(try opening(good) { $0.classes = [3] }.contains("choose from the labels that occur: [7, 9]"))
    #expect(try opening(good) == "")
  }

  @Test func missingFoldersAreNamed() {
    #expect(
      message { _ = try IDXImages(folder: "/nowhere/at/all").opened() }.contains(
        "/nowhere/at/all: there is no such folder"))
    #expect(message { _ = try IDXImages().opened() }.contains("neither a folder nor a file"))
    #expect(message { _ = try IDXImages(folder: "", images: "/nowhere").opened() }.contains("there is no such file"))
    #expect(message { try IDXImages(folder: "x", classes: [256]).validateFields() }.contains("'classes'"))
  }

  @Test(.enabled(if: RealData.mnist != nil, "RIVAL_DATA names no folder of real data"))
  func realDigitsAreRead() throws {
    let folder = try #require(RealData.mnist)
    let samples = try IDXImages(folder: folder, split: .test).opened()
    #expect(samples.count == 10_000 && samples.sampleShape == [28, 28, 1])
    let values = batch(samples, 0, size: 256)
    #expect(values.allSatisfy { $0 >= -1 && $0 <= 1 } && values.contains(-1) && values.contains(1))
    // The published mean of MNIST is 0.1307 of the range for training and 0.1325 for test images.
    let mean = values.reduce(0) { $0 + Double($1) } / Double(values.count)
    #expect(abs((mean + 1) / 2 - 0.1325) < 0.01)
    let ones = try IDXImages(folder: folder, split: .test, classes: [1]).opened()
    #expect(ones.count == 1135)
  }
}
