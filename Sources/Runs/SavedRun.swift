import Checkpoints
import Components
import Foundation
import Networks

/// A checkpoint that somebody points at: a file, or the newest valid one of a folder.
public struct SavedRun: Sendable {
  /// The file.
  public let path: String
  /// What it holds, verified.
  public let contents: CheckpointContents
  /// How the file compares with its header.
  public let comparison: CheckpointVerification

  /// Reads the checkpoint at `path`.
  ///
  /// - Parameters:
  ///   - verification: `edited` for a file that another tool changed on purpose.
  ///   - warn: told of damaged files that were passed over in a folder.
  /// - Throws: `CheckpointError` for a file that is missing, damaged or no checkpoint; `NetworkError` for a folder without any.
  public init(_ path: String, verification: CheckpointFile.Verification = .full, warn: (String) -> Void = { _ in }) throws {
    guard SavedRun.isFolder(path) else {
      self.path = path
      (contents, comparison) = try CheckpointFile.load(path, verification: verification)
      return
    }
    guard let loaded = try CheckpointDirectory(path).latestValid(verification: verification, warn: warn) else {
      throw NetworkError("\(path): the folder holds no checkpoints; name a checkpoint, or a folder that a run has saved into")
    }
    self.path = loaded.file.path
    contents = loaded.contents
    comparison = loaded.comparison
  }

  /// The run that it holds.
  ///
  /// - Throws: as ``StoredRun/init(_:registry:)``; a component that the registry lacks is named with the file.
  public func run(registry: Registry) throws -> StoredRun {
    do {
      return try StoredRun(contents, registry: registry)
    } catch let error as ComponentError {
      guard let name = error.unknownName else { throw error }
      throw ComponentError(
        unknownName: name,
        "\(path) names the component '\(name)', which this program does not have: use the program that made the file (\(contents.producer)), "
          + "or one that registers '\(name)' too")
    }
  }

  /// Whether `path` is a folder.
  public static func isFolder(_ path: String) -> Bool {
    var isDirectory: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
  }

  /// The folder that `path`, a file or a folder, belongs to.
  ///
  /// - Throws: `CheckpointError` of kind `missing` where nothing is there.
  public static func folder(of path: String) throws -> String {
    if isFolder(path) { return path }
    guard FileManager.default.fileExists(atPath: path) else {
      throw CheckpointError(.missing, "there is no such file or folder", file: path, advice: "Check the path.")
    }
    let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    return folder.isEmpty ? (path.hasPrefix("/") ? "/" : ".") : folder
  }
}
