import Foundation

extension HDF5Samples {
  /// The most bytes of memory that ``read(_:dataset:besides:scalesBytes:limit:)`` takes by default: 1 GiB.
  public static let usualLimit = 1 << 30

  /// Reads a dataset of the root, whatever program wrote the file: the one that is named, or else `samples`, or else the only one.
  ///
  /// Integers and floating-point numbers of any size and byte order become float32; bytes (uint8) are scaled to [-1, 1] as
  /// `value / 127.5 − 1`. Contiguous, compact and chunked datasets are read, with the filters deflate, shuffle and Fletcher-32. The
  /// reader is this library's own, and is safe with files that were made to do harm: see `Docs/checkpoints.md`.
  ///
  /// - Parameters:
  ///   - name: the dataset; `nil`, the default, for `samples` or the only one.
  ///   - others: datasets that are not meant where none is named, such as that of the labels.
  ///   - scalesBytes: `false` for bytes as they are.
  ///   - limit: the most bytes of memory that the numbers and one chunk may take.
  /// - Returns: the numbers, row major, and the shape, one to eight extents; the first counts the samples.
  /// - Throws: `CheckpointError`: `missing`, `notAFile` and `unreadable` for the file, `truncated` and `damagedContents` where its structure
  ///   is not what the format says, `refused` where the dataset has a form that is not read (another type, other storage, a size that the
  ///   file cannot hold or that is beyond the limit).
  public static func read(
    _ path: String, dataset name: String? = nil, besides others: [String] = [], scalesBytes: Bool = true, limit: Int = usualLimit
  ) throws -> (values: [Float], shape: [Int]) {
    try namingFile(path) {
      let file = try FileDescriptor.reading(path)
      let length = Int(try file.status(path).st_size)
      guard length > 0 else { throw CheckpointError(.refused, "the file is empty", advice: "Write it again.") }
      guard let base = try beginning(of: file, length, path) else {
        throw CheckpointError(
          .refused, "the file is no HDF5 file: it lacks the format's signature",
          advice: "Name a file that h5py or 'sample --out samples.h5' wrote.")
      }
      let source = try HDF5Source(file, path, base: base, fileLength: length)
      let (name, header) = try namingObject("/") { try find(name, besides: others, in: source) }
      return try namingObject("/" + name) { try readDataset(header, in: source, scalesBytes: scalesBytes, limit: limit) }
    }
  }

  /// Where the signature stands: the format allows a block of 512 · 2ⁿ bytes, or none, in front of it.
  static func beginning(of file: borrowing FileDescriptor, _ length: Int, _ path: String) throws -> Int? {
    let signature = CheckpointLayout.superblockSignature
    var place = 0
    while place + signature.count <= length {
      var found = [UInt8](repeating: 0, count: signature.count)
      _ = try found.withUnsafeMutableBytes { try file.read(into: $0, at: place, path) }
      if found == signature { return place }
      place = place == 0 ? 512 : 2 * place
    }
    return nil
  }

  /// The dataset to read: the one of the name, or `samples`, or the only one that the root group has beside others.
  private static func find(
    _ name: String?, besides others: [String], in source: HDF5Source
  ) throws -> (name: String, header: ObjectHeader) {
    let all = try source.links(of: try ObjectHeader(at: source.root, in: source))
    let wanted = name ?? dataset
    if let named = all.first(where: { $0.name == wanted }) {
      guard let target = named.target else {
        throw CheckpointError(.refused, "is a link to another place", object: "/" + wanted, advice: "Copy the dataset itself.")
      }
      let header = try namingObject("/" + wanted) { try ObjectHeader(at: target, in: source) }
      guard header.isDataset else { throw CheckpointError(.refused, "is no dataset", object: "/" + wanted) }
      return (wanted, header)
    }
    if let name {
      let known = all.prefix(20).map(\.name).joined(separator: ", ")
      throw CheckpointError(
        .refused, "holds no dataset '\(name)'", advice: known.isEmpty ? "Its root group is empty." : "Choose from \(known).")
    }
    let links = all.filter { !others.contains($0.name) }
    var found: [(name: String, header: ObjectHeader)] = []
    for link in links {
      guard let target = link.target else { continue }
      let header = try namingObject("/" + link.name) { try ObjectHeader(at: target, in: source) }
      if header.isDataset { found.append((link.name, header)) }
    }
    guard let only = found.first else {
      throw CheckpointError(
        .refused, "holds no dataset", advice: "Name a file of samples; a checkpoint's samples are drawn by 'sample' first.")
    }
    guard found.count == 1 else {
      let names = found.prefix(5).map(\.name).joined(separator: ", ")
      throw CheckpointError(
        .refused, "holds the datasets \(names)\(found.count > 5 ? ", …" : ""), none of them '\(dataset)'",
        advice: "Store the samples as '\(dataset)', or alone.")
    }
    return only
  }

  private static func readDataset(
    _ header: ObjectHeader, in source: HDF5Source, scalesBytes: Bool, limit: Int
  ) throws -> (values: [Float], shape: [Int]) {
    let dataset = try HDF5Dataset(header, in: source)
    guard dataset.type.isNumber else {
      throw CheckpointError(
        .refused, "has elements that are neither integers nor floating-point numbers", advice: "Store the samples as float32 or uint8.")
    }
    let shape = dataset.space.extents
    guard (1...CheckpointLimits.rank).contains(shape.count) else {
      throw CheckpointError(
        .refused, "has \(shape.count) axes; samples have 1 to \(CheckpointLimits.rank)", advice: "Store an array of samples.")
    }
    var values = try dataset.floats(in: source, limit: limit)
    if scalesBytes, dataset.type.form == .integer(isSigned: false), dataset.type.size == 1 {
      for index in values.indices { values[index] = Float(Double(values[index]) / 127.5 - 1) }
    }
    return (values, shape)
  }
}
