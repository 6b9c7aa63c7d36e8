import Foundation

/// What this machine has of NVIDIA's driver.
public struct NVIDIADriver: Sendable, Equatable {
  /// Such as `580.159.04`; `nil` where the kernel's module does not tell.
  public let version: String?
  /// The GPUs that programs may open: `/dev/nvidia0`, …
  public let devices: [String]
  /// The path of `libcuda.so.1`; `nil` where there is none in the usual places.
  public let library: String?

  /// The driver of this machine.
  public static var current: NVIDIADriver {
    let listed = (ProcessInfo.processInfo.environment["LD_LIBRARY_PATH"] ?? "").split(separator: ":").map(String.init)
    return NVIDIADriver(root: "", libraryFolders: listed + usualFolders)
  }

  private static let usualFolders = [
    "/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib", "/lib/x86_64-linux-gnu", "/lib64", "/usr/lib/wsl/lib", "/usr/local/nvidia/lib64",
    "/usr/local/nvidia/lib", "/usr/lib/x86_64-linux-gnu/nvidia/current", "/run/opengl-driver/lib", "/usr/local/cuda/compat",
  ]

  /// - Parameter root: what stands before `/dev` and `/proc`.
  init(root: String, libraryFolders: [String]) {
    let text = (try? String(contentsOfFile: root + "/proc/driver/nvidia/version", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("NVRM version:") } ?? ""
    version = line.split(whereSeparator: \.isWhitespace).first { word in
      word.first?.isNumber == true && word.split(separator: ".").count >= 2 && word.allSatisfy { $0.isNumber || $0 == "." }
    }.map(String.init)
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: root + "/dev")) ?? []
    let numbers = entries.compactMap { $0.hasPrefix("nvidia") ? Int($0.dropFirst("nvidia".count)) : nil }.sorted()
    // The subsystem for Linux of Windows has one device for all.
    devices = numbers.map { "/dev/nvidia\($0)" } + (entries.contains("dxg") ? ["/dev/dxg"] : [])
    library = libraryFolders.map { $0 + "/libcuda.so.1" }.first { FileManager.default.fileExists(atPath: $0) }
  }

  /// What keeps programs from a GPU, as one sentence with what to do; `nil` where nothing is seen to.
  public var trouble: String? {
    if devices.isEmpty, version == nil, library == nil {
      return "this machine shows no NVIDIA GPU and no driver; in a container, start it with its GPUs (--gpus all)"
    }
    if devices.isEmpty {
      return "there is no /dev/nvidia0: no GPU is shown to this machine or container (--gpus all), or the kernel's module is not loaded"
    }
    if library == nil { return "libcuda.so.1 is missing: install NVIDIA's driver, 580 or later for CUDA 13" }
    if let version, let major = version.split(separator: ".").first.flatMap({ Int($0) }), major < 580 {
      return "the driver is \(version), but CUDA 13 needs 580 or later: update it"
    }
    return nil
  }
}
