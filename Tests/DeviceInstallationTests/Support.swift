import DeviceInstallation
import Foundation

/// A folder that is removed with the value.
final class Scratch {
  let path = NSTemporaryDirectory() + "/rival-devices-" + UUID().uuidString

  init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path + "/" + name) }

  func write(_ data: Data, _ name: String) throws {
    let file = URL(fileURLWithPath: path + "/" + name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: file)
  }
}

/// A wheel of two kilobytes, written by Python's zipfile: a deflated and a stored file that are needed, one that is not, and a licence.
enum TinyWheel {
  static let file = "tiny_plugin-1.2-py3-none-any.whl"
  static let link = "/files/" + file
  static let page = "/simple/tiny-plugin/"

  static var fixtures: String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures").path
  }

  static func data() throws -> Data { try Data(contentsOf: URL(fileURLWithPath: fixtures + "/" + file)) }

  static func package(sha256: String = "750d5a174f58cacc4595fe10f29e9db2743805e7e35cfbdf6620aecec01d6e96") -> PluginPackage {
    PluginPackage(
      "tiny", platform: .xlaCPU, plugin: "tiny/plugin.so",
      wheels: [
        Wheel(
          "tiny-plugin", file: file, size: 2139, sha256: sha256,
          members: [.init("tiny/plugin.so", size: 3000), .init("tiny/bin/tool", size: 17, isExecutable: true)])
      ])
  }

  /// The pages of an index that has the wheel.
  static func pages() throws -> [String: Data] {
    let html = "<html><a href=\"../../files/\(file)#sha256=0\">other</a></html>"
    return [page: Data(html.utf8), link: try data()]
  }
}

/// What a throwing function says; empty where it throws nothing.
func failureText(_ body: () throws -> Void) -> String {
  do {
    try body()
    return ""
  } catch {
    return "\(error)"
  }
}
