import Foundation
import Rival

/// Samples from files of any kind: what a generator wrote, or real data.
struct SampleFile {
  /// The file or folder.
  let path: String
  /// All numbers, row major; images lie in [-1, 1].
  let values: [Float]
  /// The shape of one sample.
  let shape: [Int]
  /// How many places of a grid were blank and left out.
  let blanks: Int

  /// How many samples there are, at least one.
  var count: Int { values.count / size }
  /// How many numbers a sample has.
  var size: Int { shape.reduce(1, *) }

  /// Whether `path` is a grid of images, of which a tile's size must be known.
  static func isGrid(_ path: String) -> Bool { !SavedRun.isFolder(path) && ending(path) == "png" }

  /// Reads `path`: .h5, a table of any other kind that ``Rival/TableFile`` reads (bytes are scaled to [-1, 1]), .png (a grid of images), a folder with
  /// MNIST's IDX files, or a folder of PNG and JPEG images.
  ///
  /// - Parameters:
  ///   - tile: height and width of an image in a grid, where they are known.
  ///   - limit: the most bytes of memory that samples out of HDF5 may take.
  /// - Throws: `CheckpointError`, `DataError` or ``CommandFailure``, which name the file.
  init(_ path: String, tile: [Int]? = nil, limit: Int = HDF5Samples.usualLimit) throws {
    self.path = path
    var blanks = 0
    if SavedRun.isFolder(path) {
      (values, shape) = try Self.folder(path)
    } else {
      switch Self.ending(path) {
      case "h5", "hdf5", "hdf":
        let found = try HDF5Samples.read(path, limit: limit)
        (values, shape) = (found.values, Self.sampleShape(found.shape))
      case let ending where TableFile.endings.contains(ending):
        let table = try TableFile(path: path).samplesInOrder()
        (values, shape) = (table.values.floats, table.field.shape)
      case "png":
        let image = try PNGImage(reading: path)
        guard let tile else {
          throw CommandFailure("\(path): how large an image in this grid is cannot be told; give its height and width, as in --tile 32x32")
        }
        let tiles = try ImageTiles(image, height: tile[0], width: tile[1], path: path)
        (values, shape, blanks) = (tiles.values, tiles.shape, tiles.blanks)
      default:
        guard FileManager.default.fileExists(atPath: path) else {
          throw CommandFailure("\(path): there is no such file or folder; check the path")
        }
        throw CommandFailure(
          "\(path): samples are read from files that end in .h5, .npy, .npz, .csv, .tsv, .txt or .png, and from folders of images; name one of those"
        )
      }
    }
    self.blanks = blanks
    guard !values.isEmpty, !shape.contains(0) else {
      throw CommandFailure("\(path): it holds no samples; give at least one, and for most metrics hundreds")
    }
  }

  /// Both sides of a comparison; a grid takes the size of its tiles from `tile`, or else from the shape of the other side.
  ///
  /// - Throws: as ``init(_:tile:)``, and ``CommandFailure`` where samples of the two sides have different shapes.
  static func pair(
    _ samples: String, _ reference: String, tile: [Int]?, limit: Int = HDF5Samples.usualLimit
  ) throws -> (samples: SampleFile, reference: SampleFile) {
    let first: SampleFile
    let second: SampleFile
    if isGrid(samples), tile == nil, !isGrid(reference) {
      second = try SampleFile(reference, limit: limit)
      first = try SampleFile(samples, tile: second.tile, limit: limit)
    } else {
      first = try SampleFile(samples, tile: tile, limit: limit)
      second = try SampleFile(reference, tile: tile ?? first.tile, limit: limit)
    }
    guard first.size == second.size, first.shape.count < 2 || second.shape.count < 2 || first.extents == second.extents else {
      throw CommandFailure(
        "\(samples) holds samples of shape \(first.shape), but \(reference) of shape \(second.shape); both must be of one shape")
    }
    return (first, second)
  }

  /// The samples as rows.
  ///
  /// - Throws: ``CommandFailure`` where a number is not finite, or float32 keeps the numbers too coarsely.
  func rows() throws -> SampleSet {
    do {
      // Grey images without an axis of channels are images too.
      let rows = try SampleSet(values, shape: shape.count == 2 ? shape + [1] : shape)
      if let coarse = NumberResolution.coarse(values, dimension: size) { throw MetricError(coarse.description) }
      return rows
    } catch let error as MetricError {
      throw CommandFailure("\(path): \(error)")
    }
  }

  /// Height and width, where samples are images.
  private var tile: [Int]? { shape.count == 3 || shape.count == 2 ? Array(shape.prefix(2)) : nil }

  /// The shape without a last axis of one channel.
  private var extents: [Int] { shape.count == 3 && shape[2] == 1 ? Array(shape.prefix(2)) : shape }

  private static func folder(_ path: String) throws -> (values: [Float], shape: [Int]) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    let isIDX = names.contains { $0.contains("images-idx3-ubyte") || $0.contains("images.idx3-ubyte") }
    let source: any DataSource = isIDX ? IDXImages(folder: path) : ImageFolder(folder: path)
    let samples = try source.opened()
    samples.notices.forEach(Console.warn)
    let count = samples.count ?? 0
    try ReadingLimits.standard.requireBytes([count, 4] + samples.sampleShape, file: path)
    // A whole epoch at once: each sample, exactly once.
    return (samples.drawn(count, key: Key(seed: 0)), samples.sampleShape)
  }

  /// The shape behind the axis that counts the samples; single numbers are samples too.
  private static func sampleShape(_ shape: [Int]) -> [Int] { shape.count > 1 ? Array(shape.dropFirst()) : [1] }

  private static func ending(_ path: String) -> String {
    path.split(separator: "/").last?.split(separator: ".").dropFirst().last?.lowercased() ?? ""
  }
}
