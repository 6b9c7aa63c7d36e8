import Foundation

// Reads changed files in processes of their own, and counts what becomes of them:
//   rival-fuzz [FORMAT…]
// RIVAL_FUZZ_SECONDS says how long, 60 by default; RIVAL_FUZZ_SEED which files, 1 by default. Files that crash a reader, or keep it longer than two
// seconds, are left in .build/fuzz. Ends with status 1 where there were some.

signal(SIGPIPE, SIG_IGN)
let arguments = Array(CommandLine.arguments.dropFirst())
if arguments.first == "--worker", arguments.count == 2 { Worker.run(files: arguments[1]) }

let environment = ProcessInfo.processInfo.environment
let seconds = environment["RIVAL_FUZZ_SECONDS"].flatMap { Double($0) } ?? 60
let seed = environment["RIVAL_FUZZ_SEED"].flatMap { UInt64($0) } ?? 1
let names = FuzzedFormat.all.map(\.name)
if let unknown = arguments.first(where: { !names.contains($0) }) {
  say("there is no format '\(unknown)'; choose from \(names.joined(separator: ", "))")
  exit(2)
}

/// How many files a worker is given at a time.
let batch = 32

/// Prints a line at once.
func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

/// What became of the files of a format.
struct Tally {
  var files = 0
  var read = 0
  var refused = 0
  var crashes = 0
  var hangs = 0
  var slowest = 0.0
}

let folder = ".build/fuzz"
try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
let formats = FuzzedFormat.all.indices.filter { arguments.isEmpty || arguments.contains(names[$0]) }
var isClean = true
say("format            files      read   refused  crashes  hangs  slowest")
for format in formats {
  let fuzzed = FuzzedFormat.all[format]
  let seeds = try fuzzed.seeds()
  // In memory where that can be, because a disk would be what is tried.
  let files = (FileManager.default.isWritableFile(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()) + "/rival-fuzz-\(getpid())"
  var tally = Tally()
  var worker = try WorkerProcess(files: files)
  let end = ContinuousClock.now + .seconds(seconds / Double(formats.count))
  while ContinuousClock.now < end {
    var contents: [[UInt8]] = []
    for place in 0..<batch {
      // Each file is a function of the seed and its number.
      var random = SeededGenerator(seed: seed &* 0x1_0000_0000 &+ UInt64(tally.files + place))
      let changed = Mutation.mutated(seeds, &random)
      contents.append(Int.random(in: 0..<4, using: &random) == 0 ? changed : fuzzed.repair(changed))
      try Data(contents[place]).write(to: URL(fileURLWithPath: Worker.path(files, place, fuzzed)))
    }
    worker.ask(format: format, files: 0..<batch)
    for place in 0..<batch {
      let start = ContinuousClock.now
      var outcome = worker.answer(seconds: 2)
      if case .hang = outcome {
        // On a busy machine nothing is known before it happens again.
        worker = try WorkerProcess(files: files)
        worker.ask(format: format, files: place..<batch)
        outcome = worker.answer(seconds: 2)
      }
      tally.slowest = max(tally.slowest, (ContinuousClock.now - start) / .seconds(1))
      tally.files += 1
      var found: String?
      switch outcome {
      case .read: tally.read += 1
      case .refused: tally.refused += 1
      case .crash(let how):
        tally.crashes += 1
        found = how
      case .hang:
        tally.hangs += 1
        found = "longer than 2 seconds"
      }
      guard let found else { continue }
      isClean = false
      let kept = "\(folder)/\(seed)-\(tally.files).\(fuzzed.name)"
      try Data(contents[place]).write(to: URL(fileURLWithPath: kept))
      say("\(kept): \(found)")
      worker = try WorkerProcess(files: files)
      worker.ask(format: format, files: place + 1..<batch)
    }
  }
  for place in 0..<batch { try? FileManager.default.removeItem(atPath: Worker.path(files, place, fuzzed)) }
  func cell(_ value: Int, _ width: Int) -> String { String(repeating: " ", count: max(0, width - "\(value)".count)) + "\(value)" }
  let name = fuzzed.name + String(repeating: " ", count: max(1, 12 - fuzzed.name.count))
  say(
    name + cell(tally.files, 11) + cell(tally.read, 10) + cell(tally.refused, 10) + cell(tally.crashes, 9) + cell(tally.hangs, 7)
      + "   \((tally.slowest * 1000).rounded() / 1000) s")
}
exit(isClean ? 0 : 1)
