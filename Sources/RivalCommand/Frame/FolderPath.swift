import Foundation

/// Paths of folders.
enum FolderPath {
  /// `path` from the root on: what a checkpoint can be resumed with from anywhere on the machine.
  static func absolute(_ path: String) -> String {
    if path.hasPrefix("/") { return path }
    return URL(fileURLWithPath: path).standardizedFileURL.path
  }
}
