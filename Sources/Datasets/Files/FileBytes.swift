import Foundation

/// Whole files, read and written with errors that name the file.
public enum FileBytes {
  /// Reads a plain file.
  ///
  /// - Throws: ``DataError`` where there is none, it cannot be read, or it is larger than the limit.
  public static func read(_ path: String, limits: ReadingLimits = .standard) throws -> [UInt8] {
    let (descriptor, size) = try open(path)
    defer { close(descriptor) }
    try limits.requireBytes(size, file: path)
    return try [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
      filled = try read(descriptor, into: UnsafeMutableRawBufferPointer(buffer), file: path)
    }
  }

  /// Opens a plain file, which the caller closes; its size in bytes.
  static func open(_ path: String) throws -> (descriptor: Int32, size: Int) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw DataError("there is no such file", file: path, remedy: "check the path, relative to the working directory")
    }
    guard !isFolder.boolValue else {
      throw DataError("this is a folder, not a file", file: path, remedy: "name a file inside it")
    }
    // A pipe without a writer would keep the program waiting.
    let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw DataError("it cannot be read (\(String(cString: strerror(errno))))", file: path, remedy: "check its permissions")
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw DataError("this is no plain file", file: path, remedy: "name a file that lies on a disk")
    }
    return (descriptor, Int(status.st_size))
  }

  /// Reads from an open file until `target` is full or the file ends; how many bytes came.
  static func read(_ descriptor: Int32, into target: UnsafeMutableRawBufferPointer, file: String) throws -> Int {
    var filled = 0
    while filled < target.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: target[filled...])
      let count = Foundation.read(descriptor, rest.baseAddress, rest.count)
      if count == 0 { break }
      guard count > 0 else {
        if errno == EINTR { continue }
        throw DataError("it cannot be read (\(String(cString: strerror(errno))))", file: file, remedy: "check the disk it lies on")
      }
      filled += count
    }
    return filled
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
  ///
  /// - Throws: ``DataError`` where there is no such folder, or it cannot be listed.
  public static func names(inFolder path: String) throws -> [String] {
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
  public static func join(_ folder: String, _ name: String) -> String {
    if folder.isEmpty || name.hasPrefix("/") { return name }
    return folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }
}
