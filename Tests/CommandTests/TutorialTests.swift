import Foundation
import Rival
import Testing

@testable import RivalCommand

/// `Docs/your-own-data.md`, done as it is written: every command, in order, on a table of its own.
@Suite struct TutorialTests {
  /// The commands of the blocks that follow `<!-- tutorial -->`, without the program's name.
  private static func commands() throws -> [[String]] {
    let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Docs/your-own-data.md")
    let text = try String(contentsOf: page, encoding: .utf8)
    let blocks = text.components(separatedBy: "<!-- tutorial -->\n```\n").dropFirst().compactMap {
      $0.components(separatedBy: "\n```").first
    }
    return blocks.flatMap { $0.split(separator: "\n") }.map { line in
      let words = line.split(separator: " ").map(String.init)
      #expect(words.first == "rival", "\(line)")
      return Array(words.dropFirst())
    }
  }

  /// Two groups of flowers: lengths about 5 and 6.5, widths about 3.4 and 2.9.
  private static func writeTable(_ path: String) throws {
    let key = Key(seed: 4)
    func noise(_ name: String, _ row: Int) -> Float { (0..<12).reduce(-6) { $0 + key.derived(name).uniform(element: 12 * row + $1) } }
    let rows = (0..<600).flatMap { row -> [Float] in
      row.isMultiple(of: 2)
        ? [5 + 0.3 * noise("length", row), 3.4 + 0.3 * noise("width", row)]
        : [6.5 + 0.4 * noise("length", row), 2.9 + 0.3 * noise("width", row)]
    }
    try CSVFile(rows, columns: 2, header: ["length", "width"]).write(to: path)
  }

  @Test func fromATableToAFigure() throws {
    let folder = try TemporaryFolder()
    try Self.writeTable(folder.path("measured.csv"))
    let commands = try Self.commands()
    #expect(commands.map(\.first) == ["summary", "train", "sample", "metrics", "diagnose", "compare"])
    var outputs: [String: String] = [:]
    for command in commands {
      let result = try CommandProcess.run(command, in: folder, isInside: true, environment: ["OMP_NUM_THREADS": "1"])
      try #require(result.status == 0, "\(command.joined(separator: " ")): \(result.errors)")
      outputs[command[0]] = result.output
    }
    // Two hidden layers of 128: 16·128 + 128 + 128·128 + 128 + 128·2 + 2, and 2·128 + 128 + 128·128 + 128 + 128 + 1.
    #expect(outputs["summary"]?.contains("18,946 parameters") == true && outputs["summary"]?.contains("17,025 parameters") == true)
    #expect(try SavedRun(folder.path("runs/measured")).contents.step == 4_000)

    let table = try CSVFile(reading: folder.path("measured.csv"))
    let samples = try CSVFile(reading: folder.path("generated.csv"))
    #expect(samples.rows == 400 && samples.columns == 2)
    let distance = try EnergyDistance().measured(
      SampleSet(samples.values, dimension: 2), against: SampleSet(table.values, dimension: 2), repeats: 0, key: Key(seed: 1))
    #expect(try #require(distance.first).value < 0.1, "samples at the origin are 5 away")
    #expect(outputs["metrics"]?.contains("energy-distance") == true && outputs["metrics"]?.contains("null, 95 %") == true)

    for page in ["diagnosis.html", "runs/compare-measured/report.html"] {
      #expect(try String(contentsOfFile: folder.path(page), encoding: .utf8).contains("<svg"), "\(page)")
    }
    let results = try JSONDecoder().decode(
      JSONValue.self, from: Data(contentsOf: URL(fileURLWithPath: folder.path("runs/compare-measured/results.json"))))
    guard case .array(let trials)? = results.members["trials"], case .array(let variants)? = results.members["variants"] else {
      Issue.record("results.json has no trials or variants")
      return
    }
    #expect(trials.count == 4 && variants.count == 2)
  }
}
