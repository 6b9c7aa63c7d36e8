import Foundation
import Rival
import Testing

@testable import RivalCommand

/// What commands say of the machine and put on it: `doctor`, `completions`, `manual`.
@Suite struct MachineTests {
  private func checks(_ environment: [String: String] = [:]) throws -> (status: Int32, checks: [String: JSONValue]) {
    let folder = try TemporaryFolder()
    let result = try CommandProcess.run(["doctor", "--json"], in: folder, isInside: true, environment: environment)
    let document = try JSONDecoder().decode(JSONValue.self, from: Data(result.output.utf8))
    guard case .array(let list)? = document.members["checks"] else { return (result.status, [:]) }
    #expect(document.members["healthy"] == .bool(result.status == 0))
    return (result.status, Dictionary(list.map { ($0.members["name"]?.plain ?? "", $0) }, uniquingKeysWith: { $1 }))
  }

  @Test func aSoundMachineIsSound() throws {
    let (status, checks) = try checks()
    #expect(status == 0)
    #expect(checks["HDF5"]?.members["state"] == .string("fine"))
    #expect(checks["build"]?.members["found"] == .string("Rival \(rivalVersion), release"))
    let product = try #require(checks["matrix product"])
    #expect(product.members["state"] != .string("broken") && product.members["found"]?.plain.hasSuffix("a second, and right") == true)
    let libraries = checks["libraries"]?.members["found"]?.plain ?? ""
    for name in ["HDF5 1.", "libpng 1.", "zlib 1.", "OpenBLAS 0."] { #expect(libraries.contains(name), "\(libraries)") }
  }

  @Test func whatIsBrokenEndsWithOneAndSaysWhatToDo() throws {
    let (status, checks) = try checks(["TMPDIR": "/nowhere"])
    #expect(status == 1)
    #expect(checks["HDF5"]?.members["state"] == .string("broken"))
    #expect(checks["HDF5"]?.members["remedy"]?.plain.contains("or set TMPDIR to another folder") == true)
  }

  @Test func tooManyThreadsAreAWarning() throws {
    let (status, checks) = try checks(["OMP_NUM_THREADS": "999"])
    #expect(status == 0)
    #expect(checks["threads"]?.members["state"] == .string("warning"))
    #expect(checks["threads"]?.members["found"]?.plain.hasPrefix("999 for ") == true)
  }

  @Test func dataThatCannotBeReadIsBroken() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.path("data/mnist"), withIntermediateDirectories: true)
    try folder.write([1, 2, 3], "data/mnist/train-images-idx3-ubyte")
    let result = try CommandProcess.run(["doctor"], in: folder, isInside: true)
    #expect(result.status == 1)
    #expect(result.output.contains("✗ data of mnist") && result.output.contains("To do: mend the folder"), "\(result.output)")
  }

  @Test(arguments: [
    ("bash", ".local/share/bash-completion/completions/rival"), ("zsh", ".zfunc/_rival"), ("fish", ".config/fish/completions/rival.fish"),
  ])
  func completionsAreInstalled(_ shell: String, _ path: String) throws {
    let folder = try TemporaryFolder()
    let environment = ["HOME": folder.root.path, "SHELL": "/bin/\(shell)", "XDG_DATA_HOME": "", "XDG_CONFIG_HOME": ""]
    let result = try CommandProcess.run(["completions", "install"], in: folder, environment: environment)
    #expect(result.status == 0 && result.output.contains(folder.path(path)), "\(result.errors)")
    let script = try String(contentsOfFile: folder.path(path), encoding: .utf8)
    for word in ["train", "--heuristic", "r1-penalty", "swiss-roll"] where shell != "fish" || !word.hasPrefix("--") {
      #expect(script.contains(word), "\(word)")
    }
    #expect(try CommandProcess.run(["completions", "show"], in: folder, environment: environment).output == script)
    let unknown = try CommandProcess.run(
      ["completions", "install"], in: folder, environment: environment.merging(["SHELL": "/bin/ksh"]) { $1 })
    #expect(unknown.status == 1 && unknown.errors.contains("name one of them with --shell"))
  }

  @Test func theManualHasEveryCommandAndOption() throws {
    let folder = try TemporaryFolder()
    let result = try CommandProcess.run(
      ["manual", "install"], in: folder, environment: ["HOME": folder.root.path, "XDG_DATA_HOME": ""])
    #expect(result.status == 0 && result.output.contains("man rival"), "\(result.errors)")
    let page = try String(contentsOfFile: folder.path(".local/share/man/man1/rival.1"), encoding: .utf8)
    #expect(page.hasPrefix(".TH RIVAL 1 \"\" \"Rival \(rivalVersion)\""))
    let help = try CommandProcess.run(["--help"], in: folder).output
    let commands = try #require(help.components(separatedBy: "SUBCOMMANDS:").last).split(separator: "\n").filter {
      $0.hasPrefix("  ") && !$0.hasPrefix("   ")
    }
    .compactMap { $0.split(separator: " ").first }.filter { $0 != "See" }
    #expect(commands.count > 20)
    for command in commands { #expect(page.contains("\n.SS rival \(command)"), "\(command)") }
    #expect(page.contains(".B \\-\\-checkpoint\\-every <rounds>\nSave every so many rounds"))
    #expect(!page.contains("rival trial"), "a command that is not listed")
  }
}
