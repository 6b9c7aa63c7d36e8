import ArgumentParser
import Foundation
import Rival

/// What figures for a paper are written as.
enum FigureFormat: String, CaseIterable, ExpressibleByArgument {
  case svg, pdf
}

/// A report's figures as files for a paper.
///
/// PDF files are made by librsvg's `rsvg-convert`: vectors, with the fonts embedded that publishers ask for.
struct FigureFiles {
  private let folder: String

  /// The figures of a study's report, which `compare` left in its folder.
  init(of study: StudyDirectory) { folder = study.figuresPath }

  /// Writes each figure into `target`, which is made where it is missing.
  ///
  /// - Returns: the files, by name.
  /// - Throws: ``CommandFailure`` where there are no figures, a file cannot be written, or the program that makes PDF files is missing.
  func write(to target: String, as format: FigureFormat) throws -> [String] {
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(".svg") }.sorted()
    guard !names.isEmpty else {
      throw CommandFailure("there are no figures in '\(folder)'; 'compare --out' writes them with the report")
    }
    let files = names.map { "\(target)/\($0.dropLast(3))\(format.rawValue)" }
    do {
      try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
      for (name, file) in zip(names, files) {
        let svg = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
        let data = format == .pdf ? try Self.pdf(of: svg) : Data(svg.utf8)
        try data.write(to: URL(fileURLWithPath: file), options: .atomic)
      }
    } catch let error as CocoaError {
      throw CommandFailure("\(target): the figures cannot be written (\(error.localizedDescription)); check the folder and the free space")
    }
    return files
  }

  /// A drawing as a PDF document.
  static func pdf(of svg: String) throws -> Data {
    guard let tool = executable("rsvg-convert") else {
      throw CommandFailure(
        "PDF files are made by rsvg-convert, which is not there; install it (Debian: apt-get install librsvg2-bin), or take --format svg")
    }
    let files = (0..<2).map { _ in FileManager.default.temporaryDirectory.appendingPathComponent("rival-\(UUID().uuidString)").path }
    defer { for file in files { try? FileManager.default.removeItem(atPath: file) } }
    try Data(withoutVariables(svg).utf8).write(to: URL(fileURLWithPath: files[0]))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: tool)
    process.arguments = ["--format", "pdf", "--output", files[1], files[0]]
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0, let data = FileManager.default.contents(atPath: files[1]) else {
      throw CommandFailure("rsvg-convert could not read the drawing: \(text.split(separator: "\n").first ?? "it said nothing")")
    }
    return data
  }

  /// The drawing with the colours of a light page in the place of a page's variables, which only browsers know.
  static func withoutVariables(_ svg: String) -> String { svg.replacing(/var\(--[A-Za-z0-9-]+, ?([^()]*)\)/) { "\($0.1)" } }

  /// The path of a program that the shell would find.
  private static func executable(_ name: String) -> String? {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }
}
