import CPJRT
import Graph

/// A compiled program on its devices.
final class LoadedProgram {
  let client: Client
  let outputs: [TensorType]
  private let handle: UnsafeMutableRawPointer
  private let deviceCount: Int

  /// Compiles a StableHLO module.
  init(_ client: Client, module: String, options: CompileOptions, outputs: [TensorType]) throws {
    (self.client, self.deviceCount, self.outputs) = (client, options.devices.count, outputs)
    var arguments = pjrt_compile()
    arguments.size = MemoryLayout<pjrt_compile>.stride
    arguments.client = client.handle
    let encoded = options.bytes.map { CChar(bitPattern: $0) }
    try withProgram(module) { program in
      try encoded.withUnsafeBufferPointer { encoded in
        arguments.program = program
        arguments.options = encoded.baseAddress
        arguments.options_size = encoded.count
        try client.plugin.call(PJRT_CLIENT_COMPILE, &arguments)
      }
    }
    guard let executable = arguments.executable else { throw DeviceError(.program, "the device compiled a program to nothing") }
    handle = executable
  }

  /// Loads what ``serialized()`` gave.
  init(_ client: Client, deviceCount: Int, serialized bytes: UnsafeRawBufferPointer, outputs: [TensorType]) throws {
    (self.client, self.deviceCount, self.outputs) = (client, deviceCount, outputs)
    var arguments = pjrt_load()
    arguments.size = MemoryLayout<pjrt_load>.stride
    arguments.client = client.handle
    arguments.bytes = bytes.bindMemory(to: CChar.self).baseAddress
    arguments.count = bytes.count
    try client.plugin.call(PJRT_EXECUTABLE_LOAD, &arguments)
    guard let executable = arguments.executable else { throw DeviceError(.program, "the device loaded a program as nothing") }
    handle = executable
  }

  deinit { client.plugin.release(PJRT_LOADED_DESTROY, handle) }

  /// The program as bytes, which another process with the same plugin and kind of device can load.
  func serialized() throws -> [UInt8] {
    let executable = try client.plugin.related(PJRT_LOADED_EXECUTABLE, to: handle)
    defer { client.plugin.release(PJRT_EXECUTABLE_DESTROY, executable) }
    return try client.plugin.serialized(UnsafeRawPointer(executable))
  }

  /// Bytes of the device that a run needs: its arguments, and beside them outputs that take over none of them, and everything between. `nil` where
  /// the plugin does not say.
  var memory: (arguments: Int, further: Int)? {
    guard let executable = try? client.plugin.related(PJRT_LOADED_EXECUTABLE, to: handle) else { return nil }
    defer { client.plugin.release(PJRT_EXECUTABLE_DESTROY, executable) }
    var arguments = pjrt_executable_memory()
    arguments.size = MemoryLayout<pjrt_executable_memory>.stride
    arguments.executable = executable
    guard (try? client.plugin.call(PJRT_EXECUTABLE_MEMORY, &arguments)) != nil else { return nil }
    return (Int(arguments.arguments), Int(arguments.outputs - arguments.aliased + arguments.temporary))
  }

  /// Starts the program on a thread of its own: some runs are driven by the calling thread until their last step.
  func launched(_ arguments: [DeviceBuffer], keeping kept: [Int]) -> Launch { Launch(self, arguments, kept) }

  /// Runs the program and waits for it.
  ///
  /// - Parameter kept: the arguments whose buffers the program may not take over in this run.
  func run(_ arguments: [DeviceBuffer], keeping kept: [Int] = []) throws -> [DeviceBuffer] {
    var options = pjrt_execute_options()
    options.size = MemoryLayout<pjrt_execute_options>.stride
    // Device by device: its arguments, the places of its results, the event of its end.
    let handles = (0..<deviceCount).flatMap { device in arguments.map { Optional($0.handles[device]) } }
    var results = [UnsafeMutableRawPointer?](repeating: nil, count: deviceCount * outputs.count)
    var done = [UnsafeMutableRawPointer?](repeating: nil, count: deviceCount)
    let keptIndices = kept.map(Int64.init)
    try withExtendedLifetime(arguments) {
      try keptIndices.withUnsafeBufferPointer { keptIndices in
        try handles.withUnsafeBufferPointer { handles in
          try results.withUnsafeMutableBufferPointer { results in
            options.kept = keptIndices.baseAddress
            options.kept_count = keptIndices.count
            try withUnsafeMutablePointer(to: &options) { options in
              try execute(options, handles, results, &done, argumentCount: arguments.count)
            }
          }
        }
      }
    }
    // The buffers are there even where the run failed, and belong to us.
    let buffers = outputs.enumerated().compactMap { output, type in
      DeviceBuffer(client, type, handles: (0..<deviceCount).compactMap { results[$0 * outputs.count + output] })
    }
    // All are waited for, whichever failed.
    let ends = done.map { event in Result { try client.plugin.wait(for: event) } }
    for end in ends { try end.get() }
    guard buffers.allSatisfy({ $0.handles.count == deviceCount }) else {
      throw DeviceError(.other, "a run on \(deviceCount) devices gave \(results.count { $0 != nil }) outputs of \(results.count)")
    }
    return buffers
  }

  private func execute(
    _ options: UnsafeMutablePointer<pjrt_execute_options>, _ handles: UnsafeBufferPointer<UnsafeMutableRawPointer?>,
    _ results: UnsafeMutableBufferPointer<UnsafeMutableRawPointer?>, _ done: inout [UnsafeMutableRawPointer?], argumentCount: Int
  ) throws {
    let lists = (0..<deviceCount).map { device in handles.baseAddress.map { $0 + device * argumentCount } }
    let places = (0..<deviceCount).map { device in results.baseAddress.map { $0 + device * outputs.count } }
    try lists.withUnsafeBufferPointer { lists in
      try places.withUnsafeBufferPointer { places in
        try done.withUnsafeMutableBufferPointer { done in
          var arguments = pjrt_execute()
          arguments.size = MemoryLayout<pjrt_execute>.stride
          arguments.executable = handle
          arguments.options = options
          arguments.arguments = lists.baseAddress
          arguments.device_count = deviceCount
          arguments.argument_count = argumentCount
          arguments.outputs = places.baseAddress
          arguments.done = done.baseAddress
          try client.plugin.call(PJRT_LOADED_EXECUTE, &arguments)
        }
      }
    }
  }
}

/// Calls `body` with a module's text as the interface takes it.
func withProgram<Result>(_ module: String, _ body: (UnsafePointer<pjrt_program>) throws -> Result) throws -> Result {
  var module = module
  return try module.withUTF8 { text in
    try "mlir".withCString { format in
      var program = pjrt_program()
      program.size = MemoryLayout<pjrt_program>.stride
      program.code = UnsafeMutableRawPointer(mutating: text.baseAddress)?.assumingMemoryBound(to: CChar.self)
      program.code_size = text.count
      program.format = format
      program.format_size = 4
      return try withUnsafePointer(to: &program, body)
    }
  }
}
