import CPJRT
import DeviceInstallation

/// Devices that need not be here, by a description of one: what a program can be compiled for without them.
final class Topology {
  let plugin: Plugin
  private let handle: UnsafeMutableRawPointer

  /// - Parameters:
  ///   - target: the device as the plugin's compiler describes it: a `GpuTargetConfigProto` as text.
  ///   - deviceCount: how many of them there are, on one machine.
  /// - Throws: ``DeviceError`` where the plugin cannot describe devices, or not this one.
  init(_ plugin: Plugin, target: String, deviceCount: Int) throws {
    self.plugin = plugin
    var arguments = pjrt_topology()
    arguments.size = MemoryLayout<pjrt_topology>.stride
    let options = [
      PluginOption(name: "target_config", value: .text(target)), PluginOption(name: "topology", value: .text("1x1x\(deviceCount)")),
    ]
    try "".withCString { name in
      try withNamedValues(options) { values in
        arguments.name = name
        arguments.options = values.baseAddress
        arguments.option_count = values.count
        try plugin.call(PJRT_TOPOLOGY_CREATE, &arguments)
      }
    }
    guard let topology = arguments.topology else { throw DeviceError(.noDevice, "the plugin \(plugin.path) describes no device") }
    handle = topology
  }

  deinit { plugin.release(PJRT_TOPOLOGY_DESTROY, handle) }

  /// Compiles a StableHLO module for the devices, and returns the size of what comes out.
  ///
  /// - Throws: ``DeviceError`` where the compiler refuses it.
  func compile(_ module: String, _ options: CompileOptions) throws -> Int {
    var arguments = pjrt_compile_ahead()
    arguments.size = MemoryLayout<pjrt_compile_ahead>.stride
    arguments.topology = UnsafeRawPointer(handle)
    let encoded = options.bytes.map { CChar(bitPattern: $0) }
    try withProgram(module) { program in
      try encoded.withUnsafeBufferPointer { encoded in
        arguments.program = program
        arguments.options = encoded.baseAddress
        arguments.options_size = encoded.count
        try plugin.call(PJRT_COMPILE_AHEAD, &arguments)
      }
    }
    guard let executable = arguments.executable else { throw DeviceError(.program, "the compiler made nothing of a program") }
    defer { plugin.release(PJRT_EXECUTABLE_DESTROY, executable) }
    return try plugin.serialized(UnsafeRawPointer(executable)).count
  }
}
