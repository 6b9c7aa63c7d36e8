import Foundation

/// Files that one user installs for themselves.
enum UserFolder {
  /// The folder of a user's data or settings, as the XDG Base Directory Specification has it.
  ///
  /// - Parameters:
  ///   - variable: `XDG_DATA_HOME` or `XDG_CONFIG_HOME`.
  ///   - usual: where it is below the home folder where the variable is not set.
  /// - Throws: ``CommandFailure`` where there is no home folder.
  static func path(_ variable: String, usual: String) throws -> String {
    let environment = ProcessInfo.processInfo.environment
    if let folder = environment[variable], folder.hasPrefix("/") { return folder }
    return try home() + "/" + usual
  }

  /// The home folder.
  static func home() throws -> String {
    guard let home = ProcessInfo.processInfo.environment["HOME"], home.hasPrefix("/") else {
      throw CommandFailure("there is no home folder to install into; set HOME, or write the text to a file yourself")
    }
    return home
  }

  /// Writes a file, and the folders that it lies in.
  ///
  /// - Throws: ``CommandFailure`` where it cannot be written.
  static func write(_ text: String, to path: String) throws {
    let file = URL(fileURLWithPath: path)
    do {
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file, options: .atomic)
    } catch {
      throw CommandFailure("\(path) cannot be written (\(error.localizedDescription)); check that the folder is yours")
    }
  }
}
