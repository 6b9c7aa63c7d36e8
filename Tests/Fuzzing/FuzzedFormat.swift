import Adversarial
import DatasetParts
import Datasets
import Exchange
import Foundation

/// A format of files whose reader is tried: a reader of another format is added by one more entry in ``all``.
struct FuzzedFormat: Sendable {
  /// The ending of its files, and its name on the command line.
  let name: String
  /// Whole files, which are changed.
  let seeds: @Sendable () throws -> [[UInt8]]
  /// Makes checksums and the like right again, so that a changed file is looked into.
  var repair: @Sendable ([UInt8]) -> [UInt8] = { $0 }
  /// Reads the file at a path. It may throw, in words, and do nothing else.
  let read: @Sendable (String) throws -> Void

  /// All formats.
  static let all: [FuzzedFormat] = [
    FuzzedFormat(name: "png", seeds: { try references("Images", ending: "png") }, repair: PNGChunks.repaired, read: readImage),
    FuzzedFormat(name: "jpg", seeds: { try references("Images", ending: "jpg") }, read: readImage),
    FuzzedFormat(
      name: "csv", seeds: { texts.map { Array($0.utf8) } + utf16 },
      read: { path in
        _ = try? TableFile(path: path, label: "2").opened()
        _ = try CSVFile(reading: path)
      }),
    FuzzedFormat(
      name: "npy",
      seeds: {
        let archive = try NPZFile(decoding: references("Datasets", ending: "npz")[0])
        return try archive.names.map { try archive.array($0).encoded() } + [NPYFile([1, 2, 3, 4, 5, 6], shape: [3, 2]).encoded()]
      }, read: { path in _ = try TableFile(path: path).opened() }),
    FuzzedFormat(
      name: "npz", seeds: { try references("Datasets", ending: "npz") },
      read: { path in
        let archive = try NPZFile(reading: path)
        for name in archive.names { _ = try archive.array(name).floats }
        _ = try? TableFile(path: path, samples: ["images"], label: "digits").opened()
      }),
    FuzzedFormat(
      name: "idx", seeds: { idx }, read: { path in _ = try IDXImages(folder: "", images: path, heldOutFraction: 0.3).opened() }),
    FuzzedFormat(
      name: "gz", seeds: { idx.map(Gzip.stored) + [Gzip.zeros] }, repair: Gzip.repaired,
      read: { path in _ = try IDXImages(folder: "", images: path).opened() }),
    weights("safetensors"), weights("onnx"), weights("weights.h5"),
  ]

  /// Weights of other programs.
  private static func weights(_ ending: String) -> FuzzedFormat {
    FuzzedFormat(
      name: ending, seeds: { try files("ExchangeTests/Fixtures", ending: ending) }, read: { path in _ = try WeightFile(reading: path) })
  }

  private static let readImage: @Sendable (String) throws -> Void = { path in
    _ = try? ByteImage.isGrey(path)
    _ = try ByteImage(reading: path).square(16)
  }

  private static let texts = [
    "x,y\n1,2\n-3.5e2,4\n", "\"a\",\"b, c\"\n\"1\",\"2\"\n", "# comment\n1;2,5\n3;4\n", "1\t2\t3\n4\t5\t6\n", " 1 2\n 3 4\n",
    "1,cat\n2,\"dog \"\"x\"\"\"\n",
    "\u{FEFF}1,0\r\n2,1\r\n",
  ]
  private static let utf16: [[UInt8]] = [
    [0xFF, 0xFE] + "1,2\n3,4\n".utf8.flatMap { byte -> [UInt8] in [byte, 0] },
    [0xFE, 0xFF] + "x;y\n1;2\n".utf8.flatMap { byte -> [UInt8] in [0, byte] },
  ]
  private static let idx: [[UInt8]] = ([[3, 2, 2], [1, 28, 28], [40, 1, 1]] as [[Int]]).map { extents in
    var bytes: [UInt8] = [0, 0, 8, 3]
    for extent in extents { bytes += [0, 0, UInt8(extent >> 8), UInt8(extent & 255)] }
    for place in 0..<extents.reduce(1, *) { bytes.append(UInt8(place & 255)) }
    return bytes
  }

  private static func references(_ folder: String, ending: String) throws -> [[UInt8]] { try files("Reference/\(folder)", ending: ending) }

  /// The files of a folder under `Tests`.
  private static func files(_ folder: String, ending: String) throws -> [[UInt8]] {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent(folder).path
    return try FileBytes.names(inFolder: path).filter { $0.hasSuffix(".\(ending)") }.map { try FileBytes.read(path + "/" + $0) }
  }
}

/// The chunks of a PNG file.
enum PNGChunks {
  /// The file with the checksum of each chunk made right.
  static func repaired(_ bytes: [UInt8]) -> [UInt8] {
    var result = bytes
    var place = 8
    while place + 12 <= result.count {
      let length = result[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
      guard length <= result.count - place - 12 else { break }
      let end = place + 8 + length
      let checksum = CRC32.of(result[(place + 4)..<end])
      for index in 0..<4 { result[end + index] = UInt8(truncatingIfNeeded: checksum >> UInt32(24 - 8 * index)) }
      place = end + 4
    }
    return result
  }
}

/// Gzip files in deflate's stored form.
enum Gzip {
  static func stored(_ bytes: [UInt8]) -> [UInt8] {
    let size = UInt16(bytes.count)
    var result: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, 1]
    result += little(UInt32(size)).prefix(2)
    result += little(UInt32(~size)).prefix(2)
    result += bytes
    result += little(CRC32.of(bytes[...]))
    return result + little(UInt32(bytes.count))
  }

  /// A file that claims 60,000 images and unpacks to zeros without end: one code of 258 zeros, again and again.
  static let zeros: [UInt8] = {
    let bytes = stored([0, 0, 8, 3, 0, 0, 0xEA, 0x60, 0, 0, 0, 28, 0, 0, 0, 28, 0])
    // The stored block is not the last one; a block of fixed codes follows: length 258 at distance 1, 1 100 0101 0 00000 in a byte and a half.
    return Array(bytes.dropLast(8)).enumerated().map { $0 == 10 ? 0 : $1 } + [0x1B] + Array(repeating: 0x2B, count: 4_000)
  }()

  /// The file with a right checksum where it is one stored block.
  static func repaired(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.count > 23, bytes[10] == 1 else { return bytes }
    let size = Int(bytes[11]) | Int(bytes[12]) << 8
    guard bytes.count == 23 + size else { return bytes }
    return stored(Array(bytes[15..<15 + size]))
  }

  private static func little(_ word: UInt32) -> [UInt8] { [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: word >> $0) } }
}

/// The checksum of PNG and gzip.
enum CRC32 {
  static func of(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    return ~crc
  }
}
