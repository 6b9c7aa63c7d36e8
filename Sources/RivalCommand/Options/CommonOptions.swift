import ArgumentParser
import Rival

/// What every command that computes takes.
struct CommonOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Threads to divide the work among; by default as many as OMP_NUM_THREADS or the machine says.", valueName: "n"))
  var threads: Int?

  @Option(
    help: ArgumentHelp(
      "Where to compute: \(CommandContext.current.devices.map(\.name).joined(separator: ", ")); by default what RIVAL_DEVICE says, else cpu.",
      valueName: "name"))
  var device: String?

  @Option(
    help: ArgumentHelp(
      "What the operands of products are rounded to: \(Precision.allCases.map(\.rawValue).joined(separator: ", ")), where the device can; float32 "
        + "by default.", valueName: "name"))
  var precision: String?

  @Flag(help: "On a GPU: let sums come in any order, so that a run need not repeat to the bit.")
  var fast = false

  @Flag(help: "Write one JSON document on standard output; everything else goes to standard error.")
  var json = false

  /// Where to compute.
  ///
  /// - Throws: `TensorError` that lists the devices, where there is none of the name.
  var chosenDevice: Device {
    get throws {
      let device = try CommandContext.current.device(named: device, fast: fast)
      return try precision.map { try device.computing(in: .named($0)) } ?? device
    }
  }

  func validate() throws {
    if let threads, !CPU.threadCounts.contains(threads) {
      throw ValidationError("--threads is \(threads), but must be from 1 to \(CPU.threadCounts.upperBound)")
    }
  }

  /// Gives the work of the calling thread as many threads as were asked for.
  func setThreadCount() {
    if let threads { CPU.setThreadCount(threads) }
  }
}
