import Foundation
import Glibc

/// The two files that the CUDA plugin needs for compiling, and without which it ends the process: the assembler and the library of device functions.
public enum CUDATools {
  /// Those that are neither beside the plugin, nor in `CUDA_HOME`, nor in `/usr/local/cuda`: `ptxas`, `libdevice.10.bc`.
  ///
  /// - Parameter plugin: the path of the plugin's file, two folders below the one that all wheels are unpacked in.
  public static func missing(forPluginAt plugin: String) -> [String] {
    missing(forPluginAt: plugin, toolkits: [ProcessInfo.processInfo.environment["CUDA_HOME"], "/usr/local/cuda"].compactMap { $0 })
  }

  static func missing(forPluginAt plugin: String, toolkits: [String]) -> [String] {
    let root = folder(ofPluginAt: plugin)
    let folders = [root + "/nvidia/cu13", root + "/nvidia/cuda_nvcc"] + toolkits
    return ["bin/ptxas", "nvvm/libdevice/libdevice.10.bc"].filter { file in
      !folders.contains { FileManager.default.fileExists(atPath: "\($0)/\(file)") }
    }.map { String($0.split(separator: "/").last ?? "") }
  }

  /// Whether the library is there by which several GPUs add up what each computed: beside the plugin, or where the system finds it.
  public static func hasCollectives(forPluginAt plugin: String) -> Bool {
    if FileManager.default.fileExists(atPath: folder(ofPluginAt: plugin) + "/nvidia/nccl/lib/libnccl.so.2") { return true }
    guard let library = dlopen("libnccl.so.2", RTLD_LAZY) else { return false }
    dlclose(library)
    return true
  }

  /// The folder that all wheels are unpacked in.
  private static func folder(ofPluginAt plugin: String) -> String {
    URL(fileURLWithPath: plugin).resolvingSymlinksInPath().deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path
  }
}
