import ArgumentParser
import Rival

/// What every command that computes takes.
struct CommonOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Threads to compute with; by default as many as OMP_NUM_THREADS or the machine says.", valueName: "n"))
  var threads: Int?

  @Flag(help: "Write one JSON document on standard output; everything else goes to standard error.")
  var json = false

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads is \(threads), but must be from 1 to 1024")
    }
  }
}
