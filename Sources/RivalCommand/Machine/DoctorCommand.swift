import ArgumentParser
import Rival

/// `doctor`: whether this machine has what Rival needs.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Checks the build, the processor, memory, limits, libraries and files, and says what to do.",
    discussion: "Exit status 1 where something is broken; what is merely slow or missing is a warning.")

  @Flag(help: "Write one JSON document on standard output.")
  var json = false

  func run() throws {
    let checks = Doctor(context: .current).checks
    let isBroken = checks.contains { $0.state == .broken }
    if json {
      try Console.result(.object(["healthy": .bool(!isBroken), "checks": .array(checks.map(\.document))]))
    } else {
      let width = checks.map(\.name.count).max() ?? 0
      for check in checks {
        let mark =
          switch check.state {
          case .fine: "  "
          case .warning: "! "
          case .broken: "✗ "
          }
        Console.result(mark + check.name + String(repeating: " ", count: width - check.name.count + 2) + check.found)
        if let remedy = check.remedy { Console.result(String(repeating: " ", count: width + 4) + "To do: \(remedy).") }
      }
      let troubles = checks.count { $0.state != .fine }
      Console.result(troubles == 0 ? "All is well." : "\(troubles) of \(checks.count) need a look.")
    }
    if isBroken { throw ExitStatus.failure.code }
  }
}
