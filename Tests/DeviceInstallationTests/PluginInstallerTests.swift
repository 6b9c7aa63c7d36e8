import DeviceInstallation
import Foundation
import Testing

@Suite("Installing a device")
struct PluginInstallerTests {
  private func installer(_ scratch: Scratch, _ server: WheelServer, _ package: PluginPackage = TinyWheel.package()) -> PluginInstaller {
    PluginInstaller(package, in: PluginFolder(scratch.path), environment: ["PIP_INDEX_URL": "http://127.0.0.1:\(server.port)/simple/"])
  }

  private func requireWhole(_ scratch: Scratch) throws {
    #expect(PluginFolder(scratch.path).state(of: TinyWheel.package()) == .installed)
    let tool = try String(contentsOfFile: scratch.path + "/tiny/tiny/bin/tool", encoding: .utf8)
    #expect(tool == "#!/bin/sh\nexit 0\n")
    #expect(FileManager.default.isExecutableFile(atPath: scratch.path + "/tiny/tiny/bin/tool"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["tiny"])
  }

  @Test func onlyWhatIsNeededIsUnpacked() throws {
    let (scratch, server) = (try Scratch(), try WheelServer(try TinyWheel.pages()))
    defer { server.stop() }
    let installer = installer(scratch, server)
    #expect(installer.bytesToDownload == 2139 && installer.bytesNeeded == 3017 + 2139)
    let licences = try installer.install()
    try requireWhole(scratch)
    #expect(licences == [scratch.path + "/tiny/tiny_plugin-1.2.dist-info/licenses/LICENSE.txt"])
    #expect(!scratch.exists("tiny/tiny/unneeded.py"))
    #expect(server.requests.map(\.path) == [TinyWheel.page, TinyWheel.link])
  }

  @Test func brokenConnectionsAreGoneOnWith() throws {
    let (scratch, server) = (try Scratch(), try WheelServer(try TinyWheel.pages(), breakingAfter: [700, 500]))
    defer { server.stop() }
    try installer(scratch, server).install()
    try requireWhole(scratch)
    #expect(server.requests.dropFirst().map(\.begin) == [nil, 700, 1200])
  }

  @Test func whatWasThereBeforeIsKept() throws {
    let (scratch, server) = (try Scratch(), try WheelServer(try TinyWheel.pages()))
    defer { server.stop() }
    try scratch.write(try TinyWheel.data().prefix(1000), ".tiny.unfinished/\(TinyWheel.file)")
    let installer = installer(scratch, server)
    #expect(installer.bytesToDownload == 1139)
    try installer.install()
    try requireWhole(scratch)
    #expect(server.requests.last?.begin == 1000)
  }

  @Test func aServerWithoutRangesSendsAllAgain() throws {
    let (scratch, server) = (try Scratch(), try WheelServer(try TinyWheel.pages(), knowsRanges: false))
    defer { server.stop() }
    try scratch.write(Data(repeating: 1, count: 1000), ".tiny.unfinished/\(TinyWheel.file)")
    try installer(scratch, server).install()
    try requireWhole(scratch)
  }

  @Test func otherBytesAreRefused() throws {
    let (scratch, server) = (try Scratch(), try WheelServer(try TinyWheel.pages()))
    defer { server.stop() }
    let pin = String(repeating: "0", count: 64)
    let text = failureText { try installer(scratch, server, TinyWheel.package(sha256: pin)).install() }
    #expect(text.hasPrefix("tiny_plugin-1.2-py3-none-any.whl is not the file that was pinned: its SHA-256 is 750d5a17"))
    #expect(text.contains("not \(pin)"))
    #expect(!scratch.exists("tiny") && !scratch.exists(".tiny.unfinished/\(TinyWheel.file)"))
  }

  @Test func aFolderOfWheelsNeedsNoNetwork() throws {
    let scratch = try Scratch()
    let installer = PluginInstaller(TinyWheel.package(), in: PluginFolder(scratch.path), from: TinyWheel.fixtures, environment: [:])
    #expect(installer.bytesToDownload == 0)
    try installer.install()
    try requireWhole(scratch)
    #expect(FileManager.default.fileExists(atPath: TinyWheel.fixtures + "/" + TinyWheel.file))
    // Again, over what is there.
    try FileManager.default.removeItem(atPath: scratch.path + "/tiny/tiny/plugin.so")
    #expect(PluginFolder(scratch.path).state(of: TinyWheel.package()) == .incomplete(missing: ["tiny/plugin.so"]))
    try installer.install()
    try requireWhole(scratch)
  }

  @Test func whatCannotBeHadSaysWhatToDo() throws {
    let (scratch, server) = (try Scratch(), try WheelServer([TinyWheel.page: Data("<html></html>".utf8)]))
    defer { server.stop() }
    let absent = PluginInstaller(TinyWheel.package(), in: PluginFolder(scratch.path), from: scratch.path, environment: [:])
    #expect(failureText { try absent.install() }.hasSuffix("with: pip download --no-deps tiny-plugin==1.2"))
    #expect(failureText { try installer(scratch, server).install() }.hasSuffix("set PIP_INDEX_URL to an index that has it"))
    let closed = PluginInstaller(
      TinyWheel.package(), in: PluginFolder(scratch.path), environment: ["PIP_INDEX_URL": "http://127.0.0.1:\(server.port)/none"])
    #expect(failureText { try closed.install() }.contains("answers 404 for /none/tiny-plugin"))
  }

  @Test func passwordsGoToTheIndexAlone() throws {
    let (scratch, server) = (try Scratch(), try WheelServer(try TinyWheel.pages()))
    defer { server.stop() }
    let environment = ["PIP_INDEX_URL": "http://me:s%40fe@127.0.0.1:\(server.port)/simple"]
    try PluginInstaller(TinyWheel.package(), in: PluginFolder(scratch.path), environment: environment).install()
    // me:s@fe
    #expect(server.requests.map(\.authorization) == ["Basic bWU6c0BmZQ==", "Basic bWU6c0BmZQ=="])
  }
}
