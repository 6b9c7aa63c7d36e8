import ArgumentParser
import DeviceInstallation
import Foundation
import Rival
import Synchronization

/// `devices install`: downloads the files of a device.
struct InstallDeviceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "install", abstract: "Downloads a device's plugin and its libraries into a folder of your own.",
    discussion: """
      The folder is RIVAL_DEVICES, else rival/devices in your data folder (XDG_DATA_HOME or ~/.local/share). Wheels come from the index that pip \
      takes, PIP_INDEX_URL or pip's settings say which, and only those are taken whose SHA-256 is the pinned one. What is stopped goes on \
      with the same command. To remove a device, remove its folder.
      """)

  @Argument(help: ArgumentHelp("\(PluginCatalog.packages.map(\.name).joined(separator: ", ")).", valueName: "device"))
  var name: String

  @Option(help: ArgumentHelp("A folder that holds the wheels, for machines without a network.", valueName: "dir"))
  var from: String?

  @Flag(help: "Install without asking; needed where no terminal is.")
  var yes = false

  @Flag(help: "Install it again where it is installed already.")
  var again = false

  func run() throws {
    let package = try PluginCatalog.package(named: name)
    let folder = try PluginFolder.standard()
    let target = folder.folder(of: package)
    if folder.state(of: package) == .installed, !again { return Console.result("\(name) is installed in \(target)") }
    let installer = PluginInstaller(package, in: folder, from: from.map(FolderPath.absolute))
    try confirm(package, installer, target)
    let shown = Mutex(ContinuousClock.now)
    let licences = try installer.install { progress in
      // A line a quarter of a second; without a terminal none.
      let isDue = shown.withLock { last in
        guard ContinuousClock.now - last > .milliseconds(250) else { return false }
        last = .now
        return true
      }
      if isDue { Console.progress(Self.text(progress)) }
    }
    Console.progress("")
    Console.result("\(name) is installed in \(target) (\(Self.megabytes(package.installedSize))); rival devices shows it")
    if !licences.isEmpty { Console.result("What their makers allow is said in:\n  " + licences.joined(separator: "\n  ")) }
  }

  private func confirm(_ package: PluginPackage, _ installer: PluginInstaller, _ target: String) throws {
    for wheel in package.wheels { Console.note("  \(wheel.requirement): \(Self.megabytes(wheel.size))") }
    let origin = from.map { "from \($0)" } ?? "\(Self.megabytes(installer.bytesToDownload)) to download"
    Console.note("\(name): \(origin), \(Self.megabytes(package.installedSize)) on the disk, in \(target)")
    if package.platform == .cuda {
      Console.note("NVIDIA's libraries are under NVIDIA's licences, which come with them; installing them means accepting those.")
    }
    if yes { return }
    guard isatty(STDIN_FILENO) == 1, Console.isTerminal else { throw CommandFailure("nobody can be asked here; pass --yes to install it") }
    Console.note("Go on? [y/N]")
    guard ["y", "yes"].contains((readLine() ?? "").lowercased()) else { throw CommandFailure("nothing was installed") }
  }

  private static func text(_ progress: PluginInstaller.Progress) -> String {
    switch progress {
    case .downloading(let file, let bytes, let total): "\(megabytes(bytes)) of \(megabytes(total)): \(file)"
    case .comparing(let file): "comparing \(file)"
    case .unpacking(let file, let bytes, let total): "unpacked \(megabytes(bytes)) of \(megabytes(total)): \(file)"
    }
  }

  private static func megabytes(_ bytes: Int) -> String { "\(NumberText.fixed(Double(bytes) / 1e6, digits: 0)) MB" }
}
