import CHDF5
import Foundation

extension HDF5Samples {
  /// The most bytes of float32 numbers that are read: 8 GiB.
  private static let largestSize = 8 << 30
  /// How many times its stored size a dataset may expand to: deflate reaches 1032.
  private static let largestRatio = 1_100

  /// Reads the dataset `samples`, or the only dataset of the root, whatever program wrote the file.
  ///
  /// Integers and floating-point numbers of any size and byte order become float32; bytes (uint8) are scaled to [-1, 1] as
  /// `value / 127.5 − 1`. Contiguous, compact and chunked datasets are read, with the filters deflate, shuffle and Fletcher-32.
  ///
  /// - Returns: the numbers, row major, and the shape, one to eight extents; the first counts the samples.
  /// - Throws: `CheckpointError`: `missing`, `notAFile` and `unreadable` for the file, `damagedContents` where libhdf5 cannot read it,
  ///   `refused` where the dataset has a form that is not read (another type, other storage, a size that the file cannot hold).
  public static func read(_ path: String) throws -> (values: [Float], shape: [Int]) {
    try namingFile(path) {
      let length = try fileLength(path)
      return try HDF5.exclusively {
        let access = try HDF5Handle(H5Pcreate(chdf5_file_access()), .properties, .unreadable, "no property list could be made")
        try HDF5.check(
          min(H5Pset_fapl_sec2(access.identifier), H5Pset_fclose_degree(access.identifier, H5F_CLOSE_STRONG)), .unreadable,
          "no file driver could be set")
        let file = try HDF5Handle(
          H5Fopen(path, chdf5_read_only(), access.identifier), .file, .damagedContents, "could not be opened as HDF5")
        let root = try HDF5Handle(
          H5Gopen2(file.identifier, "/", chdf5_default()), .group, .damagedContents, "could not be opened", object: "/")
        let name = try datasetName(in: root.identifier)
        return try readDataset(name, in: root.identifier, fileLength: length)
      }
    }
  }

  /// The length of the plain file at `path` in bytes; it must start as HDF5 files can.
  private static func fileLength(_ path: String) throws -> Int {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw CheckpointError(.missing, "there is no such file", advice: "Check the path.")
    }
    let attributes = try? FileManager.default.attributesOfItem(atPath: URL(fileURLWithPath: path).resolvingSymlinksInPath().path)
    guard !isFolder.boolValue, attributes?[.type] as? FileAttributeType == .typeRegular else {
      throw CheckpointError(.notAFile, "this is no plain file", advice: "Name the file itself.")
    }
    guard let length = (attributes?[.size] as? NSNumber)?.intValue, length > 0 else {
      throw CheckpointError(.refused, "the file is empty", advice: "Write it again.")
    }
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw CheckpointError(.unreadable, "the file cannot be opened", advice: "Check its permissions.")
    }
    defer { try? handle.close() }
    // The format allows a block of 512 · 2ⁿ bytes, or none, in front of its signature.
    var place = 0
    while place + 8 <= length {
      try? handle.seek(toOffset: UInt64(place))
      if let found = try? handle.read(upToCount: 8), Array(found) == signature { return length }
      place = place == 0 ? 512 : 2 * place
    }
    throw CheckpointError(
      .refused, "the file is no HDF5 file: it lacks the format's signature",
      advice: "Name a file that h5py or 'sample --out samples.h5' wrote.")
  }

  private static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
}

extension HDF5Samples {
  /// A link of the root group.
  private final class Links {
    var all: [(name: String, isHard: Bool)] = []
  }

  /// The name of the dataset to read: `samples`, or the only one that the root group has.
  private static func datasetName(in root: hid_t) throws -> String {
    var info = H5G_info_t()
    try HDF5.check(H5Gget_info(root, &info), .damagedContents, "could not be listed", object: "/")
    guard info.nlinks <= hsize_t(CheckpointLimits.linksPerGroup) else {
      throw refused("has \(info.nlinks) members; at most \(CheckpointLimits.linksPerGroup) are looked through", "/")
    }
    let links = Links()
    let status = chdf5_each_link(root, false, Unmanaged.passUnretained(links).toOpaque()) { context, name, isHard, _ in
      guard let context, let name else { return false }
      Unmanaged<Links>.fromOpaque(context).takeUnretainedValue().all.append((String(cString: name), isHard))
      return true
    }
    try HDF5.check(status, .damagedContents, "could not be listed", object: "/")
    if let named = links.all.first(where: { $0.name == dataset }) {
      guard named.isHard else { throw refused("is a link to another place", "/" + dataset, advice: "Copy the dataset itself.") }
      return dataset
    }
    let datasets = links.all.filter { $0.isHard && isDataset($0.name, of: root) }.map(\.name).sorted()
    guard let only = datasets.first else {
      throw refused(
        "holds no dataset", "/", advice: "Name a file of samples; a checkpoint's samples are drawn by 'sample' first.")
    }
    guard datasets.count == 1 else {
      throw refused(
        "holds the datasets \(datasets.prefix(5).joined(separator: ", "))\(datasets.count > 5 ? ", …" : ""), none of them '\(dataset)'",
        "/", advice: "Store the samples as '\(dataset)', or alone.")
    }
    return only
  }

  private static func isDataset(_ name: String, of group: hid_t) -> Bool {
    let opened = H5Oopen(group, name, chdf5_default())
    guard opened >= 0 else { return false }
    defer { H5Oclose(opened) }
    return H5Iget_type(opened) == H5I_DATASET
  }

  private static func readDataset(_ name: String, in root: hid_t, fileLength: Int) throws -> (values: [Float], shape: [Int]) {
    let object = "/" + name
    guard isDataset(name, of: root) else { throw refused("is no dataset", object) }
    let handle = try HDF5Handle(
      H5Dopen2(root, name, chdf5_default()), .dataset, .damagedContents, "could not be opened", object: object)
    let isByte = try checkType(of: handle.identifier, object)
    let shape = try shape(of: handle.identifier, object)
    let count = try checkedCount(shape, of: handle.identifier, fileLength: fileLength, object)
    var values = [Float](repeating: 0, count: count)
    if count > 0 {
      let identifier = handle.identifier
      let status = values.withUnsafeMutableBytes {
        H5Dread(
          identifier, StoredType.float32.identifier, hid_t(H5S_ALL), hid_t(H5S_ALL), chdf5_default(), $0.baseAddress)
      }
      try HDF5.check(status, .damagedContents, "could not be read", object: object)
    }
    if isByte { for index in values.indices { values[index] = Float(Double(values[index]) / 127.5 - 1) } }
    return (values, shape)
  }

  /// Whether the elements are bytes without a sign.
  private static func checkType(of dataset: hid_t, _ object: String) throws -> Bool {
    let type = try HDF5Handle(H5Dget_type(dataset), .type, .damagedContents, "has no type", object: object)
    let size = H5Tget_size(type.identifier)
    switch H5Tget_class(type.identifier) {
    case H5T_INTEGER where [1, 2, 4, 8].contains(size): return size == 1 && H5Tget_sign(type.identifier) == H5T_SGN_NONE
    case H5T_FLOAT where [2, 4, 8, 16].contains(size): return false
    default:
      throw refused(
        "has elements that are neither integers nor floating-point numbers", object, advice: "Store the samples as float32 or uint8.")
    }
  }

  private static func shape(of dataset: hid_t, _ object: String) throws -> [Int] {
    let space = try HDF5Handle(H5Dget_space(dataset), .space, .damagedContents, "has no shape", object: object)
    let rank = H5Sget_simple_extent_ndims(space.identifier)
    guard H5Sget_simple_extent_type(space.identifier) == H5S_SIMPLE, (1...CheckpointLimits.rank).contains(Int(rank)) else {
      throw refused(
        "has \(max(rank, 0)) axes; samples have 1 to \(CheckpointLimits.rank)", object, advice: "Store an array of samples.")
    }
    var extents = [hsize_t](repeating: 0, count: Int(rank))
    try HDF5.check(
      H5Sget_simple_extent_dims(space.identifier, &extents, nil), .damagedContents, "has no shape", object: object)
    return try extents.map { extent in
      guard let exact = Int(exactly: extent) else { throw refused("has the impossible extent \(extent)", object) }
      return exact
    }
  }

  private static func refused(_ problem: String, _ object: String, advice: String? = nil) -> CheckpointError {
    CheckpointError(.refused, problem, object: object, advice: advice)
  }
}

extension HDF5Samples {
  /// How many numbers the dataset has, once its storage is known to be in this file and large enough to hold them.
  private static func checkedCount(_ shape: [Int], of dataset: hid_t, fileLength: Int, _ object: String) throws -> Int {
    let properties = try HDF5Handle(
      H5Dget_create_plist(dataset), .properties, .damagedContents, "has no properties", object: object)
    guard H5Pget_external_count(properties.identifier) == 0 else {
      throw refused("keeps its numbers in another file", object, advice: "Copy them into this one.")
    }
    let type = try HDF5Handle(H5Dget_type(dataset), .type, .damagedContents, "has no type", object: object)
    let width = H5Tget_size(type.identifier)
    guard let count = product(shape), let bytes = product([count, width]), let memory = product([count, 4]) else {
      throw refused("has the impossible shape \(shape)", object)
    }
    guard memory <= largestSize else {
      throw refused("has \(count) numbers; at most \(largestSize / 4) are read", object, advice: "Store fewer samples.")
    }
    let stored = Int(clamping: H5Dget_storage_size(dataset))
    switch H5Pget_layout(properties.identifier) {
    case H5D_CONTIGUOUS, H5D_COMPACT:
      guard stored <= fileLength else { throw tooLarge(stored, fileLength, object) }
    case H5D_CHUNKED:
      try checkFilters(properties.identifier, object)
      try checkChunk(properties.identifier, width, stored: min(stored, fileLength), fileLength, object)
    default:
      throw refused("is virtual: its numbers lie elsewhere", object, advice: "Copy them into this file.")
    }
    guard bytes <= most(min(stored, fileLength)) else { throw tooLarge(bytes, fileLength, object) }
    return count
  }

  private static func checkChunk(_ properties: hid_t, _ width: Int, stored: Int, _ fileLength: Int, _ object: String) throws {
    var extents = [hsize_t](repeating: 0, count: CheckpointLimits.rank)
    let rank = H5Pget_chunk(properties, Int32(extents.count), &extents)
    try HDF5.check(rank, .damagedContents, "has no chunks", object: object)
    let bytes = product(extents.prefix(Int(rank)).map { Int(clamping: $0) } + [width])
    // The library makes room for one whole chunk, which may reach beyond the shape.
    guard let bytes, stored == 0 || bytes <= max(most(stored), 64 << 20) else { throw tooLarge(bytes ?? .max, fileLength, object) }
  }

  private static func checkFilters(_ properties: hid_t, _ object: String) throws {
    let count = H5Pget_nfilters(properties)
    try HDF5.check(count, .damagedContents, "has no list of filters", object: object)
    var deflates = 0
    for index in 0..<max(0, count) {
      var flags: UInt32 = 0
      var values = 0
      var settings: UInt32 = 0
      let filter = H5Pget_filter2(properties, UInt32(index), &flags, &values, &settings, 0, nil, nil)
      switch filter {
      case H5Z_FILTER_DEFLATE: deflates += 1
      case H5Z_FILTER_SHUFFLE, H5Z_FILTER_FLETCHER32: break
      default:
        throw refused(
          "is compressed by filter \(filter); only deflate (gzip), shuffle and Fletcher-32 are read", object,
          advice: "Store it with compression='gzip', or without compression.")
      }
    }
    guard deflates <= 1 else { throw refused("is compressed \(deflates) times over", object, advice: "Compress it once.") }
  }

  /// The most bytes that `stored` bytes of a file may claim to hold.
  private static func most(_ stored: Int) -> Int {
    stored.multipliedReportingOverflow(by: largestRatio).overflow ? .max : stored * largestRatio + 65_536
  }

  private static func tooLarge(_ bytes: Int, _ fileLength: Int, _ object: String) -> CheckpointError {
    refused(
      "declares \(bytes) bytes, which the file of \(fileLength) bytes does not hold", object,
      advice: "Write the file again; it was cut short or changed.")
  }

  /// The product; `nil` where it overflows.
  private static func product(_ factors: [Int]) -> Int? {
    var result = 1
    for factor in factors {
      let (value, overflow) = result.multipliedReportingOverflow(by: factor)
      guard !overflow else { return nil }
      result = value
    }
    return result
  }
}
