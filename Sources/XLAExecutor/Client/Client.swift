import CPJRT
import Graph
import Synchronization

/// A plugin's devices, opened once in a process: what compiles programs and holds memory.
final class Client: @unchecked Sendable {
  // `@unchecked`: a client may be called from any thread, and its fields never change.
  let plugin: Plugin
  let handle: UnsafeMutableRawPointer
  /// Such as `"cuda"` or `"cpu"`.
  let platform: String
  /// What the plugin says of its version.
  let version: String
  /// The devices of this machine that programs can run on.
  let devices: [UnsafeMutableRawPointer]
  /// Such as `"NVIDIA H100 80GB HBM3"`, for each device.
  let kinds: [String]
  /// What the compiler calls each device.
  let numbers: [Int]

  private static let open = Mutex<[String: Client]>([:])

  /// The client of the plugin at `path` with these options, opened when first asked for and never closed: programs outlive everything else.
  ///
  /// - Throws: ``DeviceError`` where the plugin cannot be loaded or finds no device.
  static func of(_ path: String, options: [PluginOption]) throws -> Client {
    let name = path + options.map { " \($0.name)=\($0.value)" }.joined()
    return try open.withLock { known in
      if let client = known[name] { return client }
      let client = try Client(Plugin.at(path), options)
      known[name] = client
      return client
    }
  }

  private init(_ plugin: Plugin, _ options: [PluginOption]) throws {
    self.plugin = plugin
    var arguments = pjrt_client_create()
    arguments.size = MemoryLayout<pjrt_client_create>.stride
    do {
      try withNamedValues(options) { values in
        arguments.options = values.baseAddress
        arguments.option_count = values.count
        try plugin.call(PJRT_CLIENT_CREATE, &arguments)
      }
    } catch let error as DeviceError {
      throw DeviceError(.noDevice, "the plugin \(plugin.path) opens no device: \(error.description)")
    }
    guard let handle = arguments.client else {
      throw DeviceError(.noDevice, "the plugin \(plugin.path) opens no device, and gives no reason")
    }
    self.handle = handle
    platform = try plugin.text(PJRT_CLIENT_PLATFORM_NAME, of: handle)
    version = try plugin.text(PJRT_CLIENT_PLATFORM_VERSION, of: handle)
    var list = pjrt_list()
    list.size = MemoryLayout<pjrt_list>.stride
    list.subject = handle
    try plugin.call(PJRT_CLIENT_ADDRESSABLE_DEVICES, &list)
    devices = UnsafeBufferPointer(start: list.items, count: list.count).compactMap { $0 }
    let descriptions = try devices.map { try plugin.related(PJRT_DEVICE_DESCRIPTION, to: $0) }
    kinds = try descriptions.map { try plugin.text(PJRT_DESCRIPTION_KIND, of: $0) }
    numbers = try descriptions.map { try plugin.number(PJRT_DESCRIPTION_NUMBER, of: $0) }
  }

  /// How many bytes of a device's memory programs use, and how many they may use; `nil` where the plugin does not say.
  func memory(of device: Int) -> (used: Int, limit: Int?)? {
    var arguments = pjrt_device_memory()
    arguments.size = MemoryLayout<pjrt_device_memory>.stride
    arguments.device = devices[device]
    guard (try? plugin.call(PJRT_DEVICE_MEMORY, &arguments)) != nil else { return nil }
    return (Int(arguments.in_use), arguments.limit_known ? Int(arguments.limit) : nil)
  }
}

/// An option of a plugin, by name.
struct PluginOption {
  enum Value {
    case text(String)
    case integer(Int)
    case truth(Bool)
  }

  var name: String
  var value: Value
}

/// Calls `body` with options as the interface takes them.
func withNamedValues<Result>(_ options: [PluginOption], _ body: (UnsafeBufferPointer<pjrt_value>) throws -> Result) rethrows -> Result {
  var texts: [UnsafeMutableBufferPointer<CChar>] = []
  defer { for text in texts { text.deallocate() } }
  func kept(_ text: String) -> (UnsafePointer<CChar>?, Int) {
    let memory = UnsafeMutableBufferPointer<CChar>.allocate(capacity: max(text.utf8.count, 1))
    _ = memory.initialize(from: text.utf8.map { CChar(bitPattern: $0) })
    texts.append(memory)
    return (UnsafePointer(memory.baseAddress), text.utf8.count)
  }
  let values = options.map { option in
    var value = pjrt_value()
    value.size = MemoryLayout<pjrt_value>.stride
    (value.name, value.name_length) = kept(option.name)
    value.count = 1
    switch option.value {
    case .text(let text):
      value.kind = Int32(PJRT_TEXT.rawValue)
      (value.as.text, value.count) = kept(text)
    case .integer(let integer):
      value.kind = Int32(PJRT_INTEGER.rawValue)
      value.as.integer = Int64(integer)
    case .truth(let truth):
      value.kind = Int32(PJRT_TRUTH.rawValue)
      value.as.truth = truth
    }
    return value
  }
  return try values.withUnsafeBufferPointer(body)
}
