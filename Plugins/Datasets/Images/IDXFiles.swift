import Datasets
import Foundation

/// Where a folder's images and labels are, found by the names that MNIST and its relatives use.
struct IDXFiles {
  /// The path of the images.
  let images: String
  /// The path of the labels; `nil` where there are none.
  let labels: String?

  init(source: IDXImages) throws {
    let images: String
    if source.images.isEmpty {
      guard !source.folder.isEmpty else {
        throw DataError(
          "\(IDXImages.name) was given neither a folder nor a file of images",
          remedy: "set 'folder' to the folder that holds train-images-idx3-ubyte.gz, or 'images' to a file")
      }
      let name = try Self.imagesName(in: source.folder, split: source.split)
      images = FileBytes.join(source.folder, name)
    } else {
      images = FileBytes.join(source.folder, source.images)
    }
    self.images = images
    labels = source.labels.isEmpty ? Self.labels(beside: images) : FileBytes.join(source.folder, source.labels)
  }

  /// The name of the one file of images that `split` means.
  private static func imagesName(in folder: String, split: IDXImages.Split) throws -> String {
    let names = try FileBytes.names(inFolder: folder)
    let candidates = names.filter { stem($0).hasSuffix("images-idx3-ubyte") || stem($0).hasSuffix("images.idx3-ubyte") }
    guard !candidates.isEmpty else {
      throw DataError(
        names.isEmpty
          ? "the folder is empty" : "none of the folder's \(names.count) files is named *-images-idx3-ubyte",
        file: folder, remedy: "name the folder that holds MNIST's files, or the file itself in 'images'")
    }
    let train = candidates.filter { $0.contains("train") }
    let test = candidates.filter { $0.contains("t10k") || $0.contains("test") }
    let chosen: [String]
    switch split {
    case .automatic: chosen = !train.isEmpty ? train : !test.isEmpty ? test : candidates
    case .train: chosen = train
    case .test: chosen = test
    }
    guard let first = chosen.first else {
      throw DataError(
        "no file of images is for split '\(split.rawValue)'; there are \(candidates.joined(separator: ", "))",
        file: folder,
        remedy: "set 'split' to 'automatic', or name the file in 'images'")
    }
    guard chosen.allSatisfy({ stem($0) == stem(first) }) else {
      throw DataError(
        "several files of images fit: \(chosen.joined(separator: ", "))", file: folder, remedy: "name one in 'images'")
    }
    return first  // the plain file sorts before the compressed one
  }

  /// The labels beside a file of images: the same name with `labels` and `idx1`, compressed or not.
  private static func labels(beside images: String) -> String? {
    let folder = images.lastIndex(of: "/").map { String(images[...$0]) } ?? ""
    let name = stem(String(images.dropFirst(folder.count)))
    guard name.contains("images") else { return nil }
    let wanted = name.replacingOccurrences(of: "images", with: "labels").replacingOccurrences(of: "idx3", with: "idx1")
    return [wanted, wanted + ".gz"].map { folder + $0 }.first { FileManager.default.fileExists(atPath: $0) }
  }

  /// A name without the ending `.gz`.
  private static func stem(_ name: String) -> String {
    name.hasSuffix(".gz") ? String(name.dropLast(3)) : name
  }
}
