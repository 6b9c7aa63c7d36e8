import ArgumentParser
import Rival

/// `devices`: where programs can run, and what is missing.
struct DevicesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "devices", abstract: "Lists where programs can run and what is missing, or installs the files of a device.",
    subcommands: [List.self, InstallDeviceCommand.self], defaultSubcommand: List.self)

  /// `devices list`.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Lists the devices: ready, or what is missing and the command that installs it.")

    @Flag(help: "Write one JSON document on standard output.")
    var json = false

    func run() throws {
      let entries = DeviceEntry.all(inquiry: DevicesCommand.inquiry)
      guard !json else { return try Console.result(.object(["devices": .array(entries.map(\.document))])) }
      let width = entries.map(\.name.count).max() ?? 0
      for line in entries.flatMap({ $0.lines(width: width) }) { Console.result(line) }
    }
  }

  /// Asks a platform's plugin for its devices.
  static let inquiry: DeviceEntry.Inquiry = { platform, _ in
    try platform.devices().enumerated().map { index, device in
      DeviceEntry.Unit(name: "\(platform.rawValue):\(index)", kind: device.kind, memoryBytes: device.memoryBytes)
    }
  }
}
