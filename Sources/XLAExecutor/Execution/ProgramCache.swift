import CDigest
import Foundation
import Graph

/// Compiled programs on disk, so that the same program on the same kind of device is compiled once.
///
/// Each lies under the digest of everything that it depends on: the module, the flags, the plugin and the device. While a module is being
/// compiled it lies beside it, so that something is left of a compiler that ends the process.
enum ProgramCache {
  /// The folder: `RIVAL_CACHE`, else `rival` in `XDG_CACHE_HOME` or `~/.cache`.
  static var folder: String {
    let environment = ProcessInfo.processInfo.environment
    func named(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    let root = named("RIVAL_CACHE") ?? (named("XDG_CACHE_HOME") ?? NSHomeDirectory() + "/.cache") + "/rival"
    return root + "/programs"
  }

  /// The most bytes that the folder keeps; the programs that were not used for longest go first.
  static let mostBytes = 2 << 30

  /// The program of a module, from the disk or compiled, and what its bytes depend on.
  ///
  /// - Throws: ``DeviceError`` where the device refuses it.
  static func program(
    _ module: StableHLOModule, on executor: XLA, _ client: Client
  ) throws -> (program: LoadedProgram, settings: [String: String]) {
    var settings = [
      "plugin": "\(client.platform) \(client.version), interface \(client.plugin.version.major).\(client.plugin.version.minor)",
      "deviceKind": client.kinds[executor.index], "flags": executor.flags.map(\.description).joined(separator: " "),
    ]
    let devices = Array(executor.indices.prefix(module.deviceCount))
    if devices.count > 1 { settings["deviceCount"] = "\(devices.count)" }
    if module.precision != .float32 { settings["precision"] = module.precision.rawValue }
    let options = CompileOptions(flags: executor.flags, devices: devices.map { client.numbers[$0] })
    let key = digest(
      [module.text] + settings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        + [client.plugin.path, fileIdentity(client.plugin.path), "\(executor.index)", "\(client.devices.count)"])
    let path = "\(folder)/\(key)"
    let file = path + ".program"
    if let bytes = FileManager.default.contents(atPath: file), !bytes.isEmpty,
      let known = try? bytes.withUnsafeBytes({
        try LoadedProgram(client, deviceCount: devices.count, serialized: $0, outputs: module.results)
      })
    {
      try? FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: file)
      return (known, settings)
    }
    // The disk may be full or read only: then the program is compiled each time.
    let command = ProcessInfo.processInfo.arguments.joined(separator: " ")
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try? Data("// \(command)\n// \(settings)\n\(module.text)".utf8).write(to: URL(fileURLWithPath: path + ".mlir"))
    let program: LoadedProgram
    do {
      program = try LoadedProgram(client, module: module.text, options: options, outputs: module.results)
    } catch let error as DeviceError {
      throw DeviceError(error.kind, "a program of \(module.text.count { $0 == "\n" }) lines was not compiled, \(path).mlir: \(error)")
    }
    if let bytes = try? program.serialized() {
      // Under a name of its own first: another process may be reading.
      let unfinished = "\(path).\(ProcessInfo.processInfo.processIdentifier)"
      if (try? Data(bytes).write(to: URL(fileURLWithPath: unfinished))) != nil { rename(unfinished, file) }
      prune()
    }
    unlink(path + ".mlir")
    return (program, settings)
  }

  private static func prune() {
    let manager = FileManager.default
    guard let names = try? manager.contentsOfDirectory(atPath: folder) else { return }
    var files = names.filter { $0.hasSuffix(".program") }.compactMap { name -> (path: String, bytes: Int, used: Date)? in
      let path = "\(folder)/\(name)"
      guard let attributes = try? manager.attributesOfItem(atPath: path), let bytes = attributes[.size] as? Int,
        let used = attributes[.modificationDate] as? Date
      else { return nil }
      return (path, bytes, used)
    }
    files.sort { $0.used > $1.used }
    var total = 0
    for file in files {
      total += file.bytes
      if total > mostBytes { unlink(file.path) }
    }
  }

  /// The size and date of a file: another build of a plugin has others.
  private static func fileIdentity(_ path: String) -> String {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return "\(attributes?[.size] as? Int ?? 0) \((attributes?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0)"
  }

  private static func digest(_ texts: [String]) -> String {
    var context = cdigest_sha256()
    cdigest_sha256_begin(&context, false)
    for text in texts {
      var text = text + "\0"
      text.withUTF8 { cdigest_sha256_update(&context, $0.baseAddress, $0.count) }
    }
    var digest = [UInt8](repeating: 0, count: 32)
    cdigest_sha256_finish(&context, &digest)
    return digest.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }
}
