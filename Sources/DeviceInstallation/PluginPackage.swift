/// A file of a Python package index, pinned: no other bytes are taken.
public struct Wheel: Sendable, Hashable {
  /// A file in it that is needed.
  public struct Member: Sendable, Hashable {
    /// Its path in the wheel, and in the folder that wheels are unpacked into.
    public let path: String
    /// Its bytes when it is unpacked.
    public let size: Int
    public let isExecutable: Bool

    public init(_ path: String, size: Int, isExecutable: Bool = false) {
      (self.path, self.size, self.isExecutable) = (path, size, isExecutable)
    }
  }

  /// The project's name in the index: `nvidia-cublas`.
  public let project: String
  /// The file's name, which holds the version.
  public let file: String
  /// Its bytes.
  public let size: Int
  /// Its SHA-256, 64 hexadecimal digits.
  public let sha256: String
  /// What is unpacked; licences are, too.
  public let members: [Member]

  public init(_ project: String, file: String, size: Int, sha256: String, members: [Member]) {
    (self.project, self.file, self.size, self.sha256, self.members) = (project, file, size, sha256, members)
  }
}

/// A plugin and the libraries that it loads: wheels that are unpacked into one folder, since the plugin finds its libraries by where they lie.
public struct PluginPackage: Sendable {
  /// The folder's name, which `rival devices install` takes: `cuda`.
  public let name: String
  public let platform: Platform
  /// The plugin's path in the folder.
  public let plugin: String
  public let wheels: [Wheel]

  public init(_ name: String, platform: Platform, plugin: String, wheels: [Wheel]) {
    (self.name, self.platform, self.plugin, self.wheels) = (name, platform, plugin, wheels)
  }

  /// All files that must be there.
  public var members: [Wheel.Member] { wheels.flatMap(\.members) }
  /// Bytes that are downloaded for the whole of it.
  public var downloadSize: Int { wheels.reduce(0) { $0 + $1.size } }
  /// Bytes that it takes on the disk.
  public var installedSize: Int { members.reduce(0) { $0 + $1.size } }
}
