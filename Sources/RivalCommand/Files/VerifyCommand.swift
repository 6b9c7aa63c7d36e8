import ArgumentParser
import Foundation
import Rival

/// `verify`: whether checkpoints are sound, and where not.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Checks everything in a checkpoint, or in all of a folder, that can be checked.",
    discussion: """
      Header, length and digest; the structure with its checksums; the layout; the checksum of every tensor; and whether the composition \
      can be read. What is broken is named with the object and the byte. Exit status 1 where something is.
      """)

  @Argument(help: ArgumentHelp("A checkpoint, or a run's folder.", valueName: "file.h5|dir"))
  var path: String

  @Flag(help: "Write one JSON document on standard output.")
  var json = false

  func run() throws {
    let files = try files()
    let registry = CommandContext.current.registry
    var documents: [JSONValue] = []
    var broken = 0
    for file in files {
      let found = CheckpointFile.examine(file)
      var problems = found.problems.map { problem in
        JSONValue.object([
          "kind": .string(problem.kind.rawValue), "object": .optional(problem.object), "text": .string(Self.text(problem, file)),
        ])
      }
      if let problem = Self.compositionProblem(found.contents, registry) {
        problems.append(.object(["kind": .string("composition"), "object": .string("/config"), "text": .string(problem)]))
      }
      if !problems.isEmpty { broken += 1 }
      documents.append(
        .object([
          "path": .string(file), "valid": .bool(problems.isEmpty), "step": found.header.map { .count($0.step) } ?? .null,
          "fileBytes": .count(found.fileLength), "tensors": found.contents.map { .count($0.tensors.count) } ?? .null,
          "sha256": .optional(found.header?.digestText), "edited": .optional(found.contents?.edited), "problems": .array(problems),
        ]))
      if !json { show(file, found, problems) }
    }
    if json { try Console.result(.object(["valid": .bool(broken == 0), "files": .array(documents)])) }
    if !json, files.count > 1 { Console.result("\(files.count) files, \(broken == 0 ? "all sound" : "\(broken) of them broken")") }
    if broken > 0 { throw ExitStatus.failure.code }
  }

  /// The files to look at: all of a folder that bear the ending of checkpoints.
  private func files() throws -> [String] {
    guard SavedRun.isFolder(path) else { return [path] }
    let names = try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasSuffix(".h5") && !$0.hasPrefix(".") }.sorted()
    guard !names.isEmpty else { throw CommandFailure("\(path): the folder holds no checkpoints; name one, or a run's folder") }
    return names.map { path + "/" + $0 }
  }

  private func show(_ file: String, _ found: CheckpointExamination, _ problems: [JSONValue]) {
    let step = found.header.map { "step \($0.step), " } ?? ""
    guard problems.isEmpty, let contents = found.contents else {
      Console.result("\(file): broken; \(step)\(NumberText.fixed(Double(found.fileLength), digits: 0)) bytes")
      for problem in problems { Console.result("  " + (problem.members["text"]?.plain ?? "")) }
      return
    }
    Console.result(
      "\(file): sound; \(step)digest, structure, layout, composition and \(contents.tensors.count) tensors match"
        + (contents.edited.map { "; edited by another tool \($0)" } ?? ""))
  }

  /// An error without the file, which stands before it already.
  private static func text(_ error: CheckpointError, _ file: String) -> String {
    var copy = error
    if copy.file == file { copy.file = nil }
    return copy.description
  }

  /// Why the composition cannot be read, where the file holds a whole run.
  private static func compositionProblem(_ contents: CheckpointContents?, _ registry: Registry) -> String? {
    guard let contents, contents.configuration("training") != nil else { return nil }
    do {
      _ = try StoredRun(contents, registry: registry)
      return nil
    } catch {
      return "the composition cannot be read: \(error)"
    }
  }
}
