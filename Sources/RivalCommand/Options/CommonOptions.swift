import ArgumentParser
import Rival

/// What every command that computes takes.
struct CommonOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Threads to divide the work among; by default as many as OMP_NUM_THREADS or the machine says.", valueName: "n"))
  var threads: Int?

  @OptionGroup var place: DeviceOptions

  @Flag(help: "Write one JSON document on standard output; everything else goes to standard error.")
  var json = false

  /// Where to compute; see ``DeviceOptions/chosen``.
  var chosenDevice: Device {
    get throws { try place.chosen }
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
