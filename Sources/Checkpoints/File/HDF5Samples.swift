import CHDF5
import Foundation

/// Samples as a plain HDF5 file with one dataset, `samples`: what h5py, MATLAB and Julia read without further ado.
public enum HDF5Samples {
  /// The name of the dataset.
  public static let dataset = "samples"

  /// Writes `values`, row major, as the float32 dataset `samples` of `shape`; equal values give equal bytes.
  ///
  /// The file is built in memory and replaces what is at `path` in one step. A checkpoint there is left alone.
  ///
  /// - Throws: `CheckpointError` of kind `invalidContents` where the values do not fill the shape, of kind `writeFailed`
  ///   where the file cannot be written or a checkpoint has the name.
  public static func write(_ values: [Float], shape: [Int], to path: String) throws {
    try namingFile(path) {
      guard (1...CheckpointLimits.rank).contains(shape.count), shape.allSatisfy({ $0 >= 0 }),
        shape.reduce(1, *) == values.count
      else {
        throw CheckpointError(.invalidContents, "\(values.count) numbers do not have the shape \(shape)")
      }
      let bytes = try HDF5.exclusively {
        try image(named: "samples", payload: values.count * 4) { try writeDataset(values, shape, in: $0) }
      }
      try bytes.withUnsafeBytes { try AtomicFile.write($0, to: path, replacesCheckpoint: false) }
    }
  }

  /// A plain HDF5 file in memory, without a header of ours.
  ///
  /// - Parameters:
  ///   - name: what is in it; any word.
  ///   - payload: about how many bytes it will have.
  ///   - fill: writes into the open file.
  static func image(named name: String, payload: Int, fill: (hid_t) throws -> Void) throws -> [UInt8] {
    let access = try HDF5Handle(
      H5Pcreate(chdf5_file_access()), .properties, .writeFailed, "no property list could be made")
    try HDF5.check(
      H5Pset_fapl_core(access.identifier, payload + (1 << 16), false), .writeFailed,
      "no memory driver could be set")
    try HDF5.check(
      H5Pset_libver_bounds(access.identifier, H5F_LIBVER_V18, H5F_LIBVER_V18), .writeFailed, "no format could be set")
    let creation = try HDF5Handle(
      H5Pcreate(chdf5_file_creation()), .properties, .writeFailed, "no property list could be made")
    try HDF5Builder.configureGroup(creation.identifier)
    // Two files in memory must not share a name.
    let file = try HDF5Handle(
      H5Fcreate("rival-\(name)-\(UUID().uuidString)", chdf5_truncate(), creation.identifier, access.identifier), .file,
      .writeFailed, "the image could not be begun")
    try fill(file.identifier)
    try HDF5.check(H5Fflush(file.identifier, H5F_SCOPE_GLOBAL), .writeFailed, "the image could not be finished")
    return try copy(of: file.identifier)
  }

  /// The bytes of a finished file in memory, from the library's own buffer: the copy that it offers has a wrong checksum.
  private static func copy(of file: hid_t) throws -> [UInt8] {
    let length = H5Fget_file_image(file, nil, 0)
    var allocated: hsize_t = 0
    var pointer: UnsafeMutableRawPointer?
    guard length > 0, H5Fget_filesize(file, &allocated) >= 0, length <= Int(allocated),
      H5Fget_vfd_handle(file, chdf5_default(), &pointer) >= 0,
      let base = pointer?.assumingMemoryBound(to: UnsafeMutableRawPointer?.self).pointee
    else { throw HDF5.failure(.writeFailed, "the image could not be read back") }
    return [UInt8](UnsafeRawBufferPointer(start: base, count: Int(length)))
  }

  private static func writeDataset(_ values: [Float], _ shape: [Int], in file: hid_t) throws {
    let object = "/" + dataset
    let properties = try HDF5Handle(
      H5Pcreate(chdf5_dataset_creation()), .properties, .writeFailed, "no property list could be made")
    try HDF5.check(H5Pset_obj_track_times(properties.identifier, false), .writeFailed, "times could not be left out")
    let space = try HDF5Handle(
      H5Screate_simple(Int32(shape.count), shape.map { hsize_t($0) }, nil), .space, .writeFailed,
      "the shape \(shape) could not be made", object: object)
    let type = StoredType.float32.identifier
    let handle = try HDF5Handle(
      H5Dcreate2(
        file, dataset, type, space.identifier, chdf5_default(), properties.identifier, chdf5_default()), .dataset,
      .writeFailed, "the dataset could not be made", object: object)
    if !values.isEmpty {
      let identifier = handle.identifier
      let status = values.withUnsafeBytes {
        H5Dwrite(identifier, type, hid_t(H5S_ALL), hid_t(H5S_ALL), chdf5_default(), $0.baseAddress)
      }
      try HDF5.check(status, .writeFailed, "could not be written", object: object)
    }
    try handle.close(object: object)
  }
}
