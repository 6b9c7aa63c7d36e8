import DeviceInstallation
import Graph

/// Devices behind XLA's plugins: GPUs of NVIDIA and AMD, and the processor as XLA compiles for it.
public struct XLA: Executor, Hashable {
  /// What kind of device it is: `cuda`, `rocm` or `xlaCPU`.
  public typealias Platform = DeviceInstallation.Platform

  public let platform: Platform
  /// Which device of the platform, counted from 0.
  public let index: Int
  /// Whether programs may be compiled to kernels whose sums come in any order, so that a run need not repeat to the bit.
  public let isFast: Bool

  public init(_ platform: Platform, index: Int = 0, isFast: Bool = false) {
    (self.platform, self.index, self.isFast) = (platform, index, isFast)
  }

  public func executable(of graph: OperationGraph, threadCount: Int?) throws -> any Executable {
    try XLAExecutable(graph, on: self, client: client())
  }

  /// The platform's plugin, opened.
  ///
  /// - Throws: ``DeviceError`` where there is no plugin, or no such device.
  func client() throws -> Client {
    let client = try platform.client()
    guard client.devices.indices.contains(index) else {
      throw DeviceError(
        .noDevice,
        "there is no \(platform.rawValue):\(index): the plugin \(client.plugin.path) finds "
          + "\(client.devices.count == 1 ? "one device, \(platform.rawValue):0" : "\(client.devices.count) devices, counted from 0")")
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
  var clientOptions: [PluginOption] {
    switch self {
    // Memory is taken as it is needed, so that several programs share a GPU.
    case .cuda, .rocm: [PluginOption(name: "preallocate", value: .truth(false))]
    case .xlaCPU: []
    }
  }

  /// The platform's plugin, opened: what `pluginPath(for:)` finds.
  ///
  /// - Throws: ``DeviceError`` where there is no plugin, a file is missing that its compiler dies without, or it finds no device.
  func client() throws -> Client {
    do {
      let path = try pluginPath(for: self)
      if self == .cuda, case let missing = CUDATools.missing(forPluginAt: path), !missing.isEmpty {
        throw DeviceError(
          .noPlugin,
          "the plugin \(path) cannot compile without \(missing.joined(separator: " and ")); install them with: rival devices install cuda")
      }
      return try Client.of(path, options: clientOptions)
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
