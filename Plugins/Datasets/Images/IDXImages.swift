import Adversarial
import Components
import Datasets
import Networks

/// Grey images from files in MNIST's IDX format (MNIST, Fashion-MNIST, EMNIST, KMNIST), plain or compressed by gzip.
///
/// The field `image` has the shape `[rows, columns, 1]` (`[28, 28, 1]` for MNIST) and lies in [-1, 1]: `value / 127.5 − 1`; where there are
/// labels, the field `label` holds them. Opening throws a `DataError` where a folder or file is missing, is not what its name says, is damaged, or where labels do not match images.
public struct IDXImages: FolderDataSource {
  public static let name = "idx-images"
  public static let summary = "Draws, without replacement, from grey images in MNIST's IDX files."
  public static let equation = "x = value / 127.5 - 1"
  public static let reference = "LeCun, Cortes and Burges, The MNIST Database of Handwritten Digits"
  public static let fieldDescriptions = [
    "classes": "The labels to keep, in 0…255; empty (the default) for all. '[0, 1, 2]' gives the 012-MNIST of mode-coverage papers",
    "folder": "The folder that holds files named '*-images-idx3-ubyte', with or without '.gz'; empty where 'images' names a file",
    "heldOutFraction":
      """
    The share of the images that training never sees, so that diagnostics can compare with them, in 0..<1: a fixed random choice; 0 \
    (the default) keeps none back
    """,
    "images": "The file of images, relative to 'folder'; empty (the default) to find it by its name",
    "labels":
      """
    The file of labels, relative to 'folder'; empty (the default) to find it beside the images. Without one, images have no labels
    """,
    "split": "Which of the folder's files to read; 'automatic' by default",
  ]

  /// Which of a folder's files to read.
  public enum Split: String, Codable, Sendable, CaseIterable {
    /// The training images, or the test images where there are no others.
    case automatic
    /// The file whose name contains `train`.
    case train
    /// The file whose name contains `t10k` or `test`.
    case test
  }

  /// The folder that holds files named `*-images-idx3-ubyte`, with or without `.gz`; empty where `images` names a file.
  public var folder: String
  /// The file of images, relative to `folder`; empty (the default) to find it by its name.
  public var images: String
  /// The file of labels, relative to `folder`; empty (the default) to find it beside the images. Without one, images have no labels.
  public var labels: String
  /// Which of the folder's files to read; `automatic` by default.
  public var split: Split
  /// The labels to keep, in 0…255; empty (the default) for all. `[0, 1, 2]` gives the 012-MNIST of mode-coverage papers.
  public var classes: [Int]
  /// The share of the images that training never sees, so that diagnostics can compare with them, in 0..<1: a fixed random choice; 0 (the
  /// default) keeps none back.
  public var heldOutFraction: Double

  /// Creates the source; see the fields.
  public init(
    folder: String, images: String = "", labels: String = "", split: Split = .automatic, classes: [Int] = [], heldOutFraction: Double = 0
  ) {
    self.folder = folder
    self.images = images
    self.labels = labels
    self.split = split
    self.classes = classes
    self.heldOutFraction = heldOutFraction
  }

  public init() {
    self.init(folder: "")
  }

  public func validateFields() throws {
    guard classes.allSatisfy((0...255).contains) else {
      throw FieldCheck.error(name, "classes", classes, "a list of integers in 0…255")
    }
    guard (0..<1).contains(heldOutFraction) else {
      throw FieldCheck.error(name, "heldOutFraction", heldOutFraction, "a share of the images, from 0 to below 1")
    }
  }

  public func opened() throws -> any Samples {
    try validateFields()
    let files = try IDXFiles(source: self)
    let pixels = try IDXFile.read(files.images, magic: IDXFile.imagesMagic)
    let shape = [pixels.dimensions[1], pixels.dimensions[2], 1]
    guard let labelsPath = files.labels else {
      guard classes.isEmpty else {
        throw DataError(
          "'classes' is \(classes), but there are no labels beside the images", file: files.images,
          remedy: "name the file of labels in 'labels', or leave 'classes' empty")
      }
      return try FiniteSamples.splitting([(Field("image", shape: shape), .bytes(pixels.bytes))], heldOut: heldOutFraction)
    }
    let labels = try IDXFile.read(labelsPath, magic: IDXFile.labelsMagic)
    guard labels.bytes.count == pixels.dimensions[0] else {
      throw DataError(
        "it holds \(labels.bytes.count) labels, but \(files.images) holds \(pixels.dimensions[0]) images",
        file: labelsPath,
        remedy: "name labels and images of the same split")
    }
    var images = FiniteSamples.Values.bytes(pixels.bytes)
    var numbers = labels.bytes
    if !classes.isEmpty {
      let kept = try kept(labels: labels.bytes, file: labelsPath)
      let width = pixels.dimensions[1] * pixels.dimensions[2]
      try ReadingLimits.standard.requireBytes(kept.count, width, file: files.images)
      images = images.selecting(kept, count: kept.count, width: width)
      numbers = kept.map { labels.bytes[$0] }
    }
    let classes = numbers.map { Int32($0) }
    // Labels keep their numbers where some are left out: digit 7 is class 7 in every choice of classes.
    let count = Int(labels.bytes.max() ?? 0) + 1
    return try FiniteSamples.splitting(
      [(Field("image", shape: shape), images), (.classes("label", classes, count: count), .classes(classes))], heldOut: heldOutFraction)
  }

  /// The places of the images whose label is among `classes`.
  private func kept(labels: [UInt8], file: String) throws -> [Int] {
    let result = labels.indices.filter { classes.contains(Int(labels[$0])) }
    guard !result.isEmpty else {
      let present = Set(labels).sorted()
      throw DataError(
        "no label is among 'classes' \(classes)", file: file, remedy: "choose from the labels that occur: \(present)")
    }
    return result
  }
}
