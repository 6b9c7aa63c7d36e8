import CHDF5
import Foundation

/// A finished HDF5 file in memory, its header left blank.
///
/// The library builds it in memory and never holds a descriptor for writing: with a full disk it would report success
/// and fail later, in its handlers at exit.
final class HDF5Image {
  private let file: hid_t
  /// The whole file: 512 bytes for the header, then the HDF5 part. Valid while this object lives.
  let bytes: UnsafeMutableRawBufferPointer

  /// Builds the image of `tree` with its configurations.
  init(_ contents: CheckpointContents, _ tree: ContentsTree) throws {
    let payload = contents.tensors.reduce(0) { $0 + $1.bytes.count }
    (file, bytes) = try HDF5.exclusively {
      let handle = try Self.create(payload: payload)
      let builder = try HDF5Builder()
      try builder.build(contents, tree, in: handle.identifier)
      try HDF5.check(H5Fflush(handle.identifier, H5F_SCOPE_GLOBAL), .writeFailed, "the image could not be finished")
      let bytes = try Self.memory(of: handle.identifier)
      return (handle.keep(), bytes)
    }
  }

  deinit { HDF5.exclusively { _ = HDF5Handle(kept: file, .file) } }

  private static func create(payload: Int) throws -> HDF5Handle {
    let access = try HDF5Handle(
      H5Pcreate(chdf5_file_access()), .properties, .writeFailed, "no property list could be made")
    // One increment holds the file, so that memory is reserved once.
    try HDF5.check(
      H5Pset_fapl_core(access.identifier, payload + (1 << 20), false), .writeFailed, "no memory driver could be set")
    try HDF5.check(
      H5Pset_libver_bounds(access.identifier, H5F_LIBVER_V18, H5F_LIBVER_V18), .writeFailed, "no format could be set")
    try HDF5.check(
      H5Pset_fclose_degree(access.identifier, H5F_CLOSE_STRONG), .writeFailed, "no closing rule could be set")
    let creation = try HDF5Handle(
      H5Pcreate(chdf5_file_creation()), .properties, .writeFailed, "no property list could be made")
    try HDF5.check(
      H5Pset_userblock(creation.identifier, hsize_t(CheckpointLimits.headerSize)), .writeFailed,
      "no header could be reserved")
    try HDF5Builder.configureGroup(creation.identifier)
    // Two files in memory must not share a name.
    return try HDF5Handle(
      H5Fcreate(
        "rival-image-\(UUID().uuidString)", chdf5_truncate(), creation.identifier, access.identifier), .file,
      .writeFailed, "the image could not be begun")
  }

  /// The library's own buffer, cut to the length of the file.
  private static func memory(of file: hid_t) throws -> UnsafeMutableRawBufferPointer {
    let part = H5Fget_file_image(file, nil, 0)
    var allocated: hsize_t = 0
    var pointer: UnsafeMutableRawPointer?
    guard part > 0, H5Fget_filesize(file, &allocated) >= 0,
      H5Fget_vfd_handle(file, chdf5_default(), &pointer) >= 0,
      let base = pointer?.assumingMemoryBound(to: UnsafeMutableRawPointer?.self).pointee
    else { throw HDF5.failure(.writeFailed, "the image could not be read back") }
    let length = Int(part) + CheckpointLimits.headerSize
    let bytes = UnsafeMutableRawBufferPointer(start: base, count: length)
    guard length <= Int(allocated), Superblock(UnsafeRawBufferPointer(bytes))?.endOfFile == length else {
      throw CheckpointError(.writeFailed, "the image has not the length that libhdf5 says it has (\(length) bytes)")
    }
    return bytes
  }
}

/// The fields of an HDF5 superblock, version 2 or 3, that are checked here; it begins at byte 512.
struct Superblock {
  /// The version of its layout; 2 in the files written here.
  let version: UInt8
  /// The length of the file according to HDF5, header included; 0 in versions before 2, where it lies elsewhere.
  let endOfFile: Int

  /// Reads it from the first bytes of a file; `nil` when there is none.
  init?(_ file: UnsafeRawBufferPointer) {
    let start = CheckpointLimits.headerSize
    guard file.count >= start + 48, file[start..<(start + 8)].elementsEqual(CheckpointLayout.superblockSignature)
    else { return nil }
    version = file[start + 8]
    guard version == 2 || version == 3 else {
      endOfFile = 0
      return
    }
    let relative = UInt64(littleEndian: file.loadUnaligned(fromByteOffset: start + 28, as: UInt64.self))
    endOfFile = Int(exactly: relative) ?? 0
  }
}
