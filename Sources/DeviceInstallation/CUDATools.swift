import Foundation

/// The two files that the CUDA plugin needs for compiling, and without which it ends the process: the assembler and the library of device functions.
public enum CUDATools {
  /// Those that are neither beside the plugin, nor in `CUDA_HOME`, nor in `/usr/local/cuda`: `ptxas`, `libdevice.10.bc`.
  ///
  /// - Parameter plugin: the path of the plugin's file, two folders below the one that all wheels are unpacked in.
  public static func missing(forPluginAt plugin: String) -> [String] {
    missing(forPluginAt: plugin, toolkits: [ProcessInfo.processInfo.environment["CUDA_HOME"], "/usr/local/cuda"].compactMap { $0 })
  }

  static func missing(forPluginAt plugin: String, toolkits: [String]) -> [String] {
    let root = URL(fileURLWithPath: plugin).resolvingSymlinksInPath().deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path
    let folders = [root + "/nvidia/cu13", root + "/nvidia/cuda_nvcc"] + toolkits
    return ["bin/ptxas", "nvvm/libdevice/libdevice.10.bc"].filter { file in
      !folders.contains { FileManager.default.fileExists(atPath: "\($0)/\(file)") }
    }.map { String($0.split(separator: "/").last ?? "") }
  }
}
