/// A format of image files, told by their first bytes.
enum ImageFormat {
  case png, jpeg

  /// - Throws: ``DataError`` where the bytes begin as no such file does.
  init(_ bytes: [UInt8], file: String) throws {
    if bytes.starts(with: [0xFF, 0xD8]) {
      self = .jpeg
    } else if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) {
      self = .png
    } else {
      let known: [(String, [UInt8])] = [
        ("GIF", Array("GIF8".utf8)), ("BMP", Array("BM".utf8)), ("TIFF", [0x49, 0x49, 0x2A]), ("TIFF", [0x4D, 0x4D, 0]),
        ("WebP or another RIFF", Array("RIFF".utf8)),
      ]
      let other = known.first { bytes.starts(with: $0.1) }?.0
      throw DataError(
        bytes.isEmpty ? "it is empty" : "it is no PNG or JPEG image" + (other.map { ", but a \($0) file" } ?? ""), file: file,
        remedy: other == nil ? "check what it is, and fetch or export it again" : "save it as PNG")
    }
  }
}

/// What an image's header says, before anything is decoded.
enum ImageHeader {
  /// The channels of the image: 1 where it is grey, more where it is not; `nil` where the bytes hold no whole header.
  static func channels(_ bytes: [UInt8], _ format: ImageFormat) -> Int? {
    switch format {
    case .png: return bytes.count > 25 ? (bytes[25] & 2 == 0 ? 1 : 3) : nil
    case .jpeg:
      var found: Int?
      JPEGSegments.visit(bytes) { marker, content in
        guard (0xC0...0xCF).contains(marker), marker != 0xC4, marker != 0xC8, marker != 0xCC else { return true }
        found = content.count > 5 ? Int(content[content.startIndex + 5]) : nil
        return false
      }
      return found
    }
  }
}

/// The segments of a JPEG file in front of its first scan.
enum JPEGSegments {
  /// Calls `body` with the marker and content of each whole segment, until it returns `false`.
  static func visit(_ bytes: [UInt8], _ body: (_ marker: UInt8, _ content: ArraySlice<UInt8>) -> Bool) {
    var place = 2
    while place + 1 < bytes.count {
      let marker = bytes[place + 1]
      // Stray bytes, and fill bytes in front of a marker.
      guard bytes[place] == 0xFF, marker != 0, marker != 0xFF else {
        place += 1
        continue
      }
      place += 2
      // Markers without a segment.
      if marker == 0x01 || (0xD0...0xD8).contains(marker) { continue }
      guard marker != 0xDA, marker != 0xD9, place + 2 <= bytes.count else { return }
      let length = Int(bytes[place]) << 8 | Int(bytes[place + 1])
      guard length >= 2, place + length <= bytes.count, body(marker, bytes[(place + 2)..<(place + length)]) else { return }
      place += length
    }
  }
}
