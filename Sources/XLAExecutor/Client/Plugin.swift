import CPJRT
import Graph
import Synchronization

/// A PJRT plugin in this process: a shared library that compiles StableHLO and runs it on its devices. It is never unloaded.
final class Plugin: @unchecked Sendable {
  // `@unchecked`: the table is read only, and its functions may be called from any thread.
  let path: String
  /// The version of the interface that the plugin was built with.
  let version: (major: Int, minor: Int)
  private let api: UnsafePointer<pjrt_api>

  /// The oldest version of the interface whose argument blocks are as declared.
  static let oldestVersion = (major: 0, minor: 80)

  private static let loaded = Mutex<[String: Plugin]>([:])

  /// The plugin at `path`, loaded when first asked for.
  ///
  /// - Throws: ``DeviceError`` where there is no such library, it is no plugin, or it is too old.
  static func at(_ path: String) throws -> Plugin {
    try loaded.withLock { known in
      if let plugin = known[path] { return plugin }
      let plugin = try Plugin(path)
      known[path] = plugin
      return plugin
    }
  }

  private init(_ path: String) throws {
    self.path = path
    var why = [CChar](repeating: 0, count: 600)
    guard let api = rival_pjrt_load(path, &why, why.count) else {
      throw DeviceError(.noPlugin, "the plugin \(path) cannot be loaded: \(string(why))")
    }
    self.api = api
    version = (Int(api.pointee.version.major), Int(api.pointee.version.minor))
    guard version >= Plugin.oldestVersion else {
      throw DeviceError(
        .noPlugin,
        "the plugin \(path) speaks version \(version.major).\(version.minor) of the PJRT interface, but at least "
          + "\(Plugin.oldestVersion.major).\(Plugin.oldestVersion.minor) is needed; install a newer one")
    }
    var arguments = pjrt_nothing()
    arguments.size = MemoryLayout<pjrt_nothing>.stride
    try call(PJRT_PLUGIN_INITIALIZE, &arguments)
  }

  /// Calls a function of the plugin.
  ///
  /// - Throws: ``DeviceError`` with the plugin's code and message.
  func call<Arguments>(_ function: pjrt_function, _ arguments: inout Arguments) throws {
    let failure = withUnsafeMutablePointer(to: &arguments) { rival_pjrt_call(api, function, $0) }
    if let failure { throw error(failure) }
  }

  /// What a failure of the plugin says; the failure is released.
  func error(_ failure: UnsafeMutableRawPointer) -> DeviceError {
    var code = pjrt_code()
    code.size = MemoryLayout<pjrt_code>.stride
    code.error = UnsafeRawPointer(failure)
    _ = withUnsafeMutablePointer(to: &code) { rival_pjrt_call(api, PJRT_ERROR_CODE, $0) }
    var message = pjrt_text()
    message.size = MemoryLayout<pjrt_text>.stride
    message.subject = UnsafeRawPointer(failure)
    _ = withUnsafeMutablePointer(to: &message) { rival_pjrt_call(api, PJRT_ERROR_MESSAGE, $0) }
    let text = String(decoding: UnsafeRawBufferPointer(start: message.text, count: message.length), as: UTF8.self)
    release(PJRT_ERROR_DESTROY, failure)
    return DeviceError(code: Int(code.code), message: text)
  }

  /// Destroys `object` by the function that destroys its kind.
  func release(_ function: pjrt_function, _ object: UnsafeMutableRawPointer?) {
    guard let object else { return }
    var arguments = pjrt_subject()
    arguments.size = MemoryLayout<pjrt_subject>.stride
    arguments.subject = object
    // What a destructor reports cannot be helped.
    if let failure = withUnsafeMutablePointer(to: &arguments, { rival_pjrt_call(api, function, $0) }) {
      _ = error(failure)
    }
  }

  /// The text that `function` gives about `subject`.
  func text(_ function: pjrt_function, of subject: UnsafeRawPointer) throws -> String {
    var arguments = pjrt_text()
    arguments.size = MemoryLayout<pjrt_text>.stride
    arguments.subject = subject
    try call(function, &arguments)
    return String(decoding: UnsafeRawBufferPointer(start: arguments.text, count: arguments.length), as: UTF8.self)
  }

  /// The whole number that `function` gives about `subject`.
  func number(_ function: pjrt_function, of subject: UnsafeMutableRawPointer) throws -> Int {
    var arguments = pjrt_number()
    arguments.size = MemoryLayout<pjrt_number>.stride
    arguments.subject = subject
    try call(function, &arguments)
    return Int(arguments.number)
  }

  /// What `function` gives that belongs to `subject`.
  func related(_ function: pjrt_function, to subject: UnsafeMutableRawPointer) throws -> UnsafeMutableRawPointer {
    var arguments = pjrt_related()
    arguments.size = MemoryLayout<pjrt_related>.stride
    arguments.subject = subject
    try call(function, &arguments)
    guard let result = arguments.result else { throw DeviceError(.other, "the plugin \(path) gave nothing where it succeeded") }
    return result
  }

  /// An executable as bytes.
  func serialized(_ executable: UnsafeRawPointer) throws -> [UInt8] {
    var arguments = pjrt_serialize()
    arguments.size = MemoryLayout<pjrt_serialize>.stride
    arguments.executable = executable
    try call(PJRT_EXECUTABLE_SERIALIZE, &arguments)
    defer { if let backing = arguments.backing { arguments.release?(backing) } }
    return [UInt8](UnsafeRawBufferPointer(start: arguments.bytes, count: arguments.count))
  }

  /// Waits for an event, and releases it.
  ///
  /// - Throws: ``DeviceError`` where what it stands for failed.
  func wait(for event: UnsafeMutableRawPointer?) throws {
    guard let event else { return }
    defer { release(PJRT_EVENT_DESTROY, event) }
    var arguments = pjrt_subject()
    arguments.size = MemoryLayout<pjrt_subject>.stride
    arguments.subject = event
    try call(PJRT_EVENT_AWAIT, &arguments)
  }
}

/// The characters of a C string in an array.
private func string(_ characters: [CChar]) -> String {
  String(decoding: characters.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
}
