import Foundation
import Rival

/// How samples are written, by the ending of the file's name.
enum SampleFormat: String, CaseIterable {
  /// HDF5 with the dataset `samples`.
  case h5
  /// NumPy.
  case npy
  /// One row for each sample.
  case csv
  /// A grid of images.
  case png

  /// The format of a file called `path`.
  ///
  /// - Throws: ``CommandFailure`` where the ending is none of them.
  init(path: String) throws {
    let ending = path.split(separator: "/").last?.split(separator: ".").dropFirst().last ?? ""
    guard let format = SampleFormat(rawValue: ending.lowercased()) else {
      throw CommandFailure("\(path): the name of the file must end in .h5, .npy, .csv or .png")
    }
    self = format
  }

  /// Writes samples of `shape` each.
  ///
  /// - Throws: `CheckpointError` or `DataError` where the file cannot be written, ``CommandFailure`` where samples cannot be
  ///   written so.
  func write(_ values: [Float], shape: [Int], to path: String) throws {
    let count = values.count / shape.reduce(1, *)
    switch self {
    case .h5: try HDF5Samples.write(values, shape: [count] + shape, to: path)
    case .npy: try NPYFile(values, shape: [count] + shape).write(to: path)
    case .csv:
      try CSVFile(values, columns: values.count / count, header: shape == [2] ? ["x", "y"] : []).write(to: path)
    case .png:
      guard PNGImage.canHold(shape) else {
        throw CommandFailure("\(path): samples of shape \(shape) are no images; write .csv, .npy or .h5")
      }
      try PNGImage.grid(samples: values, shape: shape).write(to: path)
    }
  }
}
