import Datasets

/// A file in the IDX format of MNIST: a magic number, extents, and unsigned bytes in row-major order.
struct IDXFile {
  /// The magic number of images: unsigned bytes, three dimensions.
  static let imagesMagic: UInt32 = 0x0000_0803
  /// The magic number of labels: unsigned bytes, one dimension.
  static let labelsMagic: UInt32 = 0x0000_0801

  /// The extents, most significant first.
  var dimensions: [Int]
  /// The content: as many bytes as the product of the extents.
  var bytes: [UInt8]

  /// Reads and checks a file, plain or (by its name's ending `.gz`) compressed.
  static func read(_ path: String, magic: UInt32) throws -> IDXFile {
    let reader = try ByteReader(path)
    let rank = Int(magic & 0xFF)
    let headerSize = 4 + 4 * rank
    let header = try reader.read(headerSize)
    if header.starts(with: [0x1F, 0x8B]) {
      throw DataError(
        "it is compressed, but its name does not end in .gz", file: path, remedy: "append .gz to its name")
    }
    let dimensions = try dimensions(header: header, rank: rank, magic: magic, file: path)

    // A header that promises more than the file can hold lies, and nothing of that size is allocated.
    let most =
      reader.isCompressed ? reader.storedCount.multipliedReportingOverflow(by: ByteReader.largestRatio).partialValue : reader.storedCount
    let expected = try total(dimensions, headerSize: headerSize, most: most, file: path)
    let content = try reader.read(expected - headerSize)
    guard content.count == expected - headerSize else {
      throw truncated(dimensions, expected: expected, found: "\(headerSize + content.count)", file: path)
    }
    guard try reader.read(1).isEmpty else {
      let more = reader.isCompressed ? "more" : "\(reader.storedCount - expected) more bytes"
      throw DataError(
        "its header promises extents \(dimensions), \(expected) bytes in all, but there are \(more)", file: path,
        remedy: "fetch the file again; it was damaged or two files were joined")
    }
    return IDXFile(dimensions: dimensions, bytes: content)
  }

  /// The extents of a header, after its magic number was checked.
  private static func dimensions(header: [UInt8], rank: Int, magic: UInt32, file: String) throws -> [Int] {
    func word(_ index: Int) -> UInt32 {
      header[(4 * index)..<(4 * index + 4)].reduce(0) { $0 << 8 | UInt32($1) }
    }
    let found = header.count >= 4 ? word(0) : nil
    if let found, found != magic {
      let hint: String
      switch found {
      case imagesMagic: hint = "this is a file of images; name the file of labels"
      case labelsMagic: hint = "this is a file of labels; name the file of images"
      default: hint = "name a file of \(magic == imagesMagic ? "images" : "labels") in MNIST's IDX format"
      }
      throw DataError(
        "its magic number is \(hexadecimal(found)), not \(hexadecimal(magic))", file: file, remedy: hint)
    }
    guard header.count == 4 + 4 * rank else {
      throw DataError(
        "it ends inside the header, which has \(4 + 4 * rank) bytes", file: file, remedy: "fetch the file again")
    }
    let dimensions = (1...rank).map { Int(word($0)) }
    guard dimensions.allSatisfy({ $0 > 0 }) else {
      throw DataError("its extents are \(dimensions): it holds nothing", file: file, remedy: "name a file with samples")
    }
    return dimensions
  }

  /// The size in bytes of header and content; throws where it cannot be in a file of at most `most` bytes.
  private static func total(_ dimensions: [Int], headerSize: Int, most: Int, file: String) throws -> Int {
    var product = 1
    for extent in dimensions {
      let (value, overflow) = product.multipliedReportingOverflow(by: extent)
      guard !overflow, value <= most else {
        throw truncated(dimensions, expected: nil, found: "at most \(most)", file: file)
      }
      product = value
    }
    return headerSize + product
  }

  private static func truncated(_ dimensions: [Int], expected: Int?, found: String, file: String) -> DataError {
    let needed = expected.map { ", \($0) bytes in all" } ?? ""
    return DataError(
      "it is truncated: its header promises extents \(dimensions)\(needed), but there are \(found) bytes", file: file,
      remedy: "fetch the file again")
  }

  private static func hexadecimal(_ word: UInt32) -> String {
    let digits = String(word, radix: 16)
    return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
  }
}
