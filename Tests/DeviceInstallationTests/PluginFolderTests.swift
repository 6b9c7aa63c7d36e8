import Foundation
import Testing

@testable import DeviceInstallation

@Suite("Where devices are")
struct PluginFolderTests {
  @Test func theFolderIsTheOneThatTheEnvironmentNames() throws {
    #expect(try PluginFolder.standard(["RIVAL_DEVICES": "/d", "XDG_DATA_HOME": "/x", "HOME": "/h"]).path == "/d")
    #expect(try PluginFolder.standard(["XDG_DATA_HOME": "/x", "HOME": "/h"]).path == "/x/rival/devices")
    #expect(try PluginFolder.standard(["XDG_DATA_HOME": "x", "HOME": "/h"]).path == "/h/.local/share/rival/devices")
    #expect(failureText { _ = try PluginFolder.standard([:]) }.hasSuffix("set RIVAL_DEVICES to a folder"))
  }

  @Test func whatIsNotInstalledNamesItsCommand() throws {
    let scratch = try Scratch()
    let environment = ["RIVAL_DEVICES": scratch.path]
    #expect(
      failureText { _ = try PluginFolder.pluginPath(for: .cuda, environment) }
        == "the device cuda is not installed in \(scratch.path); install it with: rival devices install cuda")
    #expect(
      failureText { _ = try PluginFolder.pluginPath(for: .rocm, environment) }.hasSuffix("set RIVAL_PJRT_PLUGIN to the plugin's file"))
    try scratch.write(Data(), "cuda/nvidia/cu13/bin/ptxas")
    let text = failureText { _ = try PluginFolder.pluginPath(for: .cuda, environment) }
    #expect(text.contains("lacks jax_plugins/xla_cuda13/xla_cuda_plugin.so, nvidia/cu13/lib/libcublas.so.13"))
    #expect(text.hasSuffix("and 9 more; install it anew with: rival devices install cuda"))
  }

  @Test func aNamedPluginGoesFirst() throws {
    let scratch = try Scratch()
    func found(_ named: String, _ platform: Platform) throws -> String {
      try PluginFolder.pluginPath(
        for: platform, ["RIVAL_DEVICES": scratch.path + "/managed", "RIVAL_PJRT_PLUGIN": scratch.path + "/" + named])
    }
    try scratch.write(Data(), "own/pjrt.so")
    #expect(try found("own/pjrt.so", .cuda) == scratch.path + "/own/pjrt.so")
    try scratch.write(Data(), "site/jax_plugins/xla_cuda13/xla_cuda_plugin.so")
    #expect(try found("site", .cuda) == scratch.path + "/site/jax_plugins/xla_cuda13/xla_cuda_plugin.so")
    // A plugin for GPUs is none for the processor.
    #expect(failureText { _ = try found("site/jax_plugins/xla_cuda13/xla_cuda_plugin.so", .xlaCPU) }.contains("xla-cpu is not installed"))
    #expect(failureText { _ = try found("nowhere.so", .cuda) }.contains("where nothing is"))
  }

  @Test func thePinsAreWellFormed() throws {
    for package in PluginCatalog.packages {
      #expect(package.members.contains { $0.path == package.plugin }, "\(package.name)")
      #expect(Set(package.members.map(\.path)).count == package.members.count)
      for wheel in package.wheels {
        #expect(wheel.sha256.count == 64 && wheel.sha256.allSatisfy { $0.isHexDigit && !$0.isUppercase }, "\(wheel.file)")
        #expect(wheel.file.hasPrefix(wheel.project.replacing("-", with: "_") + "-") && wheel.file.hasSuffix("x86_64.whl"))
        #expect(wheel.size > 0 && wheel.members.allSatisfy { $0.size > 0 } && !wheel.members.isEmpty)
      }
    }
    #expect(PluginCatalog.cuda.downloadSize == 1_024_591_776)
    #expect(PluginCatalog.cudaSeveral.downloadSize == 1_277_033_999 && PluginCatalog.cudaCompiler.downloadSize == 233_148_587)
    #expect(PluginCatalog.package(for: .xlaCPU)?.name == "xla-cpu" && PluginCatalog.package(for: .rocm) == nil)
    #expect(
      failureText { _ = try PluginCatalog.package(named: "tpu") }.hasSuffix(
        "there are: cuda, cuda-several, cuda-compiler, xla-cpu, xla-cpu-legacy"))
  }

  @Test func pipSaysWhereWheelsComeFrom() throws {
    let scratch = try Scratch()
    try scratch.write(Data("[global]\ntimeout = 60\nindex-url = https://mirror.example.org/simple/\n".utf8), "pip.conf")
    let files = [scratch.path + "/absent.conf", scratch.path + "/pip.conf"]
    #expect(try WheelIndex.configured([:], files: files).address.absoluteString == "https://mirror.example.org/simple")
    #expect(try WheelIndex.configured([:], files: []).address.absoluteString == "https://pypi.org/simple")
    let index = try WheelIndex.configured(["PIP_INDEX_URL": "https://own.example.org/pypi"], files: files)
    #expect(index.page(of: "nvidia-cublas").absoluteString == "https://own.example.org/pypi/nvidia-cublas/")
    #expect(failureText { _ = try WheelIndex.configured(["PIP_INDEX_URL": "mirror"], files: []) }.hasPrefix("PIP_INDEX_URL says"))
  }

  @Test func linksAreFoundInBothKindsOfPages() throws {
    let page = try #require(URL(string: "https://i.org/simple/a/"))
    let json = Data(
      #"{"files": [{"filename": "b.whl", "url": "https://f.org/1/b.whl"}, {"filename": "a.whl", "url": "../../f/a.whl"}]}"#.utf8)
    #expect(WheelIndex.link(to: "a.whl", in: json, at: page)?.absoluteString == "https://i.org/f/a.whl")
    let html = Data("<a href='/x/b.whl'>a.whl</a> <a href=\"/x/a.whl?p=1&amp;q=2#sha256=00\">a</a>".utf8)
    #expect(WheelIndex.link(to: "a.whl", in: html, at: page)?.absoluteString == "https://i.org/x/a.whl?p=1&q=2")
    #expect(WheelIndex.link(to: "c.whl", in: html, at: page) == nil)
  }

  @Test func theDriverIsWhatTheSystemShows() throws {
    let scratch = try Scratch()
    let none = NVIDIADriver(root: scratch.path, libraryFolders: [scratch.path])
    #expect(none == NVIDIADriver(root: "/absent", libraryFolders: []) && none.trouble?.contains("no NVIDIA GPU and no driver") == true)
    try scratch.write(
      Data("NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.159.04  Release Build\nGCC version: 13\n".utf8),
      "proc/driver/nvidia/version")
    for name in ["nvidia1", "nvidia0", "nvidiactl", "nvidia-uvm"] { try scratch.write(Data(), "dev/" + name) }
    let without = NVIDIADriver(root: scratch.path, libraryFolders: [scratch.path])
    #expect(without.version == "580.159.04" && without.devices == ["/dev/nvidia0", "/dev/nvidia1"])
    #expect(without.trouble?.hasPrefix("libcuda.so.1 is missing") == true)
    try scratch.write(Data(), "libcuda.so.1")
    #expect(NVIDIADriver(root: scratch.path, libraryFolders: [scratch.path]).trouble == nil)
    try scratch.write(Data("NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.54.03  Tue\n".utf8), "proc/driver/nvidia/version")
    #expect(
      NVIDIADriver(root: scratch.path, libraryFolders: [scratch.path]).trouble
        == "the driver is 535.54.03, but CUDA 13 needs 580 or later: update it")
  }

  @Test func toolsForCompilingAreLookedFor() throws {
    let scratch = try Scratch()
    let plugin = scratch.path + "/jax_plugins/xla_cuda13/xla_cuda_plugin.so"
    try scratch.write(Data(), "jax_plugins/xla_cuda13/xla_cuda_plugin.so")
    #expect(CUDATools.missing(forPluginAt: plugin, toolkits: []) == ["ptxas", "libdevice.10.bc"])
    try scratch.write(Data(), "nvidia/cu13/bin/ptxas")
    try scratch.write(Data(), "toolkit/nvvm/libdevice/libdevice.10.bc")
    #expect(CUDATools.missing(forPluginAt: plugin, toolkits: []) == ["libdevice.10.bc"])
    #expect(CUDATools.missing(forPluginAt: plugin, toolkits: [scratch.path + "/toolkit"]) == [])
  }
}
