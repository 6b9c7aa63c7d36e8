import Adversarial
import Components
import Datasets
import Networks

/// Images from the PNG and JPEG files of a folder and the folders in it, one of which may stand for each class.
///
/// The field `image` has the shape `[rows, columns, channels]`, with 1 channel (grey) or 3 (red, green, blue), and lies in [-1, 1]:
/// `value / 127.5 − 1`; ``Datasets/ByteImage/init(reading:background:limits:)`` says which pixels are read. Where every image lies in a folder of
/// `folder`, and there are at least two of them, the field `label` numbers these folders by their names, sorted. Opening throws a `DataError`
/// where the folder is missing or holds no images, a file is damaged, two files do not have one size, or all are beyond `ReadingLimits`.
public struct ImageFolder: FolderDataSource {
  public static let name = "image-folder"
  public static let summary = "Draws, without replacement, from the PNG and JPEG files of a folder."
  public static let equation = "x = value / 127.5 - 1"
  public static let fieldDescriptions = [
    "background": "The grey that transparent images are laid over, 0 (black) to 255 (white, the default)",
    "channels": "The channels of a sample; 'automatic' by default",
    "classes": "The folders directly in 'folder' to read; empty (the default) for all, and for files that lie in none",
    "folder":
      """
    The folder. Files whose names end in .png, .jpg or .jpeg are read, sorted by path; hidden ones and links to folders are not
    """,
    "heldOutFraction":
      """
    The share of the images that training never sees, so that diagnostics can compare with them, in 0..<1: a fixed random choice; 0 \
    (the default) keeps none back
    """,
    "mirror":
      """
    Whether each image is flipped left-right with probability 1/2 whenever training draws it; 'false' by default. Images that are kept \
    back, and those that measures compare with, stay as they are
    """,
    "size":
      """
    The rows and columns of a sample: the middle square of each image, scaled by averaging areas. 0 (the default) for images as they \
    are
    """,
    "skipsBroken":
      """
    Whether files that cannot be read are left out: counted and named in the samples' notices. 'false' by default: the first of them \
    is an error
    """,
  ]

  /// The folder. Files whose names end in .png, .jpg or .jpeg are read, sorted by path; hidden ones and links to folders are not.
  public var folder: String
  /// The rows and columns of a sample: the middle square of each image, scaled by averaging areas. 0 (the default) for images as they are.
  public var size: Int
  /// The folders directly in `folder` to read; empty (the default) for all, and for files that lie in none.
  public var classes: [String]
  /// The share of the images that training never sees, so that diagnostics can compare with them, in 0..<1: a fixed random choice; 0 (the
  /// default) keeps none back.
  public var heldOutFraction: Double

  /// The channels of a sample; `automatic` by default.
  public var channels: Channels
  /// The grey that transparent images are laid over, 0 (black) to 255 (white, the default).
  public var background: Int
  /// Whether files that cannot be read are left out: counted and named in the samples' ``Datasets/FiniteSamples/notices``. `false` by default: the
  /// first of them is an error.
  public var skipsBroken: Bool
  /// Whether each image is flipped left-right with probability 1/2 whenever training draws it; `false` by default. Images that are kept back, and
  /// those that measures compare with, stay as they are.
  public var mirror: Bool

  /// The channels of a sample.
  public enum Channels: String, ComponentChoice {
    /// Grey where all images are; else red, green and blue, which are equal in grey images.
    case automatic
    /// One: colours become their luma.
    case grey
    /// Three: grey images get three equal ones.
    case color
  }

  /// Creates the source; see the fields.
  public init(
    folder: String, size: Int = 0, classes: [String] = [], heldOutFraction: Double = 0, channels: Channels = .automatic,
    background: Int = 255, skipsBroken: Bool = false, mirror: Bool = false
  ) {
    self.folder = folder
    self.size = size
    self.classes = classes
    self.heldOutFraction = heldOutFraction
    self.channels = channels
    self.background = background
    self.skipsBroken = skipsBroken
    self.mirror = mirror
  }

  public init() {
    self.init(folder: "")
  }

  public func validateFields() throws {
    try FieldCheck.within(0...PNGImage.largestExtent, size, "size", of: name)
    guard classes.allSatisfy({ !$0.isEmpty && !$0.contains("/") }) else {
      throw FieldCheck.error(name, "classes", classes, "a list of names of folders")
    }
    try FieldCheck.within(0...255, background, "background", of: name)
    try FieldCheck.share(heldOutFraction, "heldOutFraction", of: name)
  }

  /// The shape of a sample, told from the first image and the headers of the others: `[rows, columns, channels]`.
  ///
  /// - Throws: `DataError`, as ``opened()`` does.
  public func firstSampleShape() throws -> [Int] {
    try validateFields()
    let paths = try ImageFiles.paths(in: folder, classes: classes)
    var rest = paths[...]
    while let path = rest.popFirst() {
      do {
        var shape = try image(path).shape
        if channels == .automatic, shape[2] == 1, try rest.contains(where: isColor) { shape[2] = 3 }
        return shape
      } catch let error as DataError {
        guard skipsBroken, !rest.isEmpty else { throw error }
      }
    }
    return []
  }

  private func isColor(_ path: String) throws -> Bool {
    do {
      return try !ByteImage.isGrey(path)
    } catch let error as DataError {
      guard skipsBroken else { throw error }
      return false
    }
  }

  /// The image at `path`, in the size and channels that are asked for.
  private func image(_ path: String) throws -> ByteImage {
    var image = try ByteImage(reading: path, background: UInt8(background))
    switch channels {
    case .automatic: break
    case .grey: image = image.inGrey()
    case .color: image = image.inColor()
    }
    guard size > 0 else { return image }
    try ReadingLimits.standard.requirePixels(width: size, height: size, file: path)
    return image.square(size)
  }

  public func opened() throws -> any Samples {
    try validateFields()
    let paths = try ImageFiles.paths(in: folder, classes: classes)
    var collected = CollectedImages(count: paths.count)
    var kept: [String] = []
    var broken: [DataError] = []
    for path in paths {
      do {
        let image = try image(path)
        try collected.append(image, path)
        kept.append(path)
      } catch let error as DataError where error.file == path && !collected.isRefused {
        guard skipsBroken else { throw error }
        broken.append(error)
      }
    }
    guard !kept.isEmpty else {
      throw DataError(
        "none of its \(paths.count) images can be read; the first: \(broken[0])", file: folder, remedy: "name a folder of PNG or JPEG files"
      )
    }
    let images = (field: Field("image", shape: collected.shape), values: FiniteSamples.Values.bytes(collected.bytes))
    var samples: FiniteSamples
    if let (names, labels) = ImageFiles.classes(of: kept, in: folder) {
      samples = try .splitting(
        [images, (.classes("label", labels, count: names.count), .classes(labels))], heldOut: heldOutFraction, mirror: mirror)
    } else {
      samples = try .splitting([images], heldOut: heldOutFraction, mirror: mirror)
    }
    if !broken.isEmpty {
      let named = broken.prefix(10).map { "\($0.file): \($0.problem)" }.joined(separator: "; ")
      samples.notices = [
        "\(broken.count) of \(paths.count) images are left out, because they cannot be read: \(named)\(broken.count > 10 ? "; …" : "")"
      ]
    }
    return samples
  }
}

/// The bytes of many images of one size, in grey until the first in colour comes.
private struct CollectedImages {
  /// How many images may come.
  let count: Int
  var shape: [Int] = []
  var bytes: [UInt8] = []
  /// Whether an image that could be read was refused.
  var isRefused = false
  private var first = ""

  init(count: Int) { self.count = count }

  mutating func append(_ image: ByteImage, _ path: String) throws {
    isRefused = true
    if shape.isEmpty {
      (shape, first) = (image.shape, path)
      try reserve(path)
    }
    guard image.shape.prefix(2) == shape.prefix(2) else {
      throw DataError(
        "it has the shape \(image.shape), but \(first) has \(shape)", file: path, remedy: "set 'size' to scale all to one size")
    }
    if shape[2] == 1, image.shape[2] == 3 {
      shape[2] = 3
      let grey = bytes
      bytes = []
      try reserve(path)
      for value in grey { for _ in 0..<3 { bytes.append(value) } }
    }
    bytes += shape[2] == 3 ? image.inColor().pixels : image.pixels
    isRefused = false
  }

  private mutating func reserve(_ path: String) throws {
    bytes.reserveCapacity(try ReadingLimits.standard.requireBytes(count, shape[0], shape[1], shape[2], file: path))
  }
}
