import Foundation
import Rival
import Testing

@testable import RivalCommand

/// What reaches a terminal commands nothing there and has an end; a process that cannot write says so, and loses nothing.
@Suite struct TerminalTests {
  @Test func controlCharactersAreWrittenOut() {
    #expect(TerminalText.shown("a\u{1B}[31mb\u{7}\u{9B}c\u{202E}d\re\tf\ng") == "a\\u{1B}[31mb\\u{7}\\u{9B}c\\u{202E}d\\u{D}e\tf\ng")
    #expect(TerminalText.shown("ä → 中 😀") == "ä → 中 😀")
    #expect(TerminalText.shown(json: "{\n  \"a\": \"x\u{9B}\u{202E}y\u{7F}\"\n}") == "{\n  \"a\": \"x\\u009B\\u202Ey\\u007F\"\n}")
  }

  @Test func longTextIsShortenedInTheMiddle() {
    let long = String(repeating: "a", count: 50_000) + "end"
    let shown = TerminalText.shown(long)
    #expect(shown.count < 4_100 && shown.hasSuffix("end") && shown.contains("… (46003 characters left out) …"))
    let lines = TerminalText.shown((1...20_000).map(String.init).joined(separator: "\n")).split(separator: "\n")
    #expect(lines.count == 5_001 && lines.first == "1" && lines.last == "20000" && lines[2_500] == "… (15000 lines left out) …")
    #expect(TerminalText.shown(String(repeating: "b", count: 4_000)).count == 4_000)
  }

  @Test func errorsFromNamesAndFilesAreShown() throws {
    let folder = try TemporaryFolder()
    let name = "x\u{1B}]0;owned\u{7}" + String(repeating: "y", count: 3_000)
    let result = try CommandProcess.run(["train", name, "--until", "1", "--out", folder.path("r")], in: folder)
    #expect(result.status == 1 && !result.errors.contains("\u{1B}") && !result.errors.contains("\u{7}"))
    #expect(result.errors.contains("x\\u{1B}]0;owned\\u{7}yyy"))
    // A component whose name is longer than any file should hold: an answer at once.
    let long = String(repeating: "z", count: 100_000)
    let clock = ContinuousClock()
    let time = try clock.measure {
      let result = try CommandProcess.run(["train", "ring", "--loss", long, "--until", "1", "--out", folder.path("r")], in: folder)
      #expect(result.status == 1 && result.errors.count < 6_000)
    }
    #expect(time < .seconds(10))
  }

  /// Runs a shell line in which `$rival` is the program and `$out` the folder.
  private func shell(_ line: String, _ folder: TemporaryFolder) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", line]
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["rival": CommandProcess.executable, "out": folder.root.path, "OMP_NUM_THREADS": "1"]
    ) { $1 }
    try process.run()
    process.waitUntilExit()
    return process.terminationReason == .uncaughtSignal ? -process.terminationStatus : process.terminationStatus
  }

  @Test func aResultThatCannotBeWrittenIsAFailure() throws {
    let folder = try TemporaryFolder()
    #expect(try shell(#""$rival" plugins list > /dev/full 2> "$out/errors""#, folder) == 1)
    #expect(String(decoding: try folder.bytes("errors"), as: UTF8.self).contains("No space left on device"))
    #expect(try shell(#""$rival" plugins list --json >&- 2> "$out/errors""#, folder) == 1)
    #expect(String(decoding: try folder.bytes("errors"), as: UTF8.self).contains("standard output: it is closed"))
    // A reader that has had enough is no failure.
    #expect(try shell(#"set -o pipefail; "$rival" plugins list 2> /dev/null | head -c 1 > /dev/null"#, folder) == 0)
  }

  @Test func trainingGoesOnAndSavesWhereNobodyReads() throws {
    let folder = try TemporaryFolder()
    let train = #""$rival" train ring --until 40 --checkpoint-every 10 --threads 1 --out "$out/run""#
    #expect(try shell("set -o pipefail; (" + train + #" 2>&1; echo $? > "$out/status") | true"#, folder) >= 0)
    #expect(String(decoding: try folder.bytes("status"), as: UTF8.self) == "0\n")
    #expect(FileManager.default.fileExists(atPath: folder.path("run/checkpoint-00000040.h5")))
    // With all three standard descriptors closed no file takes their place.
    #expect(try shell(train.replacing("run\"", with: "closed\"") + " <&- >&- 2>&-", folder) == 1)
    let closed = folder.path("closed/checkpoint-00000040.h5")
    #expect(try CommandProcess.run(["inspect", closed], in: folder).status == 0)
  }

  @Test func aHangUpSavesAndSaysSo() throws {
    let folder = try TemporaryFolder()
    let line = #"""
      "$rival" train ring --until 100000000 --checkpoint-every 1000 --threads 1 --out "$out/run" > "$out/log" 2>&1 & pid=$!
      for i in $(seq 200); do ls "$out"/run/checkpoint-*.h5 > /dev/null 2>&1 && break; sleep 0.1; done
      kill -HUP $pid; wait $pid; echo $? > "$out/status"
      """#
    _ = try shell(line, folder)
    #expect(String(decoding: try folder.bytes("status"), as: UTF8.self) == "129\n")
    let log = String(decoding: try folder.bytes("log"), as: UTF8.self)
    #expect(log.contains("resume"), "\(log)")
    // Started to outlive its terminal, it does.
    let outliving = #"""
      (trap '' HUP; exec "$rival" train ring --until 400 --threads 1 --out "$out/nohup" > /dev/null 2>&1) & pid=$!
      sleep 0.3; kill -HUP $pid; wait $pid; echo $? > "$out/status"
      """#
    _ = try shell(outliving, folder)
    #expect(String(decoding: try folder.bytes("status"), as: UTF8.self) == "0\n")
  }

  @Test func anArgumentThatIsNoUTF8IsRefused() throws {
    let folder = try TemporaryFolder()
    let status = try shell(
      #"cd "$out"; "$rival" train ring --until 1 --out $'run-\xff' 2> "$out/errors""#, folder)
    #expect(try status == 1 && String(decoding: folder.bytes("errors"), as: UTF8.self).contains("is no UTF-8"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.root.path) == ["errors"])
  }

  @Test func tooFewDescriptorsAreSaid() throws {
    let folder = try TemporaryFolder()
    let line = #"ulimit -n 24; "$rival" compare ring --variants baseline --seeds 8 --jobs 8 --until 2 --out "$out/study" 2> "$out/errors""#
    #expect(try shell(line, folder) == 1)
    #expect(String(decoding: try folder.bytes("errors"), as: UTF8.self).contains("needs up to 96 open files, but this process may open 24"))
  }
}
