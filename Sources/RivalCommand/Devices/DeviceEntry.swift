import DeviceInstallation
import Foundation
import Rival

/// A device as `rival devices` shows it.
struct DeviceEntry {
  /// Whether it can be used.
  enum State: String {
    case ready
    case notInstalled = "not installed"
    case incomplete
    case driverMissing = "driver missing"
    /// Rival cannot install it.
    case unavailable
    /// All is there, but the plugin or the driver refuses.
    case failing

    /// The name in documents, in camel case.
    var key: String {
      switch self {
      case .notInstalled: "notInstalled"
      case .driverMissing: "driverMissing"
      default: rawValue
      }
    }
  }

  /// A device that a plugin knows, as its own client tells.
  struct Unit {
    /// What `--device` takes: `cuda:0`.
    var name: String
    /// Such as `NVIDIA H100 80GB HBM3`.
    var kind: String
    /// Bytes of its memory; `nil` where the plugin does not tell.
    var memoryBytes: Int?
  }

  /// Asks the plugin at a path for its devices. Throws what keeps it from working.
  typealias Inquiry = @Sendable (_ platform: Platform, _ plugin: String) throws -> [Unit]

  var name: String
  var state: State
  var detail: String
  /// What to do, in one sentence; `nil` where nothing is to be done.
  var remedy: String?
  var plugin: String?
  var units: [Unit] = []

  /// All devices, those that need a plugin by the looks of its files and drivers, and by what `inquiry` finds out.
  static func all(_ environment: [String: String] = ProcessInfo.processInfo.environment, driver: NVIDIADriver = .current, inquiry: Inquiry?)
    -> [DeviceEntry]
  {
    let cores = ProcessInfo.processInfo.activeProcessorCount
    let processor = DeviceEntry(
      name: "cpu", state: .ready,
      detail: "\(CPU.threadCount) threads on \(cores) core\(cores == 1 ? "" : "s"), vector unit \(CPU.vectorUnit)")
    let reference = DeviceEntry(name: "reference", state: .ready, detail: "slow and plain, to compare others with")
    return [processor, reference] + [.xlaCPU, .cuda, .rocm].map { of($0, environment, driver, inquiry) }
  }

  private static func of(_ platform: Platform, _ environment: [String: String], _ driver: NVIDIADriver, _ inquiry: Inquiry?) -> DeviceEntry
  {
    let package = PluginCatalog.package(for: platform)
    var entry = DeviceEntry(name: platform.rawValue, state: .ready, detail: "")
    do {
      let plugin = try PluginFolder.pluginPath(for: platform, environment)
      entry.plugin = plugin
      entry.detail = plugin
    } catch {
      entry.state = package == nil ? .unavailable : .notInstalled
      entry.detail = "\(error)"
      if let package {
        let isAbsent = (try? PluginFolder.standard(environment))?.state(of: package) == .absent
        let isNamed = environment["RIVAL_PJRT_PLUGIN"].map { !FileManager.default.fileExists(atPath: $0) } ?? false
        entry.state = isAbsent ? .notInstalled : .incomplete
        if isAbsent, !isNamed {
          entry.detail = "\(size(package.downloadSize)) to download, \(size(package.installedSize)) on the disk"
        }
        entry.remedy = "rival devices install \(package.name)"
      }
    }
    if platform == .cuda {
      let version = driver.version.map { "driver \($0)" } ?? "no driver seen"
      entry.detail += "; \(version), \(driver.devices.isEmpty ? "no GPU" : driver.devices.joined(separator: ", "))"
      if let plugin = entry.plugin, case let missing = CUDATools.missing(forPluginAt: plugin), !missing.isEmpty {
        (entry.state, entry.remedy) = (
          .incomplete, "rival devices install cuda, or set CUDA_HOME: \(missing.joined(separator: " and ")) is missing"
        )
      }
      if let trouble = driver.trouble {
        if entry.plugin != nil { entry.state = .driverMissing }
        entry.remedy = entry.plugin == nil ? entry.remedy.map { "\($0), and: \(trouble)" } : trouble
      }
    }
    guard entry.state == .ready, let plugin = entry.plugin, let inquiry else { return entry }
    do {
      entry.units = try inquiry(platform, plugin)
    } catch {
      (entry.state, entry.remedy) = (.failing, "\(error)")
    }
    return entry
  }

  private static func size(_ bytes: Int) -> String { "\(NumberText.fixed(Double(bytes) / 1e6, digits: 0)) MB" }

  /// The lines for people.
  func lines(width: Int) -> [String] {
    let indent = String(repeating: " ", count: width + 2)
    var lines = [name + String(repeating: " ", count: width + 2 - name.count) + state.rawValue + (detail.isEmpty ? "" : ": \(detail)")]
    lines += units.map { unit in
      indent + "\(unit.name): \(unit.kind)" + (unit.memoryBytes.map { ", \(NumberText.fixed(Double($0) / 1e9, digits: 1)) GB" } ?? "")
    }
    if let remedy { lines.append(indent + "To do: \(remedy).") }
    return lines
  }

  /// The entry for machines.
  var document: JSONValue {
    .object([
      "name": .string(name), "state": .string(state.key), "detail": .string(detail), "remedy": .optional(remedy),
      "plugin": .optional(plugin),
      "devices": .array(
        units.map { unit in
          .object([
            "name": .string(unit.name), "kind": .string(unit.kind), "memoryBytes": unit.memoryBytes.map { .count($0) } ?? .null,
          ])
        }),
    ])
  }
}
