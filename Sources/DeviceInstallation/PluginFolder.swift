import Foundation

/// The folder of installed plugins, one folder a package: `RIVAL_DEVICES`, else `rival/devices` in the folder of the user's data
/// (`XDG_DATA_HOME`, or `~/.local/share`).
public struct PluginFolder: Sendable {
  /// Where it is; it need not be there yet.
  public let path: String

  public init(_ path: String) {
    self.path = path
  }

  /// The folder that the environment names.
  ///
  /// - Throws: ``InstallationError`` where there is no home folder, and nothing else is named.
  public static func standard(_ environment: [String: String] = ProcessInfo.processInfo.environment) throws -> PluginFolder {
    if let folder = environment["RIVAL_DEVICES"], !folder.isEmpty {
      return PluginFolder(URL(fileURLWithPath: (folder as NSString).expandingTildeInPath).path)
    }
    if let data = environment["XDG_DATA_HOME"], data.hasPrefix("/") { return PluginFolder(data + "/rival/devices") }
    guard let home = environment["HOME"], home.hasPrefix("/") else {
      throw InstallationError("there is no home folder where devices could be installed; set RIVAL_DEVICES to a folder")
    }
    return PluginFolder(home + "/.local/share/rival/devices")
  }

  /// How much of a package is there.
  public enum State: Sendable, Equatable {
    case absent
    /// Some files are missing, or have another size: their paths in the package's folder.
    case incomplete(missing: [String])
    case installed
  }

  /// The folder of a package.
  public func folder(of package: PluginPackage) -> String { path + "/" + package.name }

  /// The path of the package's plugin, whether it is there or not.
  public func plugin(of package: PluginPackage) -> String { folder(of: package) + "/" + package.plugin }

  /// How much of the package is there. Files are known by their sizes; their content was compared when they were unpacked.
  public func state(of package: PluginPackage) -> State {
    let missing = Self.missing(package.members, in: folder(of: package))
    if missing.isEmpty { return .installed }
    return FileManager.default.fileExists(atPath: folder(of: package)) ? .incomplete(missing: missing) : .absent
  }

  /// The paths of those files that are not in `folder`, or have another size.
  static func missing(_ members: [Wheel.Member], in folder: String) -> [String] {
    members.filter { member in
      let attributes = try? FileManager.default.attributesOfItem(atPath: folder + "/" + member.path)
      return attributes?[.size] as? Int != member.size
    }.map(\.path)
  }
}

/// The path of the plugin for `platform`: what `RIVAL_PJRT_PLUGIN` names (a plugin's file, or a folder that wheels are installed in, such as a
/// Python's `site-packages`), else the one in the managed folder.
///
/// - Throws: ``InstallationError`` that says what is missing, and the command that installs it.
public func pluginPath(for platform: Platform) throws -> String {
  try PluginFolder.pluginPath(for: platform, ProcessInfo.processInfo.environment)
}

/// The path of the plugin for `platform` where nothing but its compiler is wanted: what ``pluginPath(for:)`` finds, or the package of the
/// compiler alone.
///
/// - Throws: ``InstallationError`` that says what is missing, and the command that installs it.
public func compilerPath(for platform: Platform) throws -> String {
  if let path = try? pluginPath(for: platform) { return path }
  let (folder, package) = (try PluginFolder.standard(), PluginCatalog.cudaCompiler)
  guard platform == package.platform else { return try pluginPath(for: platform) }
  guard folder.state(of: package) == .installed else {
    throw InstallationError(
      "there is no compiler for \(platform.rawValue) in \(folder.path); install it with: rival devices install \(package.name)")
  }
  return folder.plugin(of: package)
}

extension PluginFolder {
  /// ``pluginPath(for:)`` in a given environment.
  public static func pluginPath(for platform: Platform, _ environment: [String: String]) throws -> String {
    if let named = environment["RIVAL_PJRT_PLUGIN"], !named.isEmpty, let found = try namedPlugin(named, platform) { return found }
    guard let package = PluginCatalog.package(for: platform) else {
      throw InstallationError(
        "there is no plugin for \(platform.rawValue) that could be installed, since AMD's needs a whole ROCm; install ROCm and its plugin, and set RIVAL_PJRT_PLUGIN to the plugin's file"
      )
    }
    let folder = try PluginFolder.standard(environment)
    if let whole = PluginCatalog.packages(for: platform).first(where: { folder.state(of: $0) == .installed }) {
      return folder.plugin(of: whole)
    }
    let command = "rival devices install \(package.name)"
    switch folder.state(of: package) {
    case .installed: return folder.plugin(of: package)
    case .absent: throw InstallationError("the device \(platform.rawValue) is not installed in \(folder.path); install it with: \(command)")
    case .incomplete(let missing):
      let named = missing.prefix(3).joined(separator: ", ") + (missing.count > 3 ? " and \(missing.count - 3) more" : "")
      throw InstallationError(
        "the device \(platform.rawValue) is not whole: \(folder.folder(of: package)) lacks \(named); install it anew with: \(command)")
    }
  }
}

/// What the variable names for `platform`; `nil` where that is another platform's.
private func namedPlugin(_ path: String, _ platform: Platform) throws -> String? {
  let path = URL(fileURLWithPath: (path as NSString).expandingTildeInPath).path
  var isFolder: ObjCBool = false
  guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
    throw InstallationError("RIVAL_PJRT_PLUGIN names \(path), where nothing is; set it to a plugin's file, or unset it")
  }
  guard isFolder.boolValue else {
    let name = (path as NSString).lastPathComponent
    let meant = [("cuda", Platform.cuda), ("rocm", .rocm), ("cpu", .xlaCPU)].first { name.contains($0.0) }?.1
    return meant == nil || meant == platform ? path : nil
  }
  return PluginCatalog.packages.filter { $0.platform == platform }.map { path + "/" + $0.plugin }
    .first { FileManager.default.fileExists(atPath: $0) }
}
