import CZlib

/// PNG images of one size, one after the other in one file that browsers and image viewers play; others show the first.
///
/// The format is that of "Animated PNG" in the PNG specification (third edition, 2025): the frames' own compressed data, each behind a chunk
/// that says when it is shown.
public enum AnimatedPNG {
  /// The bytes of the file, which plays again and again.
  ///
  /// - Parameters:
  ///   - frames: PNG files of one size and kind, such as ``PNGImage/encoded()`` gives; at least one.
  ///   - milliseconds: how long each is shown, 1…65,535; 250 by default.
  ///   - lastMilliseconds: how long the last one is shown; 2,000 by default.
  /// - Throws: ``DataError`` where a frame is no PNG file, or another size or kind than the first.
  public static func encoded(_ frames: [[UInt8]], milliseconds: Int = 250, lastMilliseconds: Int = 2_000) throws -> [UInt8] {
    guard !frames.isEmpty else { throw DataError("an animation of no frames", remedy: "give at least one") }
    let parsed = try frames.enumerated().map { try chunks(of: $1, frame: $0) }
    guard let header = parsed[0].first, header.data.count == 13 else { throw damaged(0) }
    var output = PNGSignature.bytes
    append(header, to: &output)
    append(Chunk("acTL", word(frames.count) + word(0)), to: &output)
    var sequence = 0
    for (place, frame) in parsed.enumerated() {
      guard frame.first == header else {
        throw DataError(
          "frame \(place) of an animation has another size or kind than the first",
          remedy: "draw all frames with as many pixels and channels")
      }
      let time = place == frames.count - 1 ? lastMilliseconds : milliseconds
      // Sequence number, extents, offsets, the time in thousandths, no disposal, no blending.
      let control = word(sequence) + header.data.prefix(8) + word(0) + word(0) + half(time) + half(1_000) + [0, 0]
      append(Chunk("fcTL", control), to: &output)
      sequence += 1
      for chunk in frame where chunk.name == "IDAT" {
        if place == 0 {
          append(chunk, to: &output)
        } else {
          append(Chunk("fdAT", word(sequence) + chunk.data), to: &output)
          sequence += 1
        }
      }
    }
    append(Chunk("IEND", []), to: &output)
    return output
  }

  /// Composes and writes a file; the old one stays until the new one is whole.
  public static func write(_ frames: [[UInt8]], to path: String) throws { try FileBytes.write(encoded(frames), to: path) }

  private struct Chunk: Equatable {
    var name: String
    var data: [UInt8]

    init(_ name: String, _ data: [UInt8]) {
      self.name = name
      self.data = data
    }
  }

  /// The chunks of a PNG file, from its header to its end.
  private static func chunks(of bytes: [UInt8], frame: Int) throws -> [Chunk] {
    guard bytes.starts(with: PNGSignature.bytes) else { throw damaged(frame) }
    var chunks: [Chunk] = []
    var place = PNGSignature.bytes.count
    while place + 12 <= bytes.count {
      let length = bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
      guard length <= bytes.count - place - 12 else { throw damaged(frame) }
      let name = String(decoding: bytes[place + 4..<place + 8], as: UTF8.self)
      chunks.append(Chunk(name, Array(bytes[place + 8..<place + 8 + length])))
      place += 12 + length
      if name == "IEND" { return chunks }
    }
    throw damaged(frame)
  }

  private static func damaged(_ frame: Int) -> DataError {
    DataError("frame \(frame) of an animation is no whole PNG file", remedy: "write the frame again")
  }

  private static func append(_ chunk: Chunk, to output: inout [UInt8]) {
    let content = Array(chunk.name.utf8) + chunk.data
    let checksum = content.withUnsafeBufferPointer { crc32_z(0, $0.baseAddress, $0.count) }
    output += word(chunk.data.count) + content + word(Int(checksum))
  }

  private static func word(_ value: Int) -> [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) } }
  private static func half(_ value: Int) -> [UInt8] { [8, 0].map { UInt8(truncatingIfNeeded: value >> $0) } }
}

/// How every PNG file begins.
private enum PNGSignature {
  static let bytes: [UInt8] = [137, 80, 78, 71, 13, 10, 26, 10]
}
