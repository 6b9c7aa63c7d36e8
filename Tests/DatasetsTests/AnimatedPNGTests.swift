import Datasets
import Foundation
import Testing

@Suite struct AnimatedPNGTests {
  private static func frame(_ shade: UInt8, width: Int = 5) throws -> PNGImage {
    try PNGImage(width: width, height: 3, channels: 3, pixels: (0..<width * 9).map { UInt8($0) &+ shade })
  }

  private struct Chunk {
    var name: String
    var data: [UInt8]
    var checksum: UInt32
  }

  private static func chunks(_ bytes: [UInt8]) -> [Chunk] {
    func word(_ place: Int) -> UInt32 { bytes[place..<place + 4].reduce(0) { $0 << 8 | UInt32($1) } }
    var chunks: [Chunk] = []
    var place = 8
    while place + 12 <= bytes.count {
      let length = Int(word(place))
      let data = Array(bytes[place + 8..<place + 8 + length])
      chunks.append(
        Chunk(name: String(decoding: bytes[place + 4..<place + 8], as: UTF8.self), data: data, checksum: word(place + 8 + length)))
      place += 12 + length
    }
    return chunks
  }

  /// CRC-32 as the PNG specification's appendix writes it.
  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    return ~crc
  }

  @Test func everyFrameIsInItAsItWas() throws {
    let frames = try [10, 80, 200].map { try Self.frame($0) }
    let bytes = try AnimatedPNG.encoded(frames.map { try $0.encoded() }, milliseconds: 100, lastMilliseconds: 3_000)
    // What knows no animations shows the first frame.
    #expect(try PNGImage(decoding: bytes) == frames[0])
    let chunks = Self.chunks(bytes)
    #expect(chunks.first?.name == "IHDR" && chunks.last?.name == "IEND")
    for chunk in chunks { #expect(chunk.checksum == Self.checksum(Array(chunk.name.utf8) + chunk.data)) }
    let control = try #require(chunks.first { $0.name == "acTL" })
    #expect(control.data == [0, 0, 0, 3, 0, 0, 0, 0])
    // The sequence numbers of controls and data run on; times are as asked.
    let numbered = chunks.filter { ["fcTL", "fdAT"].contains($0.name) }
    #expect(numbered.map { $0.data.prefix(4).reduce(0) { $0 << 8 | Int($1) } } == Array(numbered.indices))
    let controls = chunks.filter { $0.name == "fcTL" }
    #expect(controls.map { Array($0.data[4..<20]) } == Array(repeating: [0, 0, 0, 5, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0], count: 3))
    #expect(controls.map { Array($0.data[20...]) } == [[0, 100, 3, 232, 0, 0], [0, 100, 3, 232, 0, 0], [11, 184, 3, 232, 0, 0]])
    // Each later frame's data is that of its own file.
    for (index, frame) in frames.enumerated().dropFirst() {
      let own = Self.chunks(try frame.encoded()).filter { $0.name == "IDAT" }.flatMap(\.data)
      let places = chunks.indices.filter { chunks[$0].name == "fcTL" }
      let end = index + 1 < places.count ? places[index + 1] : chunks.count - 1
      #expect(chunks[places[index]..<end].dropFirst().flatMap { $0.data.dropFirst(4) } == own)
    }
    #expect(try AnimatedPNG.encoded(frames.map { try $0.encoded() }, milliseconds: 100, lastMilliseconds: 3_000) == bytes)
  }

  @Test func framesThatDoNotFitAreRefused() throws {
    let first = try Self.frame(1).encoded()
    func text(_ frames: [[UInt8]]) -> String {
      do {
        _ = try AnimatedPNG.encoded(frames)
        return ""
      } catch { return "\(error)" }
    }
    #expect(text([]).contains("no frames"))
    #expect(try text([first, Self.frame(1, width: 6).encoded()]).contains("frame 1 of an animation has another size"))
    #expect(text([first, Array(first.dropLast(5))]).contains("frame 1 of an animation is no whole PNG file"))
    #expect(text([[1, 2, 3]]).contains("frame 0 of an animation is no whole PNG file"))
    #expect(text([first]).isEmpty)
  }
}
