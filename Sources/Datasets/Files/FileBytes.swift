import Foundation

/// Whole files, read and written with errors that name the file.
enum FileBytes {
  /// Reads a file.
  static func read(_ path: String) throws -> [UInt8] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw DataError("there is no such file", file: path, remedy: "check the path, relative to the working directory")
    }
    guard !isFolder.boolValue else {
      throw DataError("this is a folder, not a file", file: path, remedy: "name a file inside it")
    }
    do {
      return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      throw DataError("it cannot be read (\(error.localizedDescription))", file: path, remedy: "check its permissions")
    }
  }

  /// Writes a file by way of a temporary one beside it, so that a crash leaves either the old file or the new one.
  static func write(_ bytes: [UInt8], to path: String) throws {
    do {
      try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw DataError(
        "it cannot be written (\(error.localizedDescription))", file: path,
        remedy: "check that its folder exists, is writable and has room")
    }
  }

  /// The names in a folder, sorted.
  static func names(inFolder path: String) throws -> [String] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw DataError(
        "there is no such folder", file: path, remedy: "check the path, relative to the working directory")
    }
    guard isFolder.boolValue else {
      throw DataError("this is a file, not a folder", file: path, remedy: "name the folder that holds it")
    }
    do {
      return try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    } catch {
      throw DataError(
        "the folder cannot be listed (\(error.localizedDescription))", file: path, remedy: "check its permissions")
    }
  }

  /// Joins a folder and a name; an absolute name stays as it is.
  static func join(_ folder: String, _ name: String) -> String {
    if folder.isEmpty || name.hasPrefix("/") { return name }
    return folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }
}
