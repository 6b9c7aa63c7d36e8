import Foundation
import Rival
import Testing

@testable import RivalCommand

/// What is done with a study beside playing it: tables for a paper, playing it again, and learning rates of each variant's own.
@Suite struct StudyCommandTests {
  private func run(_ arguments: [String], _ folder: TemporaryFolder) throws -> CommandProcess.Result {
    try CommandProcess.run(arguments, in: folder)
  }

  private func compare(_ folder: TemporaryFolder, _ more: [String] = []) throws -> CommandProcess.Result {
    try run(
      [
        "compare", "ring", "--variants", "baseline,r1-penalty:gamma=2", "--seeds", "2", "--until", "6", "--samples", "60", "--evaluations",
        "2",
        "--metric", "energy-distance,mode-coverage", "--jobs", "2", "--out", folder.path("study"),
      ] + more, folder)
  }

  @Test func aStudyIsReportedAndPlayedAgain() throws {
    let folder = try TemporaryFolder()
    let nothing = try run(["report", folder.path("study")], folder)
    #expect(nothing.status == 1 && nothing.errors.contains("name the folder of a study that 'compare' made"))
    let first = try compare(folder)
    #expect(first.status == 0, "\(first.errors)")
    // Before anything ran it was said what two seeds can show.
    #expect(first.errors.contains("cannot show any difference, whatever comes out"))
    let study = folder.path("study")

    let csv = try run(["report", study, "--table", "csv"], folder).output.split(separator: "\n").map(String.init)
    #expect(csv.count == 4 && csv[0].hasPrefix("variant,") && csv[3].hasPrefix("real data,"))
    let latex = try run(["report", study, "--table", "latex", "--part", "differences"], folder).output
    #expect(latex.hasPrefix("\\begin{tabular}{llrrrrl}") && latex.contains("r1-penalty:gamma=2 & ") && latex.contains("\\bottomrule"))
    #expect(try run(["report", study, "--table", "markdown", "--part", "trials"], folder).output.split(separator: "\n").count == 6)
    let methods = try run(["report", study, "--methods"], folder).output.replacing("\n", with: " ")
    for text in [
      "2 variants on 'ring', each with the seeds 1, 2, for 6 rounds with batches of 64", "adam(", "learningRate: ", "r1-penalty(gamma: 2",
      "energy-distance, mode-coverage", "corrected by Holm for all", "rival \(rivalVersion)",
    ] { #expect(methods.contains(text), "\(text) in \(methods)") }
    #expect(try run(["report", study, "--part", "best"], folder).errors.contains("--part best says which table"))
    let again = try run(["report", study], folder).output
    #expect(first.output.hasPrefix(again.split(separator: "\n").prefix(5).joined(separator: "\n")))

    let equal = try run(["reproduce", study, "--jobs", "2"], folder)
    #expect(equal.status == 0, "\(equal.errors)")
    #expect(equal.output.hasPrefix("All 4 runs gave the same numbers: 48 values, equal to the last bit."), "\(equal.output)")
    // Where the study says another number, that is found.
    let result = folder.path("study/trials/baseline/seed-2/result.json")
    let text = try String(contentsOfFile: result, encoding: .utf8)
    let changed = try #require(text.firstRange(of: "\"value\" : 0"))
    try text.replacingCharacters(in: changed, with: "\"value\" : 1").write(toFile: result, atomically: true, encoding: .utf8)
    let different = try run(["reproduce", study, "--jobs", "2"], folder)
    #expect(different.status == 1 && different.output.hasPrefix("3 of 4 runs gave the same numbers."), "\(different.output)")
    #expect(different.output.contains("baseline, seed 2: 1 of 12 values differ, first "), "\(different.output)")
    // Fewer seeds, elsewhere.
    let part = try run(["reproduce", study, "--seeds", "1", "--out", folder.path("again"), "--json"], folder)
    #expect(part.status == 0 && part.output.contains("\"equal\" : true"))
  }

  @Test func eachVariantGetsLearningRatesOfItsOwn() throws {
    let folder = try TemporaryFolder()
    let result = try compare(folder, ["--tune", "1e-3/1e-4, 2e-3,3e-4", "--tune-seeds", "1", "--primary", "energy-distance"])
    #expect(result.status == 0, "\(result.errors)")
    let directory = StudyDirectory(folder.path("study"))
    let study = try #require(try directory.specification())
    let tuning = try #require(study.tuning)
    #expect(tuning.rates == ["0.001/0.0001", "0.002", "0.0003"] && tuning.chosen.count == 2 && tuning.rounds == 6)
    #expect(Set(tuning.seeds).isDisjoint(with: study.seeds) && tuning.seeds.count == 1)
    #expect(study.variants.map(\.label) == ["baseline", "r1-penalty:gamma=2"] && study.referenceIndex == 0)
    // What was chosen is the candidate with the least energy distance.
    let candidates = try #require(try StudyDirectory(folder.path("study/tuning")).results())
    #expect(candidates.variants.count == 6)
    for (index, variant) in study.variants.enumerated() {
      let own = candidates.variants[(3 * index)..<(3 * index + 3)]
      let best = try #require(
        own.min { ($0.summary(of: "energy-distance")?.mean ?? .infinity) < ($1.summary(of: "energy-distance")?.mean ?? .infinity) })
      #expect(variant.optimizers == best.variant.optimizers)
      #expect(variant.optimizers.map(\.player) == ["generator", "discriminator"] && variant.components.count == index)
    }
    #expect(result.output.replacing("\n", with: " ").contains("Each variant runs at its own best of 3 learning rates"))
    // It goes on by its folder alone, and with the same options.
    #expect(try run(["compare", "--out", folder.path("study")], folder).status == 0)
    #expect(try compare(folder, ["--tune", "1e-3/1e-4, 2e-3,3e-4", "--tune-seeds", "1", "--primary", "energy-distance"]).status == 0)
    for (option, says) in [
      ("1e-3", "leaves no choice"), ("1e-3,fast", "'fast' is no pair of learning rates"), ("1e-3,1e-3", "given twice"),
      ("1e-3/2/3,1", "is no pair"), ("0,1", "'0' is no pair"),
    ] {
      let refused = try compare(folder, ["--tune", option, "--out", folder.path("other")])
      #expect(refused.status == 1 && refused.errors.contains(says), "\(option): \(refused.errors)")
    }
    let unknown = try compare(folder, ["--primary", "fidelity", "--out", folder.path("third")])
    #expect(unknown.status == 1 && unknown.errors.contains("nothing that is measured is called 'fidelity'"), "\(unknown.errors)")
  }

  /// After the tuning too, Ctrl-C saves and says how to go on.
  @Test func aTunedStudyCanBeStopped() throws {
    let folder = try TemporaryFolder()
    let process = try CommandProcess(
      [
        "compare", "ring", "--variants", "baseline", "--seeds", "2", "--until", "1500", "--samples", "60", "--evaluations", "1", "--jobs",
        "2",
        "--tune", "1e-3,3e-4", "--tune-seeds", "1", "--metric", "energy-distance", "--out", folder.path("study"),
      ], in: folder)
    let end = ContinuousClock.now + .seconds(120)
    while process.isRunning,
      !process.errorsSoFar.contains("of 2 trials done, 2 running") || !process.errorsSoFar.contains("Each variant runs")
    {
      guard ContinuousClock.now < end else { break }
      Thread.sleep(forTimeInterval: 0.02)
    }
    process.interrupt()
    let result = try process.wait()
    #expect(result.status == 130 && result.errors.contains("compare --out "), "\(result.errors)")
    #expect(try run(["compare", "--out", folder.path("study")], folder).status == 0)
  }

  @Test func anAblationSaysWhatEachPartDoes() throws {
    let folder = try TemporaryFolder()
    let study = """
      problem: dirac
      ablation: {leaveOneOut: [r1-penalty, gradient-clipping, weight-clipping]}
      seeds: 2
      rounds: 6
      samples: 60
      evaluations: 2
      metrics: [energy-distance]
      """
    try study.write(toFile: folder.path("study.yaml"), atomically: true, encoding: .utf8)
    let out = folder.path("study")
    let result = try run(["compare", folder.path("study.yaml"), "--jobs", "2", "--out", out], folder)
    #expect(result.status == 0, "\(result.errors)")
    // Four comparisons with the baseline, and three removals.
    #expect(result.errors.contains("7 comparisons with 2 seeds cannot show any difference"), "\(result.errors)")
    let whole = "r1-penalty+gradient-clipping+weight-clipping"
    #expect(
      result.output.replacing("\n", with: " ").contains(
        "Energy distance of \(whole): of no part is it shown that leaving it out changes anything"))
    let table = try run(["report", out, "--table", "csv", "--part", "ablation"], folder).output.split(separator: "\n").map(String.init)
    #expect(table[0] == "without,measure,change,interaction,P,p,p (Holm),says" && table.count == 4)
    #expect(table[1].hasPrefix("r1-penalty,energy distance,") && table[3].hasPrefix("weight-clipping,"))
    let markdown = try run(["report", out, "--table", "markdown", "--part", "ablation"], folder).output
    #expect(markdown.hasPrefix("| without "))
    let page = try String(contentsOfFile: out + "/report.html", encoding: .utf8)
    #expect(page.contains("What each part does") && page.contains("corrected over all 7 comparisons of the page"))
    let found = try #require(try StudyDirectory(out).results())
    #expect(
      found.attributions?.map(\.remaining) == [
        "gradient-clipping+weight-clipping", "r1-penalty+weight-clipping", "r1-penalty+gradient-clipping",
      ])
    let none = try compare(folder)
    #expect(none.status == 1, "another study is there")
  }

  @Test func figuresAreWrittenForAPaper() throws {
    let folder = try TemporaryFolder()
    #expect(try compare(folder).status == 0)
    let study = folder.path("study")
    let drawings = try FileManager.default.contentsOfDirectory(atPath: study + "/figures").sorted()
    let svg = try run(["report", study, "--figures", folder.path("svg")], folder)
    #expect(svg.status == 0 && svg.output.isEmpty, "\(svg.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("svg")).sorted() == drawings)
    for name in drawings {
      #expect(
        try Data(contentsOf: URL(fileURLWithPath: folder.path("svg/\(name)")))
          == Data(contentsOf: URL(fileURLWithPath: "\(study)/figures/\(name)")))
    }
    #expect(try run(["report", study, "--format", "pdf"], folder).errors.contains("say with --figures where they go"))
    #expect(try run(["report", folder.path("none"), "--figures", folder.path("x")], folder).status == 1)
    // Colours that only browsers know are those of a light page.
    #expect(FigureFiles.withoutVariables("fill:#222;fill:var(--ink,#222)") == "fill:#222;fill:#222")
    let missing = try CommandProcess.run(
      ["report", study, "--figures", folder.path("pdf"), "--format", "pdf"], in: folder, environment: ["PATH": "/nowhere"])
    #expect(missing.status == 1 && missing.errors.contains("apt-get install librsvg2-bin"), "\(missing.errors)")
    guard FileManager.default.isExecutableFile(atPath: "/usr/bin/rsvg-convert") else {
      print("rsvg-convert is not there: the test of PDF figures is skipped")
      return
    }
    let pdf = try run(["report", study, "--figures", folder.path("pdf"), "--format", "pdf", "--table", "csv"], folder)
    #expect(pdf.status == 0 && pdf.output.hasPrefix("variant,"), "\(pdf.errors)")
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path("pdf")).sorted() == drawings.map { $0.dropLast(3) + "pdf" })
    let chart = try #require(drawings.first { $0.hasPrefix("energy-distance") })
    let file = folder.path("pdf/\(chart.dropLast(3))pdf")
    let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
    #expect(bytes.prefix(5) == Data("%PDF-".utf8) && bytes.count > 2_000)
    guard FileManager.default.isExecutableFile(atPath: "/usr/bin/pdftotext") else {
      print("pdftotext is not there: the text of PDF figures is not looked at")
      return
    }
    let (process, text) = (Process(), Pipe())
    process.executableURL = URL(fileURLWithPath: "/usr/bin/pdftotext")
    process.arguments = [file, "-"]
    process.standardOutput = text
    try process.run()
    let words = String(decoding: text.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(words.contains("r1-penalty:gamma=2") && words.lowercased().contains("energy distance"), "\(words)")
  }
}
