import CHDF5
import Foundation

/// Named tensors as a plain HDF5 file, each a dataset at its path: what other programs keep weights in.
///
/// ```swift
/// try HDF5Tensors(tensors).write(to: "generator.weights.h5")
/// let tensors = try HDF5Tensors(reading: "generator.weights.h5").tensors
/// ```
public struct HDF5Tensors: Sendable, Equatable {
  /// The tensors, in order.
  public var tensors: [StoredTensor]

  /// Tensors to be written: each path has at most 16 names.
  public init(_ tensors: [StoredTensor]) {
    self.tensors = tensors
  }

  /// Reads every dataset of numbers of the file, whatever program wrote it, group by group; the numbers become float32.
  ///
  /// Links to other places, and datasets that hold no numbers, are passed over. The reader is this library's own, and is safe with files that
  /// were made to do harm.
  ///
  /// - Parameter limit: the most bytes of memory that the numbers of all datasets together may take.
  /// - Throws: `CheckpointError`, as `HDF5Samples.read` does.
  public init(reading path: String, limit: Int = 2 << 30) throws {
    tensors = try namingFile(path) {
      let file = try FileDescriptor.reading(path)
      let length = Int(try file.status(path).st_size)
      guard let base = try HDF5Samples.beginning(of: file, length, path) else {
        throw CheckpointError(
          .refused, "the file is no HDF5 file: it lacks the format's signature", advice: "Name a file that Keras or h5py wrote.")
      }
      var reader = Reader(source: try HDF5Source(file, path, base: base, fileLength: length), left: limit)
      try reader.visit(reader.source.root, path: "", depth: 0)
      return reader.found
    }
  }

  private struct Reader {
    let source: HDF5Source
    var left: Int
    var found: [StoredTensor] = []
    var seen: Set<Int> = []

    mutating func visit(_ address: Int, path: String, depth: Int) throws {
      guard seen.insert(address).inserted else { return }
      guard depth < CheckpointLimits.depth, seen.count <= CheckpointLimits.objects else {
        throw CheckpointError(
          .refused, "has more than \(CheckpointLimits.objects) objects, or groups deeper than \(CheckpointLimits.depth)", object: "/" + path
        )
      }
      let header = try namingObject("/" + path) { try ObjectHeader(at: address, in: source) }
      guard header.isDataset else {
        for link in try namingObject("/" + path, { try source.links(of: header) }) {
          guard let target = link.target else { continue }
          try visit(target, path: path.isEmpty ? link.name : path + "/" + link.name, depth: depth + 1)
        }
        return
      }
      try namingObject("/" + path) {
        let dataset = try HDF5Dataset(header, in: source)
        guard dataset.type.isNumber, !dataset.space.isNull else { return }
        let values = try dataset.floats(in: source, limit: left)
        left -= 4 * values.count
        found.append(StoredTensor(path: path, shape: dataset.space.extents, values: values))
      }
    }
  }

  /// Writes the file, atomically; equal tensors give equal bytes. A checkpoint at `path` is left alone.
  ///
  /// - Throws: `CheckpointError` of kind `invalidContents` for paths that cannot be written, `writeFailed` where the file cannot.
  public func write(to path: String) throws {
    try namingFile(path) {
      let tree = try ContentsTree(CheckpointContents(producer: "", step: 0, tensors: tensors))
      let bytes = try HDF5.exclusively {
        try HDF5Samples.image(named: "weights", payload: tensors.reduce(0) { $0 + $1.bytes.count }) { file in
          try HDF5Builder().build(tree, in: file)
        }
      }
      try WholeFile.write(bytes, to: path)
    }
  }
}
