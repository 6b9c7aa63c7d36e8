/// Several named arrays in one file, as `numpy.savez` and `numpy.savez_compressed` write them.
public struct NPZFile: Sendable {
  /// The names of the arrays, in the file's order.
  public let names: [String]
  private let archive: ZipArchive
  private let file: String
  private let limits: ReadingLimits

  /// Reads the file at `path`; its arrays are unpacked when they are asked for.
  ///
  /// - Throws: ``DataError`` where there is no such file or it is no whole zip file.
  public init(reading path: String, limits: ReadingLimits = .standard) throws {
    try self.init(decoding: try FileBytes.read(path, limits: limits), file: path, limits: limits)
  }

  /// Decodes the bytes of a file; `file` is the name that errors give.
  public init(decoding bytes: [UInt8], file: String = "", limits: ReadingLimits = .standard) throws {
    archive = try ZipArchive(bytes, file: file)
    names = archive.members.map(\.name).filter { $0.hasSuffix(Self.ending) }.map { String($0.dropLast(Self.ending.count)) }
    self.file = file
    self.limits = limits
  }

  /// The array called `name`.
  ///
  /// - Throws: ``DataError`` where there is none, or it is damaged.
  public func array(_ name: String) throws -> NPYFile {
    guard let member = archive.members.first(where: { $0.name == name + Self.ending }) else {
      throw DataError(
        "it has no array '\(name)'", file: file,
        remedy: names.isEmpty ? "write it by numpy.savez" : "name one of \(names.joined(separator: ", "))")
    }
    return try NPYFile(decoding: try archive.content(of: member, limits: limits), file: "\(file)[\(name)]")
  }

  private static let ending = ".npy"
}
