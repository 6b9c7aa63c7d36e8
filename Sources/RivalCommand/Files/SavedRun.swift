import Foundation
import Rival

/// A checkpoint that a command was pointed at: a file, or the newest valid one of a folder.
struct SavedRun {
  /// The file.
  let path: String
  /// What it holds, verified.
  let contents: CheckpointContents

  /// Reads the checkpoint at `path`; damaged ones that are passed over in a folder are warned about.
  ///
  /// - Throws: `CheckpointError` for a file that is missing, damaged or no checkpoint; ``CommandFailure`` for a folder without any.
  init(_ path: String, verification: CheckpointFile.Verification = .full) throws {
    guard SavedRun.isFolder(path) else {
      self.path = path
      contents = try CheckpointFile.read(path, verification: verification)
      return
    }
    guard let loaded = try CheckpointDirectory(path).latestValid(warn: Console.warn) else {
      throw CommandFailure(
        "\(path): the folder holds no checkpoints; name a checkpoint, or a folder that a run has saved into")
    }
    self.path = loaded.file.path
    contents = loaded.contents
  }

  /// Whether `path` is a folder.
  static func isFolder(_ path: String) -> Bool {
    var isDirectory: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
  }

  /// The folder that `path`, a file or a folder, belongs to.
  ///
  /// - Throws: `CheckpointError` of kind `missing` where nothing is there.
  static func folder(of path: String) throws -> String {
    if isFolder(path) { return path }
    guard FileManager.default.fileExists(atPath: path) else {
      throw CheckpointError(.missing, "there is no such file or folder", file: path, advice: "Check the path.")
    }
    let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    return folder.isEmpty ? (path.hasPrefix("/") ? "/" : ".") : folder
  }
}
