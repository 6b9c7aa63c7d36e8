import Adversarial
import Components
import Datasets
import Networks

/// Images from the PNG and JPEG files of a folder and the folders in it, one of which may stand for each class.
///
/// The field `image` has the shape `[rows, columns, channels]`, with 1 channel (grey) or 3 (red, green, blue), and lies in [-1, 1]:
/// `value / 127.5 − 1`. Where every image lies in a folder of `folder`, and there are at least two of them, the field `label` numbers these
/// folders by their names, sorted. Opening throws a ``DataError`` where the folder is missing or holds no images, a file is damaged, or two
/// files do not have one shape.
public struct ImageFolder: FolderDataSource {
  public static let name = "image-folder"
  public static let summary = "Draws, without replacement, from the PNG and JPEG files of a folder."
  public static let equation = "x = value / 127.5 − 1"

  /// The folder. Files whose names end in .png, .jpg or .jpeg are read, sorted by path; hidden ones and links to folders are not.
  public var folder: String
  /// The rows and columns of a sample: the middle square of each image, scaled by averaging areas. 0 (the default) for images as they are.
  public var size: Int
  /// The folders directly in `folder` to read; empty (the default) for all, and for files that lie in none.
  public var classes: [String]
  /// The share of the images that training never sees, so that diagnostics can compare with them, in 0..<1: a fixed random choice; 0 (the
  /// default) keeps none back.
  public var heldOutFraction: Double

  /// Creates the source; see the fields.
  public init(folder: String, size: Int = 0, classes: [String] = [], heldOutFraction: Double = 0) {
    self.folder = folder
    self.size = size
    self.classes = classes
    self.heldOutFraction = heldOutFraction
  }

  public init() {
    self.init(folder: "")
  }

  public func validateFields() throws {
    try FieldCheck.within(0...PNGImage.largestExtent, size, "size", of: name)
    guard classes.allSatisfy({ !$0.isEmpty && !$0.contains("/") }) else {
      throw FieldCheck.error(name, "classes", classes, "a list of names of folders")
    }
    guard (0..<1).contains(heldOutFraction) else {
      throw FieldCheck.error(name, "heldOutFraction", heldOutFraction, "a share of the images, from 0 to below 1")
    }
  }

  /// The shape of a sample, told from the first image alone: `[rows, columns, channels]`.
  ///
  /// - Throws: ``DataError``, as ``opened()`` does.
  public func firstSampleShape() throws -> [Int] {
    try validateFields()
    let first = try ByteImage(reading: ImageFiles.paths(in: folder, classes: classes)[0])
    return size > 0 ? [size, size, first.shape[2]] : first.shape
  }

  public func opened() throws -> any Samples {
    try validateFields()
    let paths = try ImageFiles.paths(in: folder, classes: classes)
    var bytes: [UInt8] = []
    var shape: [Int] = []
    for path in paths {
      var image = try ByteImage(reading: path)
      if size > 0 { image = image.square(size) }
      if shape.isEmpty {
        shape = image.shape
        bytes.reserveCapacity(paths.count * image.pixels.count)
      }
      guard image.shape == shape else {
        throw DataError(
          "it has the shape \(image.shape), but \(paths[0]) has \(shape)", file: path,
          remedy: image.shape[2] == shape[2] ? "set 'size' to scale all to one size" : "save all in grey, or all in colour")
      }
      bytes += image.pixels
    }
    let images = (field: Field("image", shape: shape), values: FiniteSamples.Values.bytes(bytes))
    guard let (names, labels) = ImageFiles.classes(of: paths, in: folder) else {
      return FiniteSamples.splitting([images], heldOut: heldOutFraction)
    }
    return FiniteSamples.splitting([images, (.classes("label", labels, count: names.count), .classes(labels))], heldOut: heldOutFraction)
  }
}
