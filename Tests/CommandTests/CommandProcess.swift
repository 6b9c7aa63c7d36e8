import Foundation
import Testing

/// The built program as a process of its own.
struct CommandProcess {
  /// How a command ended.
  struct Result {
    var status: Int32
    var output: String
    var errors: String
  }

  private let process = Process()
  private let outputPath: String
  private let errorsPath: String

  /// The program beside the test bundle.
  static var executable: String {
    let bundle = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    return bundle.appendingPathComponent("rival").path
  }

  /// Starts the program; what it writes goes to files, so that it never waits for a reader.
  ///
  /// - Parameter isInside: whether the folder is the program's current one.
  init(_ arguments: [String], in folder: TemporaryFolder, isInside: Bool = false, environment: [String: String] = [:]) throws {
    let name = UUID().uuidString
    outputPath = folder.path("\(name).out")
    errorsPath = folder.path("\(name).err")
    for path in [outputPath, errorsPath] { try Data().write(to: URL(fileURLWithPath: path)) }
    process.executableURL = URL(fileURLWithPath: CommandProcess.executable)
    process.arguments = arguments
    if isInside { process.currentDirectoryURL = folder.root }
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: outputPath))
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: errorsPath))
    try process.run()
  }

  /// What it has written on standard error so far.
  var errorsSoFar: String { (try? String(contentsOfFile: errorsPath, encoding: .utf8)) ?? "" }

  /// Whether it is still running.
  var isRunning: Bool { process.isRunning }

  /// Sends SIGINT, as Ctrl-C does.
  func interrupt() { process.interrupt() }

  /// Sends SIGKILL.
  func kill() { _ = Foundation.kill(process.processIdentifier, SIGKILL) }

  /// Waits for its end.
  func wait() throws -> Result {
    process.waitUntilExit()
    // A signal that ended it counts as a failure of its own kind.
    let status = process.terminationReason == .uncaughtSignal ? -process.terminationStatus : process.terminationStatus
    return Result(
      status: status, output: try String(contentsOfFile: outputPath, encoding: .utf8),
      errors: try String(contentsOfFile: errorsPath, encoding: .utf8))
  }

  /// Runs the program to its end.
  static func run(
    _ arguments: [String], in folder: TemporaryFolder, isInside: Bool = false, environment: [String: String] = [:]
  ) throws -> Result {
    try CommandProcess(arguments, in: folder, isInside: isInside, environment: environment).wait()
  }
}

/// A folder that is removed with the value that holds it.
final class TemporaryFolder {
  let root: URL

  init() throws {
    root = FileManager.default.temporaryDirectory.appendingPathComponent("rival-command-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: root) }

  /// The path of something in the folder.
  func path(_ name: String) -> String { root.appendingPathComponent(name).path }

  /// The bytes of a file in the folder.
  func bytes(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: root.appendingPathComponent(name))) }

  /// Writes a file in the folder.
  func write(_ bytes: [UInt8], _ name: String) throws { try Data(bytes).write(to: root.appendingPathComponent(name)) }

  /// Trains the ring to `step` in the folder `name`, and returns the path of its last checkpoint in the folder.
  func trainRing(_ name: String, to step: Int, _ more: [String] = []) throws -> String {
    let result = try CommandProcess.run(
      ["train", "ring", "--until", "\(step)", "--out", path(name), "--threads", "1", "--quiet"] + more, in: self)
    try #require(result.status == 0, "\(result.errors)")
    return "\(name)/checkpoint-" + String(repeating: "0", count: 8 - "\(step)".count) + "\(step).h5"
  }
}
