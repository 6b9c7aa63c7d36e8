import DeviceInstallation
import Graph

/// Devices behind XLA's plugins: GPUs of NVIDIA and AMD, and the processor as XLA compiles for it.
public struct XLA: Executor, Hashable {
  /// What kind of device it is: `cuda`, `rocm` or `xlaCPU`.
  public typealias Platform = DeviceInstallation.Platform

  public let platform: Platform
  /// Which device of the platform, counted from 0; of several the first.
  public let index: Int
  /// How many devices, one after the other, share each batch of a round.
  public let count: Int
  /// Whether programs may be compiled to kernels whose sums come in any order, so that a run need not repeat to the bit.
  public let isFast: Bool

  public init(_ platform: Platform, index: Int = 0, count: Int = 1, isFast: Bool = false) {
    precondition(index >= 0 && count > 0, "devices are counted from 0, and there is at least one")
    (self.platform, self.index, self.count, self.isFast) = (platform, index, count, isFast)
  }

  /// The devices' numbers.
  var indices: Range<Int> { index..<(index + count) }

  public func executable(of graph: OperationGraph, threadCount: Int?) throws -> any Executable {
    try XLAExecutable(graph, on: self, client: client())
  }

  /// The platform's plugin, opened.
  ///
  /// - Throws: ``DeviceError`` where there is no plugin, or no such device.
  func client() throws -> Client {
    let client = try platform.client(deviceCount: indices.upperBound)
    guard let last = indices.last, client.devices.indices.contains(last) else {
      throw DeviceError(
        .noDevice,
        "there is no \(platform.rawValue):\(indices.upperBound - 1): the plugin \(client.plugin.path) finds "
          + "\(client.devices.count == 1 ? "one device, \(platform.rawValue):0" : "\(client.devices.count) devices, counted from 0")")
    }
    guard count == 1 || platform != .cuda || CUDATools.hasCollectives(forPluginAt: client.plugin.path) else {
      throw DeviceError(
        .noPlugin,
        "\(count) GPUs add up what each computed by libnccl.so.2, which is not there; install it with: rival devices install cuda-several")
    }
    return client
  }

  /// The compiler's flags for this device.
  var flags: [XLAFlag] {
    switch platform {
    case .xlaCPU: [XLAFlag("xla_cpu_enable_fast_min_max", false)]
    case .cuda, .rocm:
      [
        XLAFlag(
          "xla_gpu_enable_command_buffer",
          "FUSION,CUBLAS,CUBLASLT,CUDNN,CUSTOM_CALL,CONDITIONAL,WHILE,DYNAMIC_SLICE_FUSION")
      ] + (isFast ? [] : [XLAFlag("xla_gpu_deterministic_ops", true)])
    }
  }
}

extension Platform {
  /// The processor is as many devices as one asks for, up to this.
  static let mostProcessorDevices = 64

  func clientOptions(deviceCount: Int) -> [PluginOption] {
    switch self {
    // Memory is taken as it is needed, so that several programs share a GPU.
    case .cuda, .rocm: [PluginOption(name: "preallocate", value: .truth(false))]
    case .xlaCPU:
      deviceCount == 1 ? [] : [PluginOption(name: "cpu_device_count", value: .integer(min(deviceCount, Self.mostProcessorDevices)))]
    }
  }

  /// The platform's plugin with its compiler: what needs no device.
  ///
  /// - Throws: ``DeviceError`` where there is no plugin, or a file is missing that its compiler dies without.
  func compiler() throws -> Plugin {
    do {
      return try Plugin.at(checkedPath(compilerPath(for: self)))
    } catch let error as InstallationError {
      throw DeviceError(.noPlugin, error.description)
    }
  }

  /// The plugin's path, where all is there that its compiler needs.
  private func checkedPath(_ path: String) throws -> String {
    if self == .cuda, case let missing = CUDATools.missing(forPluginAt: path), !missing.isEmpty {
      throw DeviceError(
        .noPlugin,
        "the plugin \(path) cannot compile without \(missing.joined(separator: " and ")); install them with: rival devices install cuda")
    }
    return path
  }

  /// The platform's plugin, opened: what `pluginPath(for:)` finds.
  ///
  /// - Parameter deviceCount: how many devices are to be there, on a platform that can divide itself.
  /// - Throws: ``DeviceError`` where there is no plugin, a file is missing that its compiler dies without, or it finds no device.
  func client(deviceCount: Int = 1) throws -> Client {
    do {
      return try Client.of(checkedPath(pluginPath(for: self)), options: clientOptions(deviceCount: deviceCount))
    } catch let error as InstallationError {
      throw DeviceError(.noPlugin, error.description)
    }
  }
}

/// What a plugin and a device of it say of themselves.
public struct DeviceDescription: Sendable {
  /// The kind of device: `"NVIDIA H100 80GB HBM3"`.
  public let kind: String
  /// Bytes of its memory that programs may use; `nil` where the plugin does not say.
  public let memoryBytes: Int?
  /// The plugin's platform and version: `"cuda 13000"`.
  public let platform: String
  /// The version of the interface that the plugin speaks: `"0.115"`.
  public let interface: String
}

extension Platform {
  /// The devices that the platform's plugin finds, in their order.
  ///
  /// - Throws: ``DeviceError`` where there is no plugin, or it finds none.
  public func devices() throws -> [DeviceDescription] {
    let client = try client()
    return client.devices.indices.map { index in
      DeviceDescription(
        kind: client.kinds[index], memoryBytes: client.memory(of: index)?.limit, platform: "\(client.platform) \(client.version)",
        interface: "\(client.plugin.version.major).\(client.plugin.version.minor)")
    }
  }
}
