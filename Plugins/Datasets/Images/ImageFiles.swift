import Datasets
import Foundation

/// The image files of a folder.
enum ImageFiles {
  /// The endings of names that are taken for images.
  static let endings = ["png", "jpg", "jpeg"]

  /// The paths of the images in `folder` and the folders in it, sorted; of the folders `classes` only, where there are any.
  static func paths(in folder: String, classes: [String]) throws -> [String] {
    guard !folder.isEmpty else {
      throw DataError("\(ImageFolder.name) was given no folder", remedy: "set 'folder' to the folder that holds the images")
    }
    let members = try FileBytes.names(inFolder: folder)
    for name in classes where !members.contains(name) || !isFolder(FileBytes.join(folder, name)) {
      let folders = members.filter { !$0.hasPrefix(".") && isFolder(FileBytes.join(folder, $0)) }
      throw DataError(
        "there is no folder '\(name)' in it", file: folder,
        remedy: folders.isEmpty ? "leave 'classes' empty" : "choose 'classes' from \(folders.joined(separator: ", "))")
    }
    let roots = classes.isEmpty ? [folder] : classes.map { FileBytes.join(folder, $0) }
    var result: [String] = []
    for root in roots {
      guard let names = FileManager.default.enumerator(atPath: root) else {
        throw DataError("the folder cannot be listed", file: root, remedy: "check its permissions")
      }
      while let name = names.nextObject() as? String {
        let parts = name.split(separator: "/")
        guard let last = parts.last, !parts.contains(where: { $0.hasPrefix(".") }), isImage(last) else { continue }
        let path = FileBytes.join(root, name)
        if !isFolder(path) { result.append(path) }
      }
    }
    guard !result.isEmpty else {
      throw DataError(
        "it holds no files whose names end in .\(endings.joined(separator: ", ."))", file: roots.joined(separator: ", "),
        remedy: "name the folder that holds the images")
    }
    // By UTF-8, so that the order is the same everywhere; a class that is named twice is read once.
    return Array(Set(result)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// The folders directly in `folder` that the images lie in, sorted, and the number of each image's; `nil` where an image lies in none of
  /// them, or all lie in one.
  static func classes(of paths: [String], in folder: String) -> (names: [String], labels: [Int32])? {
    let start = FileBytes.join(folder, "").utf8.count
    var parents: [String] = []
    for path in paths {
      let parts = String(decoding: path.utf8.dropFirst(start), as: UTF8.self).split(separator: "/")
      guard parts.count > 1 else { return nil }
      parents.append(String(parts[0]))
    }
    let names = Set(parents).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    guard names.count > 1 else { return nil }
    let numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, Int32($0)) })
    return (names, parents.compactMap { numbers[$0] })
  }

  private static func isImage(_ name: Substring) -> Bool {
    guard let dot = name.lastIndex(of: ".") else { return false }
    return endings.contains(name[name.index(after: dot)...].lowercased())
  }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }
}
