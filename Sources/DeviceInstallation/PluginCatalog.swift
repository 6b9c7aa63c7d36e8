/// The plugins that can be installed: x86-64 Linux, each wheel pinned by its SHA-256.
public enum PluginCatalog {
  /// All of them.
  public static let packages = [cuda, cudaSeveral, cudaCompiler, xlaCPU, legacyXLACPU]

  /// The package called `name`.
  ///
  /// - Throws: ``InstallationError`` that lists them.
  public static func package(named name: String) throws -> PluginPackage {
    if let package = packages.first(where: { $0.name == name }) { return package }
    throw InstallationError("nothing called '\(name)' can be installed; there are: \(packages.map(\.name).joined(separator: ", "))")
  }

  /// The package that computes on `platform`; `nil` where none can be installed.
  public static func package(for platform: Platform) -> PluginPackage? { packages.first { $0.platform == platform } }

  /// The packages that compute on `platform`, the fullest first.
  static func packages(for platform: Platform) -> [PluginPackage] {
    packages.filter { $0.platform == platform && $0.name != cudaCompiler.name }.sorted { $0.installedSize > $1.installedSize }
  }

  /// NVIDIA's GPUs with CUDA 13: the plugin, and of NVIDIA's libraries those that it opens.
  public static let cuda = PluginPackage(
    "cuda", platform: .cuda, plugin: "jax_plugins/xla_cuda13/xla_cuda_plugin.so",
    wheels: [
      cudaPlugin,
      Wheel(
        "nvidia-cublas", file: "nvidia_cublas-13.1.0.3-py3-none-manylinux_2_27_x86_64.whl", size: 423_133_236,
        sha256: "ee8722c1f0145ab246bccb9e452153b5e0515fd094c3678df50b2a0888b8b171",
        members: [
          .init("nvidia/cu13/lib/libcublas.so.13", size: 54_177_976), .init("nvidia/cu13/lib/libcublasLt.so.13", size: 541_595_600),
        ]),
      Wheel(
        "nvidia-cudnn-cu13", file: "nvidia_cudnn_cu13-9.19.0.56-py3-none-manylinux_2_27_x86_64.whl", size: 366_066_321,
        sha256: "d20e1734305e9d68889a96e3f35094d733ff1f83932ebe462753973e53a572bf",
        members: [
          .init("nvidia/cudnn/lib/libcudnn.so.9", size: 129_240), .init("nvidia/cudnn/lib/libcudnn_graph.so.9", size: 4_451_728),
          .init("nvidia/cudnn/lib/libcudnn_ops.so.9", size: 39_855_888),
          .init("nvidia/cudnn/lib/libcudnn_heuristic.so.9", size: 60_822_040),
          .init("nvidia/cudnn/lib/libcudnn_engines_precompiled.so.9", size: 245_391_920),
          .init("nvidia/cudnn/lib/libcudnn_engines_runtime_compiled.so.9", size: 29_386_400),
        ]),
      Wheel(
        "nvidia-cuda-runtime",
        file: "nvidia_cuda_runtime-13.0.96-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl", size: 2_243_632,
        sha256: "7f82250d7782aa23b6cfe765ecc7db554bd3c2870c43f3d1821f1d18aebf0548",
        members: [.init("nvidia/cu13/lib/libcudart.so.13", size: 704_288)]),
      cudaAssembler, cudaDeviceLibrary,
    ])

  /// ``cuda``, and NVIDIA's library by which several GPUs add up what each computed.
  public static let cudaSeveral = PluginPackage(
    "cuda-several", platform: .cuda, plugin: cuda.plugin,
    wheels: cuda.wheels + [
      Wheel(
        "nvidia-nccl-cu13", file: "nvidia_nccl_cu13-2.31.2-py3-none-manylinux_2_18_x86_64.whl", size: 252_442_223,
        sha256: "0bcaf0308854cb55fcc35af72e2c83143f3b71e65a4e865e2c586b1cdcdb5ae0",
        members: [.init("nvidia/nccl/lib/libnccl.so.2", size: 299_259_704)])
    ])

  /// Of ``cuda`` what compiles programs for a GPU that is not here.
  public static let cudaCompiler = PluginPackage(
    "cuda-compiler", platform: .cuda, plugin: cuda.plugin, wheels: [cudaPlugin, cudaAssembler, cudaDeviceLibrary])

  /// The processor.
  public static let xlaCPU = PluginPackage(
    "xla-cpu", platform: .xlaCPU, plugin: "lammps_jax_pjrt_cpu/pjrt_c_api_cpu_plugin.so",
    wheels: [
      Wheel(
        "lammps-jax-pjrt-cpu", file: "lammps_jax_pjrt_cpu-0.11.2-py3-none-manylinux_2_27_x86_64.whl", size: 62_711_338,
        sha256: "1319390d948b39f69f7dade496b7c385149d9ca6097a6b62114da113216d9ad1",
        members: [.init("lammps_jax_pjrt_cpu/pjrt_c_api_cpu_plugin.so", size: 201_600_336)])
    ])

  /// The processor by a plugin of 2025, whose interface is the oldest that is understood: tests see to it that it still is.
  public static let legacyXLACPU = PluginPackage(
    "xla-cpu-legacy", platform: .xlaCPU, plugin: "xla_plugins/xla_cpu_pjrt/xla_cpu_pjrt.so",
    wheels: [
      Wheel(
        "xla-cpu-pjrt", file: "xla_cpu_pjrt-0.0.1-py3-none-manylinux_2_27_x86_64.whl", size: 63_461_052,
        sha256: "55837b6b7b47daa717f2d9a5a03563ea0ceaa338d06a81a1e2d3f060d960decc",
        members: [.init("xla_plugins/xla_cpu_pjrt/xla_cpu_pjrt.so", size: 259_284_552)])
    ])

  /// XLA's compiler and client.
  private static let cudaPlugin = Wheel(
    "jax-cuda13-pjrt", file: "jax_cuda13_pjrt-0.11.2-py3-none-manylinux_2_27_x86_64.whl", size: 134_162_640,
    sha256: "e5ff589d43064913bb74027682d89639c7ea48f9f81c2bae6fc75117e913f93e",
    members: [.init("jax_plugins/xla_cuda13/xla_cuda_plugin.so", size: 411_465_856)])

  /// The compiler's last step.
  private static let cudaAssembler = Wheel(
    "nvidia-cuda-nvcc", file: "nvidia_cuda_nvcc-13.0.88-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
    size: 37_384_532, sha256: "56fe502eb77625a12f25172caa3cdddb4e4c8ba2c8c17dba44b164761b380f03",
    members: [.init("nvidia/cu13/bin/ptxas", size: 37_741_528, isExecutable: true)])

  /// Functions for code on the GPU.
  private static let cudaDeviceLibrary = Wheel(
    "nvidia-nvvm", file: "nvidia_nvvm-13.0.88-py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64.whl", size: 61_601_415,
    sha256: "c5f41ffeb6466944a026dfa5317d7d85355c119bbec279205d22f1869d1054e0",
    members: [.init("nvidia/cu13/nvvm/libdevice/libdevice.10.bc", size: 464_132)])
}
