import Foundation
import Testing

/// What a user can get wrong: one short paragraph that names what is meant, the right status, and nothing on standard output.
@Suite struct RefusalTests {
  struct Refusal: Sendable, CustomTestStringConvertible {
    var arguments: [String]
    var says: [String]
    var status: Int32 = 1
    var testDescription: String { arguments.joined(separator: " ") }
  }

  static let refusals = [
    Refusal(arguments: ["--heuristic", "r1-penalti"], says: ["'r1-penalti'", "did you mean 'r1-penalty'"]),
    Refusal(arguments: ["--heuristic", "r1-penalty:gama=3"], says: ["no field 'gama'", "did you mean 'gamma'"]),
    Refusal(arguments: ["--heuristic", "r1-penalty:gamma=much"], says: ["'much'", "must be a number"]),
    Refusal(
      arguments: ["--loss", "adam"], says: ["'adam' is an optimizer, not a loss", "non-saturating", "--optimizer"]),
    Refusal(arguments: ["--update", "hinge"], says: ["'hinge' is a loss, not an update rule", "alternating"]),
    Refusal(arguments: ["--optimizer", "adam:beta1=2"], says: ["beta1", "2"]),
    Refusal(arguments: ["--data", "/tmp"], says: ["ring draws its data itself"]),
    Refusal(arguments: ["--batch", "0"], says: ["batch size is 0"]),
    Refusal(arguments: ["--keep", "1"], says: ["--keep is 1"], status: 64),
    Refusal(arguments: ["--device", "tpu"], says: ["there is no device 'tpu'; there are: cpu, reference"]),
    Refusal(arguments: ["--threads", "0"], says: ["--threads is 0"], status: 64),
    Refusal(arguments: ["--no-such-option"], says: ["--no-such-option"], status: 64),
  ]

  @Test(arguments: refusals) func refusesOptions(_ refusal: Refusal) throws {
    let folder = try TemporaryFolder()
    let result = try CommandProcess.run(
      ["train", "ring", "--until", "2", "--out", folder.path("run")] + refusal.arguments, in: folder)
    #expect(result.status == refusal.status)
    #expect(result.output.isEmpty)
    for text in refusal.says { #expect(result.errors.contains(text), "\(result.errors)") }
    #expect(!FileManager.default.fileExists(atPath: folder.path("run")), "nothing was made")
  }

  @Test func refusesUnknownNames() throws {
    let folder = try TemporaryFolder()
    let commands = [
      (["train", "rong", "--until", "1", "--out", folder.path("run")], "ring, grid, swiss-roll, mnist, images, dirac"),
      (["train", "mnist", "--until", "1", "--out", folder.path("run")], "--data DIR"),
      (["bench", "mlp"], "mlp-ring, dcgan32"),
      (["plugins", "describe", "adm"], "did you mean 'adam'?"),
      (["resume", folder.path("absent"), "--until", "1"], "no such file or folder"),
    ]
    for (arguments, text) in commands {
      let result = try CommandProcess.run(arguments, in: folder)
      #expect(result.status == 1)
      #expect(result.errors.hasPrefix("error: ") && result.errors.contains(text), "\(result.errors)")
    }
  }

  @Test func refusesFilesThatAreNoSoundCheckpoints() throws {
    let folder = try TemporaryFolder()
    let good = try folder.bytes(try folder.trainRing("run", to: 2))
    var flipped = good
    flipped[good.count / 2] ^= 0x10
    try folder.write(flipped, "flipped.h5")
    try folder.write(Array(good.dropLast(1000)), "truncated.h5")
    try folder.write([], "empty.h5")
    try folder.write(Array(String(repeating: "no checkpoint\n", count: 60).utf8), "text.h5")
    let expected = [
      ("flipped.h5", "do not match their digest"), ("truncated.h5", "cut short"), ("empty.h5", "is empty"),
      ("text.h5", "looks like a text file"),
    ]
    for (name, text) in expected {
      let commands = [
        ["inspect", folder.path(name)], ["resume", folder.path(name), "--until", "3"],
        ["sample", folder.path(name), "--count", "1", "--out", folder.path("x.csv")],
      ]
      for arguments in commands {
        let result = try CommandProcess.run(arguments, in: folder)
        #expect(result.status == 1)
        #expect(result.errors.hasPrefix("error: \(folder.path(name)): "), "\(result.errors)")
        #expect(result.errors.contains(text), "\(result.errors)")
        #expect(result.output.isEmpty)
      }
      #expect(try CommandProcess.run(["diff", folder.path(name), folder.path(name)], in: folder).status == 2)
    }
  }

  @Test func refusesAFolderThatHoldsARun() throws {
    let folder = try TemporaryFolder()
    let checkpoint = try folder.trainRing("run", to: 1)
    let before = try folder.bytes(checkpoint)
    let result = try CommandProcess.run(
      ["train", "ring", "--until", "9", "--out", folder.path("run")], in: folder)
    #expect(result.status == 1)
    #expect(result.errors.contains("resume \(folder.path("run")) --until 9"), "\(result.errors)")
    #expect(try folder.bytes(checkpoint) == before)
  }
}
