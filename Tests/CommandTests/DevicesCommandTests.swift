import DeviceInstallation
import Foundation
import Rival
import Testing

@testable import RivalCommand

@Suite("rival devices")
struct DevicesCommandTests {
  private func entries(_ environment: [String: String], _ inquiry: DeviceEntry.Inquiry? = nil) -> [String: DeviceEntry] {
    Dictionary(uniqueKeysWithValues: DeviceEntry.all(environment, inquiry: inquiry).map { ($0.name, $0) })
  }

  @Test func whatIsMissingNamesItsCommand() throws {
    let folder = try TemporaryFolder()
    let found = entries(["RIVAL_DEVICES": folder.path("devices")])
    #expect(Set(found.keys) == ["cpu", "reference", "xla-cpu", "cuda", "rocm"])
    #expect(found["cpu"]?.state == .ready && found["reference"]?.state == .ready)
    let absent = try #require(found["xla-cpu"])
    #expect(absent.state == .notInstalled && absent.plugin == nil && absent.remedy == "rival devices install xla-cpu")
    #expect(absent.lines(width: 9)[0] == "xla-cpu    not installed: 63 MB to download, 202 MB on the disk")
    #expect(found["cuda"]?.state == .notInstalled && found["cuda"]?.remedy?.hasPrefix("rival devices install cuda") == true)
    #expect(found["rocm"]?.state == .unavailable)
    #expect(absent.document.members["state"] == .string("notInstalled"))
  }

  @Test func aPluginThatIsThereIsAskedForItsDevices() throws {
    let folder = try TemporaryFolder()
    let plugin = folder.path("pjrt_cpu_plugin.so")
    try Data().write(to: URL(fileURLWithPath: plugin))
    let environment = ["RIVAL_DEVICES": folder.path("devices"), "RIVAL_PJRT_PLUGIN": plugin]
    let inquiry: DeviceEntry.Inquiry = { platform, path in
      [DeviceEntry.Unit(name: "\(platform.rawValue):0", kind: String(path.suffix(5)), memoryBytes: 2_000_000_000)]
    }
    let ready = try #require(entries(environment, inquiry)["xla-cpu"])
    #expect(ready.state == .ready && ready.plugin == plugin)
    #expect(ready.lines(width: 9) == ["xla-cpu    ready: \(plugin)", "           xla-cpu:0: in.so, 2.0 GB"])
    let failing = try #require(entries(environment) { _, _ in throw CommandFailure("it is too old") }["xla-cpu"])
    #expect(failing.state == .failing && failing.remedy == "it is too old")
    // It is none for GPUs.
    #expect(entries(environment)["cuda"]?.state == .notInstalled)
  }

  @Test func nothingIsInstalledWhereNobodyCanBeAsked() throws {
    let folder = try TemporaryFolder()
    let result = try CommandProcess.run(
      ["devices", "install", "xla-cpu"], in: folder, environment: ["RIVAL_DEVICES": folder.path("devices")])
    #expect(result.status == 1 && result.errors.contains("pass --yes"), "\(result.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("devices/xla-cpu")))
  }
}
