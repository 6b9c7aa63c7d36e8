import Adversarial
import Components
import Datasets
import Networks

/// Colour images from the binary files of CIFAR-10 or CIFAR-100.
///
/// The field `image` has the shape `[32, 32, 3]` and lies in [-1, 1]: `value / 127.5 − 1`; the field `label` holds the classes. Which of the
/// two sets a folder holds is told by the names of its files. Opening throws a `DataError` where the folder or a file is missing or damaged.
public struct CIFARImages: FolderDataSource {
  public static let name = "cifar-images"
  public static let summary = "Draws, without replacement, from the colour images of CIFAR-10's or CIFAR-100's binary files."
  public static let equation = "x = value / 127.5 - 1"
  public static let reference = "Krizhevsky 2009, Learning Multiple Layers of Features from Tiny Images"
  public static let fieldDescriptions = [
    "classes": "The labels to keep; empty (the default) for all",
    "folder": "The folder that holds the files",
    "heldOutFraction":
      """
    The share of the images that training never sees, so that diagnostics can compare with them, in 0..<1: a fixed random choice; 0 \
    (the default) keeps none back
    """,
    "isCoarse": "Whether the label is one of CIFAR-100's 20 superclasses instead of its 100 classes; 'false' by default",
    "mirror":
      """
    Whether each image is flipped left-right with probability 1/2 whenever training draws it; 'false' by default. Images that are kept \
    back, and those that measures compare with, stay as they are
    """,
    "split": "Which images to read: 'train' (the default) or 'test'",
  ]

  /// Which images to read.
  public enum Split: String, ComponentChoice {
    /// The 50,000 training images: `data_batch_1.bin` to `data_batch_5.bin`, as many of them as there are, or `train.bin`.
    case train
    /// The 10,000 test images: `test_batch.bin` or `test.bin`.
    case test
  }

  /// The folder that holds the files.
  public var folder: String
  /// Which images to read; `train` by default.
  public var split: Split
  /// Whether the label is one of CIFAR-100's 20 superclasses instead of its 100 classes; `false` by default.
  public var isCoarse: Bool
  /// The labels to keep; empty (the default) for all.
  public var classes: [Int]
  /// The share of the images that training never sees, so that diagnostics can compare with them, in 0..<1: a fixed random choice; 0 (the
  /// default) keeps none back.
  public var heldOutFraction: Double
  /// Whether each image is flipped left-right with probability 1/2 whenever training draws it; `false` by default. Images that are kept back, and
  /// those that measures compare with, stay as they are.
  public var mirror: Bool

  /// Creates the source; see the fields.
  public init(
    folder: String, split: Split = .train, isCoarse: Bool = false, classes: [Int] = [], heldOutFraction: Double = 0, mirror: Bool = false
  ) {
    self.folder = folder
    self.split = split
    self.isCoarse = isCoarse
    self.classes = classes
    self.heldOutFraction = heldOutFraction
    self.mirror = mirror
  }

  public init() {
    self.init(folder: "")
  }

  public func validateFields() throws {
    guard classes.allSatisfy((0..<100).contains) else {
      throw FieldCheck.error(name, "classes", classes, "a list of integers in 0…99")
    }
    try FieldCheck.share(heldOutFraction, "heldOutFraction", of: name)
  }

  /// Rows times columns of an image: the bytes of one colour.
  private static let area = 32 * 32

  public func opened() throws -> any Samples {
    try validateFields()
    let (paths, labelBytes) = try files()
    guard labelBytes == 2 || !isCoarse else {
      throw DataError("CIFAR-10 has no superclasses", file: folder, remedy: "leave 'isCoarse' away, or name CIFAR-100's folder")
    }
    let count = labelBytes == 1 ? 10 : isCoarse ? 20 : 100
    let length = labelBytes + 3 * Self.area
    var (pixels, labels): ([UInt8], [Int32]) = ([], [])
    for path in paths {
      let bytes = try FileBytes.read(path)
      guard !bytes.isEmpty, bytes.count.isMultiple(of: length) else {
        throw DataError(
          "its \(bytes.count) bytes are not whole images of \(length) bytes", file: path, remedy: "fetch the file again; it was cut short")
      }
      for start in stride(from: 0, to: bytes.count, by: length) {
        let label = Int(bytes[start + (labelBytes == 2 && !isCoarse ? 1 : 0)])
        guard label < count else {
          throw DataError(
            "image \(start / length) has the label \(label), but there are \(count) classes", file: path,
            remedy: "fetch the file again; it was damaged, or is no file of CIFAR's")
        }
        guard classes.isEmpty || classes.contains(label) else { continue }
        labels.append(Int32(label))
        // All of red, then all of green, then all of blue.
        let image = start + labelBytes
        for place in 0..<Self.area { for color in 0..<3 { pixels.append(bytes[image + color * Self.area + place]) } }
      }
    }
    guard !labels.isEmpty else {
      throw DataError("no label is among 'classes' \(classes)", file: folder, remedy: "choose from 0…\(count - 1)")
    }
    return try FiniteSamples.splitting(
      [(Field("image", shape: [32, 32, 3]), .bytes(pixels)), (.classes("label", labels, count: count), .classes(labels))],
      heldOut: heldOutFraction, mirror: mirror)
  }

  /// The files to read, and how many labels stand before each image.
  private func files() throws -> (paths: [String], labelBytes: Int) {
    guard !folder.isEmpty else {
      throw DataError("\(name) was given no folder", remedy: "set 'folder' to the folder that holds data_batch_1.bin or train.bin")
    }
    let names = try FileBytes.names(inFolder: folder)
    let ten = split == .train ? (1...5).map { "data_batch_\($0).bin" } : ["test_batch.bin"]
    let found = ten.filter(names.contains)
    if !found.isEmpty { return (found.map { FileBytes.join(folder, $0) }, 1) }
    let hundred = split == .train ? "train.bin" : "test.bin"
    guard names.contains(hundred) else {
      throw DataError(
        "it holds neither \(ten[0]) nor \(hundred)", file: folder,
        remedy: "name the folder that holds the binary version of CIFAR-10 or CIFAR-100")
    }
    return ([FileBytes.join(folder, hundred)], 2)
  }
}
