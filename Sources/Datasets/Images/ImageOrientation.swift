/// How a camera was held: the note in Exif (tag 274) or XMP, 1 to 8.
enum ImageOrientation {
  /// The note in a file; 1, as it is stored, where there is none.
  static func stored(in bytes: [UInt8], _ format: ImageFormat) -> Int {
    var exif: [UInt8] = []
    var xmp: ArraySlice<UInt8> = []
    switch format {
    case .jpeg:
      JPEGSegments.visit(bytes) { marker, content in
        guard marker == 0xE1 else { return true }
        // A long note lies in several segments.
        if content.starts(with: Self.exifName) { exif += content.dropFirst(Self.exifName.count) }
        if content.starts(with: Self.xmpName) { xmp = content }
        return true
      }
    case .png:
      var place = 8
      while place + 8 <= bytes.count {
        let length = bytes[place..<(place + 4)].reduce(0) { $0 << 8 | Int($1) }
        guard length <= bytes.count - place - 8 else { break }
        let content = bytes[(place + 8)..<(place + 8 + length)]
        let kind = bytes[(place + 4)..<(place + 8)]
        if kind.elementsEqual("eXIf".utf8) { exif = Array(content) }
        if kind.elementsEqual("iTXt".utf8), content.starts(with: "XML:com.adobe.xmp".utf8) { xmp = content }
        place += length + 12
      }
    }
    if exif.starts(with: exifName) { exif.removeFirst(exifName.count) }
    return tag(exif) ?? property(xmp) ?? 1
  }

  private static let exifName = Array("Exif\0\0".utf8)
  private static let xmpName = Array("http://ns.adobe.com/xap/1.0/\0".utf8)

  /// Tag 274 of a TIFF header's first directory.
  private static func tag(_ bytes: [UInt8]) -> Int? {
    let isLittle = bytes.starts(with: [0x49, 0x49])
    guard isLittle || bytes.starts(with: [0x4D, 0x4D]) else { return nil }
    func number(_ place: Int, _ count: Int) -> Int? {
      guard place >= 0, place <= bytes.count - count else { return nil }
      let slice = bytes[place..<(place + count)]
      return isLittle ? slice.reversed().reduce(0) { $0 << 8 | Int($1) } : slice.reduce(0) { $0 << 8 | Int($1) }
    }
    guard let start = number(4, 4), let entries = number(start, 2) else { return nil }
    for entry in 0..<entries {
      let place = start + 2 + 12 * entry
      guard let tag = number(place, 2), let type = number(place + 2, 2) else { return nil }
      guard tag == 0x0112 else { continue }
      // One byte, one word or one long, in front of the four bytes of the value.
      guard let size = [1: 1, 3: 2, 4: 4][type], number(place + 4, 4) == 1, let value = number(place + 8, size) else { return nil }
      return (1...8).contains(value) ? value : 1
    }
    return nil
  }

  /// `tiff:Orientation="6"` or `<tiff:Orientation>6<`.
  private static func property(_ xmp: ArraySlice<UInt8>) -> Int? {
    let text = String(decoding: xmp, as: UTF8.self)
    for start in ["tiff:Orientation=\"", "tiff:Orientation>"] {
      guard let range = text.firstRange(of: start), let value = text[range.upperBound...].first?.wholeNumberValue else { continue }
      return (1...8).contains(value) ? value : 1
    }
    return nil
  }
}

extension ByteImage {
  /// The image as it is to be seen where its note on orientation is `orientation`, 1 to 8.
  func oriented(_ orientation: Int) -> ByteImage {
    guard orientation > 1 else { return self }
    let (height, width, channels) = (shape[0], shape[1], shape[2])
    let isTurned = orientation >= 5
    let (rows, columns) = isTurned ? (width, height) : (height, width)
    var result = [UInt8](repeating: 0, count: pixels.count)
    for row in 0..<rows {
      for column in 0..<columns {
        let (y, x): (Int, Int)
        switch orientation {
        case 2: (y, x) = (row, width - 1 - column)
        case 3: (y, x) = (height - 1 - row, width - 1 - column)
        case 4: (y, x) = (height - 1 - row, column)
        case 5: (y, x) = (column, row)
        case 6: (y, x) = (height - 1 - column, row)
        case 7: (y, x) = (height - 1 - column, width - 1 - row)
        default: (y, x) = (column, width - 1 - row)
        }
        let (source, target) = ((y * width + x) * channels, (row * columns + column) * channels)
        for channel in 0..<channels { result[target + channel] = pixels[source + channel] }
      }
    }
    return ByteImage(shape: [rows, columns, channels], pixels: result)
  }
}
