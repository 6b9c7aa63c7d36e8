import DatasetParts
import Foundation
import Testing

@testable import Datasets

/// Pixels against those that Pillow reads: `Tests/Reference/make_image_files.py`.
@Suite struct ImageReferenceTests {
  struct Expected: Decodable {
    var shape: [Int]?
    var crc32: UInt32?
    var first: [UInt8]?
    var refused: String?
  }

  /// The folder of the references, or that which the environment variable `RIVAL_IMAGES` names.
  static let folder = ProcessInfo.processInfo.environment["RIVAL_IMAGES"] ?? References.images

  static func expected() throws -> [String: Expected] {
    try JSONDecoder().decode([String: Expected].self, from: Data(contentsOf: URL(fileURLWithPath: folder + "/expected.json")))
  }

  static func crc32(_ bytes: [UInt8]) -> UInt32 {
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    return ~crc
  }

  @Test func pixelsAreThoseOfPillow() throws {
    let expected = try Self.expected()
    #expect(expected.count >= 140 || Self.folder != References.images)
    for name in expected.keys.sorted() {
      let path = Self.folder + "/" + name
      guard let entry = expected[name] else { continue }
      guard let shape = entry.shape else {
        #expect(message { _ = try ByteImage(reading: path) }.hasPrefix(path + ": "), "\(name): \(entry.refused ?? "")")
        continue
      }
      let image: ByteImage
      do {
        image = try ByteImage(reading: path)
      } catch {
        Issue.record("\(error)")
        continue
      }
      #expect(image.shape == shape, "\(name)")
      #expect(Array(image.pixels.prefix(12)) == entry.first, "\(name)")
      #expect(Self.crc32(image.pixels) == entry.crc32, "\(name)")
      #expect(try ByteImage.isGrey(path) == (shape[2] == 1), "\(name)")
    }
  }

  @Test func aPNGAsAGridIsTheSameImage() throws {
    for name in ["color2-8bit.png", "color0-16bit.png", "color4-8bit-interlaced.png", "exif-6.png"] {
      let path = References.images + "/" + name
      let (grid, image) = (try PNGImage(reading: path), try ByteImage(reading: path))
      #expect([grid.height, grid.width, grid.channels] == image.shape && grid.pixels == image.pixels)
    }
  }

  @Test func backgroundsAreChosen() throws {
    let bytes = try FileBytes.read(References.images + "/color6-8bit.png")
    let (white, black) = (try ByteImage(decoding: bytes), try ByteImage(decoding: bytes, background: 0))
    // What white adds is what shows through, in every channel alike.
    for pixel in 0..<white.pixels.count / 3 {
      let shows = (0..<3).map { Int(white.pixels[3 * pixel + $0]) - Int(black.pixels[3 * pixel + $0]) }
      #expect((shows.max() ?? 0) - (shows.min() ?? 0) <= 1)
    }
    #expect(zip(white.pixels, black.pixels).allSatisfy { $0 >= $1 } && white != black)
  }

  @Test func modesAreConverted() {
    let color = ByteImage(shape: [1, 3, 3], pixels: [255, 0, 0, 0, 255, 0, 10, 20, 30])
    // Pillow's convert("L"): 76, 150, 18.
    #expect(color.inGrey() == ByteImage(shape: [1, 3, 1], pixels: [76, 150, 18]))
    #expect(color.inGrey().inColor().pixels == [76, 76, 76, 150, 150, 150, 18, 18, 18])
    #expect(color.inColor() == color && color.inGrey().inGrey() == color.inGrey())
  }

  /// Each orientation of a picture of six pixels, as Exif defines them: where row 0 and column 0 of what is stored are to be seen.
  @Test func orientationsTurnTheImage() {
    let image = ByteImage(shape: [2, 3, 1], pixels: [1, 2, 3, 4, 5, 6])
    let expected: [(Int, [Int], [UInt8])] = [
      (1, [2, 3, 1], [1, 2, 3, 4, 5, 6]), (2, [2, 3, 1], [3, 2, 1, 6, 5, 4]), (3, [2, 3, 1], [6, 5, 4, 3, 2, 1]),
      (4, [2, 3, 1], [4, 5, 6, 1, 2, 3]), (5, [3, 2, 1], [1, 4, 2, 5, 3, 6]), (6, [3, 2, 1], [4, 1, 5, 2, 6, 3]),
      (7, [3, 2, 1], [6, 3, 5, 2, 4, 1]), (8, [3, 2, 1], [3, 6, 2, 5, 1, 4]),
    ]
    for (orientation, shape, pixels) in expected {
      #expect(image.oriented(orientation) == ByteImage(shape: shape, pixels: pixels), "\(orientation)")
    }
  }

  @Test func limitsHoldBeforeAnythingIsDecoded() throws {
    let limits = ReadingLimits(bytes: 1 << 20, pixels: 30)
    for name in ["color2-8bit.png", "color-16x16-sub2.jpg"] {
      let path = References.images + "/" + name
      let text = message { _ = try ByteImage(reading: path, limits: limits) }
      #expect(
        text.contains("pixels are too many; the limit is 30; try this: scale it down, or set the environment variable RIVAL_LIMIT_PIXELS="))
      #expect(message { _ = try ByteImage(reading: path, limits: ReadingLimits(bytes: 50)) }.contains("but the limit is 50"))
    }
    // A header of 2,000,000 × 2,000,000 pixels, and one that its file cannot hold.
    var bytes = try FileBytes.read(References.images + "/color2-8bit.png")
    func claiming(_ width: UInt32, _ height: UInt32) -> String {
      var header = Array("IHDR".utf8)
      for value in [width, height] { header += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) } }
      header += bytes[24..<29]
      bytes.replaceSubrange(12..<29, with: header)
      bytes.replaceSubrange(29..<33, with: [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: Self.crc32(header) >> $0) })
      return message { _ = try ByteImage(decoding: bytes) }
    }
    #expect(claiming(2_000_000, 2_000_000).contains("2000000 × 2000000 pixels are too many; the limit is 67108864"))
    #expect(claiming(0x7FFF_FFFF, 0x7FFF_FFFF).contains("pixels are too many"))
    // A text of 1 GB, in front of the pixels: no room is made for it.
    var long = try FileBytes.read(References.images + "/color2-8bit.png")
    long.insert(contentsOf: [0x40, 0, 0, 0] + Array("tEXt".utf8) + [1, 2, 3, 4], at: 33)
    #expect(message { _ = try ByteImage(decoding: long) }.contains("(it ends too early)"))
    #expect(claiming(8_000, 8_000).contains("which its \(bytes.count) bytes cannot hold"))
  }
}
