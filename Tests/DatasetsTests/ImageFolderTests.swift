import Adversarial
import Foundation
import Networks
import Testing

@testable import DatasetParts
@testable import Datasets

@Suite struct ImageFolderTests {
  static let smooth: [UInt8] = (0..<384).map { (place: Int) -> UInt8 in UInt8(place / 16 * 5 + place % 16) }

  static func put(_ bytes: [UInt8], _ path: String) throws {
    let url = URL(fileURLWithPath: path)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
  }

  static func png(_ width: Int, _ height: Int, _ value: UInt8, channels: Int = 1) throws -> [UInt8] {
    try PNGImage(
      width: width, height: height, channels: channels, pixels: Array(repeating: value, count: width * height * channels)
    ).encoded()
  }

  @Test func jpegsAreReadInGreyAndColour() throws {
    let grey = try ByteImage(decoding: JPEGFile.encoded(width: 16, height: 24, channels: 1, pixels: Self.smooth))
    #expect(grey.shape == [24, 16, 1])
    // At the best quality coefficients are rounded to integers: a pixel is off by a few at most.
    #expect(zip(grey.pixels, Self.smooth).allSatisfy { abs(Int($0) - Int($1)) <= 2 })
    let pixels: [UInt8] = (0..<64).flatMap { _ in [250, 10, 60] as [UInt8] }
    let color = try ByteImage(decoding: JPEGFile.encoded(width: 8, height: 8, channels: 3, pixels: pixels))
    #expect(color.shape == [8, 8, 3] && zip(color.pixels, pixels).allSatisfy { abs(Int($0) - Int($1)) <= 3 })
    try withFolder { folder in
      let bytes = JPEGFile.encoded(width: 16, height: 24, channels: 1, pixels: Self.smooth)
      try Self.put(bytes, folder + "/a.jpg")
      #expect(try ByteImage(reading: folder + "/a.jpg") == grey)
    }
  }

  @Test func damagedJPEGsAreRefused() throws {
    let bytes = JPEGFile.encoded(width: 16, height: 24, channels: 1, pixels: Self.smooth)
    func text(_ bytes: [UInt8]) -> String { message { _ = try ByteImage(decoding: bytes, file: "x.jpg") } }
    #expect(text([]).hasPrefix("x.jpg: it is empty"))
    for other in [[1, 2, 3], Array("hello, this is text".utf8)] { #expect(text(other).hasPrefix("x.jpg: it is no PNG or JPEG image; try")) }
    #expect(text(Array("GIF89a".utf8)).hasPrefix("x.jpg: it is no PNG or JPEG image, but a GIF file; try this: save it as PNG"))
    for damaged in [Array(bytes.prefix(30)), Array(bytes.prefix(bytes.count - 40)), Array(bytes.dropLast(2))] {
      #expect(text(damaged).hasPrefix("x.jpg: it is no JPEG image that can be read ("), "\(text(damaged))")
    }
    #expect(message { _ = try ByteImage(reading: "/nowhere.jpg") }.contains("there is no such file"))
    // The frame header: ff c0, length, precision, height, width.
    let frame = try #require(bytes.indices.first { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xC0 })
    var huge = bytes
    huge.replaceSubrange((frame + 5)..<(frame + 9), with: [0x1F, 0, 0x1F, 0])
    #expect(text(huge).contains("declares 7936 × 7936 pixels, which its \(bytes.count) bytes cannot hold"), "\(text(huge))")
    huge.replaceSubrange((frame + 5)..<(frame + 9), with: [0xF0, 0, 0xF0, 0])
    #expect(text(huge).contains("pixels are too many"), "\(text(huge))")
  }

  @Test func squaresAreMeansOfAreas() {
    // 2 × 4: the middle square is columns 1 and 2.
    let wide = ByteImage(shape: [2, 4, 1], pixels: [9, 10, 20, 9, 9, 30, 41, 9])
    #expect(wide.square(2).pixels == [10, 20, 30, 41])
    #expect(wide.square(1).pixels == [25])  // 101 / 4 = 25.25
    // 3 → 2: weights 1 and 1/2 along each axis, of an area 9 / 4.
    let three = ByteImage(shape: [3, 3, 1], pixels: [0, 90, 0, 90, 90, 90, 0, 90, 180])
    #expect(three.square(2).pixels == [50, 50, 50, 130])  // (0 + 45 + 45 + 22.5) / 2.25; (180 + 45 + 45 + 22.5) / 2.25
    #expect(three.square(3) == three)
    #expect(three.square(6).pixels.prefix(6) == [0, 0, 90, 90, 0, 0])
    let color = ByteImage(shape: [2, 2, 3], pixels: [0, 10, 255, 4, 10, 255, 0, 10, 255, 4, 10, 255])
    #expect(color.square(1).pixels == [2, 10, 255])
  }

  @Test func filesAreReadByPathWhateverTheirFormat() throws {
    try withFolder { folder in
      try Self.put(try Self.png(4, 4, 255), folder + "/b/2.PNG")
      try Self.put(try Self.png(4, 4, 0), folder + "/a/deep/1.png")
      try Self.put(JPEGFile.encoded(width: 4, height: 4, channels: 1, pixels: Array(repeating: 51, count: 16)), folder + "/b/1.jpeg")
      try Self.put([1], folder + "/a/notes.txt")
      try Self.put([1], folder + "/.hidden/x.png")
      let paths = try ImageFiles.paths(in: folder, classes: [])
      #expect(paths == ["/a/deep/1.png", "/b/1.jpeg", "/b/2.PNG"].map { folder + $0 })
      let samples = try ImageFolder(folder: folder).opened()
      #expect(samples.sampleShape == [4, 4, 1] && samples.count == 3)
      let values = batch(samples, 0, size: 3)
      let first: [Float] = [values[0], values[16], values[32]].sorted()
      #expect(first.map { ($0 * 10).rounded() } == [-10, -6, 10])
      #expect(try ImageFolder(folder: folder, classes: ["a"]).opened().count == 1)
      #expect(try ImageFolder(folder: folder, size: 2).opened().sampleShape == [2, 2, 1])
      let split = try ImageFolder(folder: folder, heldOutFraction: 0.4).opened()
      #expect(split.count == 2 && split.heldOut?.count == 1)
      #expect(try ImageFolder(folder: folder).opened().fingerprint == samples.fingerprint)
    }
  }

  @Test func wrongFoldersAreRefused() throws {
    #expect(message { _ = try ImageFolder().opened() }.contains("was given no folder"))
    #expect(message { _ = try ImageFolder(folder: "/nowhere/at/all").opened() }.contains("there is no such folder"))
    #expect(message { try ImageFolder(folder: "x", size: -1).validateFields() }.contains("'size'"))
    #expect(message { try ImageFolder(folder: "x", heldOutFraction: 1).validateFields() }.contains("'heldOutFraction'"))
    #expect(message { try ImageFolder(folder: "x", classes: ["../y"]).validateFields() }.contains("'classes'"))
    try withFolder { folder in
      try Self.put([1], folder + "/cats/readme")
      #expect(message { _ = try ImageFolder(folder: folder).opened() }.contains("it holds no files whose names end in .png, .jpg, .jpeg"))
      #expect(message { _ = try ImageFolder(folder: folder, classes: ["dogs"]).opened() }.contains("choose 'classes' from cats"))
      try Self.put(try Self.png(4, 4, 1), folder + "/cats/1.png")
      try Self.put(try Self.png(5, 4, 1), folder + "/cats/2.png")
      let sizes = message { _ = try ImageFolder(folder: folder).opened() }
      #expect(sizes.hasPrefix("\(folder)/cats/2.png: it has the shape [4, 5, 1], but \(folder)/cats/1.png has [4, 4, 1]"), "\(sizes)")
      #expect(sizes.contains("set 'size'"))
      #expect(try ImageFolder(folder: folder, size: 4).opened().count == 2)
      try Self.put(try Self.png(4, 4, 1, channels: 3), folder + "/cats/2.png")
      try Self.put([1, 2, 3], folder + "/cats/2.png")
      #expect(message { _ = try ImageFolder(folder: folder).opened() }.contains("/cats/2.png: it is no PNG or JPEG image"))
    }
  }

  @Test func greyAndColourGoTogether() throws {
    try withFolder { folder in
      try Self.put(try Self.png(2, 2, 51), folder + "/1.png")
      try Self.put(try PNGImage(width: 2, height: 2, channels: 3, pixels: (0..<12).map { $0 * 20 }).encoded(), folder + "/2.png")
      try Self.put(try Self.png(2, 2, 204), folder + "/3.png")
      func bytes(_ channels: ImageFolder.Channels) throws -> [[Int]] {
        let source = ImageFolder(folder: folder, channels: channels)
        let samples = try source.opened()
        #expect(try source.firstSampleShape() == samples.sampleShape)
        let values = batch(samples, 0, size: 3).map { Int((($0 + 1) * 127.5).rounded()) }
        return (0..<3).map { Array(values[$0 * values.count / 3..<($0 + 1) * values.count / 3]) }.sorted { $0[1] < $1[1] }
      }
      let color = [(0..<12).map { $0 * 20 }, Array(repeating: 51, count: 12), Array(repeating: 204, count: 12)]
      #expect(try bytes(.automatic) == color && bytes(.color) == color)
      // 0.299 · 60 + 0.587 · 80 + 0.114 · 100 = 76.3 for the second pixel.
      #expect(
        try bytes(.grey) == [Array(repeating: 51, count: 4), [16, 76, 136, 196], Array(repeating: 204, count: 4)].sorted { $0[1] < $1[1] })
      #expect(try ImageFolder(folder: folder, classes: []).opened().sampleShape == [2, 2, 3])
      try FileManager.default.removeItem(atPath: folder + "/2.png")
      #expect(try ImageFolder(folder: folder).firstSampleShape() == [2, 2, 1])
      #expect(try ImageFolder(folder: folder, channels: .color).opened().sampleShape == [2, 2, 3])
    }
  }

  @Test func brokenFilesAreLeftOutWhereAsked() throws {
    try withFolder { folder in
      try Self.put(Array("no image".utf8), folder + "/a/0.png")
      try Self.put(try Self.png(2, 2, 51), folder + "/a/1.png")
      try Self.put(try Array(Self.png(2, 2, 3).dropLast(20)), folder + "/b/2.png")
      try Self.put(try Self.png(2, 2, 204), folder + "/b/3.png")
      #expect(message { _ = try ImageFolder(folder: folder).opened() }.hasPrefix(folder + "/a/0.png: it is no PNG or JPEG image"))
      let source = ImageFolder(folder: folder, skipsBroken: true)
      let samples = try #require(try source.opened() as? FiniteSamples)
      #expect(samples.count == 2 && samples.field("label")?.classCount == 2)
      let notice = try #require(samples.notices.first)
      #expect(notice.hasPrefix("2 of 4 images are left out, because they cannot be read: \(folder)/a/0.png: it is no PNG or JPEG image; "))
      #expect(notice.contains("\(folder)/b/2.png: "))
      #expect(try source.firstSampleShape() == [2, 2, 1])
      // Another size is no damage.
      try Self.put(try Self.png(3, 2, 204), folder + "/b/4.png")
      #expect(message { _ = try source.opened() }.contains("it has the shape [2, 3, 1]"))
      for name in ["a/1", "b/3", "b/4"] { try Self.put([1], folder + "/\(name).png") }
      #expect(message { _ = try source.opened() }.contains("none of its 5 images can be read; the first: \(folder)/a/0.png: it is no"))
    }
  }

  @Test(.enabled(if: RealData.photographs != nil, "RIVAL_DATA names no folder of real data"))
  func realPhotographsAreRead() throws {
    let folder = try #require(RealData.photographs)
    let samples = try ImageFolder(folder: folder, heldOutFraction: 0.1).opened()
    #expect(samples.sampleShape == [32, 32, 3] && samples.count == 1800 && samples.heldOut?.count == 200)
    let values = batch(samples, 0, size: 1800)
    #expect(values.allSatisfy { $0 >= -1 && $0 <= 1 })
    // The published means of CIFAR-10's channels are 0.4914, 0.4822 and 0.4465 of the range.
    for (channel, published) in [0.4914, 0.4822, 0.4465].enumerated() {
      let sum = stride(from: channel, to: values.count, by: 3).reduce(0.0) { $0 + Double(values[$1]) }
      #expect(abs((sum / Double(values.count / 3) + 1) / 2 - published) < 0.02)
    }
    #expect(try ImageFolder(folder: folder, classes: ["cat", "dog"]).opened().count == 400)
    #expect(try ImageFolder(folder: folder, size: 16, classes: ["ship"]).opened().sampleShape == [16, 16, 3])
  }
}

extension RealData {
  /// The folder of real photographs in class folders, where the environment variable `RIVAL_DATA` names one.
  static let photographs: String? = {
    guard let root = ProcessInfo.processInfo.environment["RIVAL_DATA"], !root.isEmpty else {
      print("RIVAL_DATA is not set: tests on real photographs are skipped")
      return nil
    }
    let folder = root + "/cifar10-images"
    guard FileManager.default.fileExists(atPath: folder) else {
      print("\(folder) does not exist: tests on real photographs are skipped")
      return nil
    }
    return folder
  }()
}
