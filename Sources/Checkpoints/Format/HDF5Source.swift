/// An open HDF5 file: its bytes by address, and where its root group lies.
///
/// What is read here is read by this library alone, in Swift: libhdf5, which writes our files, never sees a foreign byte.
final class HDF5Source {
  private let file: FileDescriptor
  private let path: String
  /// Where the superblock begins; addresses count from here.
  let base: Int
  /// How many bytes follow from there on.
  let length: Int
  /// How many bytes of structure may still be read. A sound file needs each byte about once; one whose blocks point at each other in
  /// circles runs out.
  private var allowance: Int

  /// Where the object header of the root group lies.
  private(set) var root = 0
  /// The version of the superblock, 0 to 3.
  private(set) var version = 0

  /// Opens the HDF5 file that begins at byte `base` of `file`, which has `fileLength` bytes.
  ///
  /// - Throws: `CheckpointError` where there is none, or it is cut short.
  init(_ file: consuming FileDescriptor, _ path: String, base: Int, fileLength: Int) throws {
    self.file = file
    self.path = path
    self.base = base
    length = fileLength - base
    allowance = 4 * max(0, fileLength - base) + (1 << 20)
    try readSuperblock(fileLength: fileLength)
  }

  private func readSuperblock(fileLength: Int) throws {
    var reader = try block(at: 0, min(length, 128))
    let signature = try reader.bytes(CheckpointLayout.superblockSignature.count)
    guard signature == CheckpointLayout.superblockSignature else { throw reader.damaged("no HDF5 file begins here") }
    version = try reader.integer(1)
    switch version {
    case 0, 1:
      try reader.skip(4)
      try checkSizes(&reader)
      try reader.skip(version == 0 ? 8 : 12)
    case 2, 3:
      try checkSizes(&reader)
      try reader.skip(1)
    default: throw reader.damaged("the superblock has version \(version), which is not known")
    }
    let stored = try reader.address() ?? base
    _ = try reader.address()
    let end = try reader.address()
    if version < 2 {
      _ = try reader.address()
      _ = try reader.address()
    }
    guard let root = try reader.address() else { throw reader.damaged("the file has no root group") }
    if version >= 2 { _ = try block(at: 0, 48).checked() }
    self.root = root
    // Where the file was moved behind a block of its own, the addresses did not change.
    if let end, end - min(stored, end) > length {
      throw CheckpointError(
        .truncated, "the file is cut short: its HDF5 part has \(length) of \(end - min(stored, end)) bytes",
        advice: "Copy it again, or use another copy.")
    }
  }

  private func checkSizes(_ reader: inout ByteReader) throws {
    let sizes = (try reader.integer(1), try reader.integer(1))
    guard sizes == (8, 8) else {
      throw CheckpointError(
        .refused, "its addresses and lengths have \(sizes.0) and \(sizes.1) bytes; 8 are read", advice: "Store it again with h5repack.")
    }
    if version < 2 { try reader.skip(1) }
  }

  /// `count` bytes of structure at `address`.
  ///
  /// - Throws: where the file has them not, or structure was read far more often than it is long.
  func block(at address: Int, _ count: Int) throws -> ByteReader {
    guard contains(address, count) else {
      throw CheckpointError.structure("it points to \(count) bytes at \(address), but the file has \(length)", at: base)
    }
    allowance -= count + 16
    guard allowance > 0 else { throw CheckpointError.structure("its blocks point at each other in circles", at: base + address) }
    let bytes = try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      try read(at: address, into: UnsafeMutableRawBufferPointer(buffer))
      filled = count
    }
    return ByteReader(bytes, origin: base + address)
  }

  /// Whether the file has `count` bytes at `address`.
  func contains(_ address: Int, _ count: Int) -> Bool {
    address >= 0 && count >= 0 && address <= length && count <= length - address
  }

  /// Fills `buffer` from `address` on.
  ///
  /// - Throws: where the file ends before.
  func read(at address: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    guard contains(address, buffer.count), try file.read(into: buffer, at: base + address, path) == buffer.count else {
      throw CheckpointError(.truncated, "the file became shorter while it was read")
    }
  }
}
