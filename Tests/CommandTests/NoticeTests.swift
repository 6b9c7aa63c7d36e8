import Foundation
import Rival
import Testing

@testable import RivalCommand

/// What reading the data left out is said by every command that reads it, once; and who asks for no locks gets none.
@Suite struct NoticeTests {
  /// A folder of 24 images, four of a class's brightness, and one file that is none.
  private func images(in folder: TemporaryFolder) throws -> String {
    try FileManager.default.createDirectory(atPath: folder.path("images"), withIntermediateDirectories: true)
    for index in 0..<24 {
      let pixels = (0..<64).map { UInt8(($0 * 3 + index * 5) % 256) }
      try PNGImage(width: 8, height: 8, channels: 1, pixels: pixels).write(to: folder.path("images/\(100 + index).png"))
    }
    try folder.write(Array("no image".utf8), "images/broken.png")
    return folder.path("images")
  }

  @Test func everyCommandThatReadsTheDataSaysWhatWasLeftOut() throws {
    let folder = try TemporaryFolder()
    let problem = "images:folder=\(try images(in: folder)),size=8,skipsBroken=true"
    let run = folder.path("run")
    let file = run + "/checkpoint-00000002.h5"
    let commands = [
      ["train", problem, "--until", "2", "--batch", "4", "--out", run, "--quiet"], ["resume", run, "--until", "3", "--quiet"],
      ["diagnose", file, "--only", "discriminator-outputs"], ["replay", file],
      ["branch", file, "--with", "r1-penalty", "--out", folder.path("branch")],
      ["compare", problem, "--variants", "baseline", "--seeds", "1", "--until", "1", "--batch", "4", "--evaluations", "1", "--out"]
        + [folder.path("study")],
    ]
    for command in commands {
      let result = try CommandProcess.run(command + (command[0] == "compare" ? [] : ["--threads", "1"]), in: folder)
      #expect(result.status == 0, "\(command): \(result.errors)")
      let said = result.errors.components(separatedBy: "1 of 25 images are left out, because they cannot be read: ")
      #expect(said.count == 2 && said.last?.contains("broken.png") == true, "\(command): \(result.errors)")
    }
  }

  @Test func trialsGoOnWithoutLocksWhereTheirStudyDoes() throws {
    let study = StudySpecification(problem: "ring", variants: [.baseline], seeds: [1], rounds: 1, batchSize: 8)
    func arguments(unlocked: Bool) -> [String] {
      CompareTrials.launch(
        study.trials, of: study, in: StudyDirectory("x"), on: .cpu, unlocked: unlocked, executable: "rival"
      ).arguments
    }
    #expect(arguments(unlocked: true) == arguments(unlocked: false) + ["--unlocked"])
    let folder = try TemporaryFolder()
    let result = try CommandProcess.run(
      ["compare", "ring", "--variants", "baseline", "--seeds", "1", "--until", "2", "--samples", "50", "--evaluations", "1", "--unlocked"]
        + ["--out", folder.path("study")], in: folder)
    #expect(result.status == 0, "\(result.errors)")
  }
}
