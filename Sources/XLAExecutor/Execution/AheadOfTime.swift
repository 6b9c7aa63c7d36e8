import DeviceInstallation
import Graph
import Synchronization

/// Compiles every program for GPUs that are not here, and runs it elsewhere: what would be refused there is found without one.
///
/// ```swift
/// let device = Device("h100", executor: AheadOfTime(for: .h100, running: Device.cpu.executor))
/// let trainer = try Trainer(gan, data: data, device: device)     // its round was compiled for an H100
/// ```
///
/// It needs the plugin and the compiler's tools, but neither a GPU nor its driver: `rival devices install cuda-compiler`.
public final class AheadOfTime: Executor {
  /// The devices that programs are compiled for.
  public let target: DeviceTarget
  /// How many of them share the batches of a round.
  public let deviceCount: Int
  private let executor: any Executor
  private let compiled = Mutex<[Int]>([])

  public init(for target: DeviceTarget, deviceCount: Int = 1, running executor: any Executor) {
    (self.target, self.deviceCount, self.executor) = (target, deviceCount, executor)
  }

  /// Bytes of each program that was compiled.
  public var programSizes: [Int] { compiled.withLock { $0 } }

  /// - Throws: ``DeviceError`` where there is no plugin, or its compiler refuses the program; what the other executor throws.
  public func executable(of graph: OperationGraph, threadCount: Int?) throws -> any Executable {
    let count = graph.repetition == nil ? 1 : deviceCount
    let module = try StableHLOModule(graph, mostRuns: XLAExecutable.runsPerLaunch(of: graph), deviceCount: count)
    let plugin = try Platform.cuda.compiler()
    // Without the device nothing can be tried out, and products are left to NVIDIA's library.
    let flags =
      XLA(.cuda).flags + [XLAFlag("xla_gpu_autotune_level", 0), XLAFlag("xla_gpu_enable_triton_gemm", false)]
    let size = try Topology(plugin, target: target.description, deviceCount: count)
      .compile(module.text, CompileOptions(flags: flags, devices: Array(0..<count)))
    compiled.withLock { $0.append(size) }
    return try executor.executable(of: graph, threadCount: threadCount)
  }
}

/// A GPU as XLA's compiler describes it.
public struct DeviceTarget: Sendable, CustomStringConvertible {
  /// A `GpuTargetConfigProto` as text.
  public let description: String

  public init(_ description: String) { self.description = description }

  /// NVIDIA's H100 with 80 GB, with CUDA 13.0 and cuDNN 9.12. The figures are those of NVIDIA's data sheet and of the limits of compute capability
  /// 9.0 in its programming guide.
  public static let h100 = DeviceTarget(
    """
    gpu_device_info {
      name: "NVIDIA H100 80GB HBM3" device_vendor: "NVIDIA Corporation" platform_version: "Compute Capability 9.0"
      cuda_compute_capability { major: 9 }
      core_count: 132 fpus_per_core: 128 clock_rate_ghz: 1.98
      device_memory_size: 84942979072 memory_bandwidth: 3352320000000 l2_cache_size: 52428800 pcie_bandwidth: 34359738368
      threads_per_block_limit: 1024 threads_per_warp: 32 threads_per_core_limit: 2048
      thread_dim_limit_x: 1024 thread_dim_limit_y: 1024 thread_dim_limit_z: 64
      block_dim_limit_x: 2147483647 block_dim_limit_y: 65535 block_dim_limit_z: 65535
      registers_per_block_limit: 65536 registers_per_core_limit: 65536
      shared_memory_per_block: 49152 shared_memory_per_block_optin: 232448 shared_memory_per_core: 233472
      device_address_bits: 64 ecc_enabled: true
      driver_version: "13.0.0" runtime_version: "13.0.0" compile_time_toolkit_version: "13.0.0" dnn_version: "9.12.0"
    }
    platform_name: "CUDA"
    dnn_version_info { major: 9 minor: 12 patch: 0 }
    device_description_str: "NVIDIA H100 80GB HBM3"
    """)
}
