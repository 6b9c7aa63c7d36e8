import Foundation
import Rival
import Testing

/// `compare`: any metric, on points and on images, against real samples that training does not see.
@Suite struct CompareCommandTests {
  private func document(_ arguments: [String], _ folder: TemporaryFolder) throws -> [String: JSONValue] {
    let result = try CommandProcess.run(["compare"] + arguments + ["--jobs", "2", "--json"], in: folder)
    #expect(result.status == 0, "\(result.errors)")
    return try JSONDecoder().decode(JSONValue.self, from: Data(result.output.utf8)).members
  }

  private func list(_ value: JSONValue?) -> [[String: JSONValue]] {
    if case .array(let entries) = value { return entries.map(\.members) }
    return []
  }

  /// A folder with two kinds of images of 9 × 9: bright above or to the left, each with some noise.
  private static func writeImages(_ folder: TemporaryFolder) throws {
    try FileManager.default.createDirectory(atPath: folder.path("images"), withIntermediateDirectories: true)
    for index in 0..<60 {
      let pixels = (0..<81).map { place in
        UInt8((index.isMultiple(of: 2) ? place / 9 : place % 9) < 4 ? 180 : 20) + UInt8((place * 7 + index * 13) % 50)
      }
      try PNGImage(width: 9, height: 9, channels: 1, pixels: pixels).write(to: folder.path("images/\(100 + index).png"))
    }
  }

  @Test func anyMetricIsMeasuredOnPoints() throws {
    let folder = try TemporaryFolder()
    let found = try document(
      [
        "ring", "--variants", "baseline,r1-penalty", "--seeds", "2", "--until", "4", "--samples", "100", "--evaluations", "2", "--metric",
        "vendi-score,precision-recall:neighbors=4,ball=closed", "--metric", "mode-coverage", "--out", folder.path("study"),
      ], folder)
    let measures = list(found["measures"])
    let names = [
      "vendi-score", "vendi-ratio", "precision:ball=closed,neighbors=4", "recall:ball=closed,neighbors=4", "covered-modes",
      "modes-by-share", "modes-by-rate", "quality", "reverse-kl",
    ]
    #expect(measures.map { $0["name"] } == names.map { .string($0) })
    #expect(measures[2]["metric"] == .string("precision-recall:ball=closed,neighbors=4") && measures[2]["goal"] == .string("higher"))
    // Each beside what real samples give, by 39 draws of as many.
    for measure in measures {
      let null = try #require(measure["null"]?.members, "\(measure)")
      #expect(null["repeats"] == .integer(39) && null["sampleCount"] == .integer(100) && null["referenceCount"] == .integer(100))
    }
    // The problem's own primary values decide, as they are among these.
    #expect(measures.filter { $0["isPrimary"] == .bool(true) }.map { $0["name"] } == [.string("quality"), .string("reverse-kl")])
    let trials = list(found["trials"])
    #expect(trials.count == 4 && trials.allSatisfy { list($0["final"]?.members["values"]).count == names.count })
    #expect(FileManager.default.fileExists(atPath: folder.path("study/report.html")))
    // Going on with other metrics is another study.
    let other = try CommandProcess.run(
      ["compare", "ring", "--metric", "mode-coverage", "--out", folder.path("study")], in: folder)
    #expect(other.status == 1 && other.errors.contains("metrics: vendi-score,precision-recall:ball=closed,neighbors=4,mode-coverage →"))
  }

  @Test func imagesHaveMeasuresIntervalsAndPictures() throws {
    let folder = try TemporaryFolder()
    try Self.writeImages(folder)
    let arguments = [
      "compare", "images:folder=\(folder.path("images")),size=8", "--variants", "baseline,feature-matching", "--seeds", "2", "--until", "3",
      "--evaluations", "1", "--batch", "8", "--jobs", "2", "--out", folder.path("study"),
    ]
    // In short: the table, the answers, what they cost, where the rest is.
    let short = try CommandProcess.run(arguments, in: folder)
    #expect(short.status == 0 && short.output.split(separator: "\n").count <= 20, "\(short.output)")
    for text in ["real data", "Best median Fréchet distance: ", "--details shows them", "Report: "] {
      #expect(short.output.contains(text), "\(text) in \(short.output)")
    }
    #expect(!short.output.contains("coverage ="))
    let result = try CommandProcess.run(arguments + ["--details"], in: folder)
    #expect(result.status == 0, "\(result.errors)")
    for text in [
      "Fréchet distance ↓", "kernel distance ↓", "precision ↑", "recall ↑", "density =", "coverage ↑", "real data",
      "Best median Fréchet distance: ",
      "feature-matching against baseline in Fréchet distance: P = ",
      "12 samples a trial are compared with 12 real ones that training does not see",
      "they are no Inception features",
    ] { #expect(result.output.replacing("\n", with: " ").contains(text), "\(text) in \(result.output)") }
    let page = try String(contentsOfFile: folder.path("study/report.html"), encoding: .utf8)
    // Before anything else a grid of real samples, and one of every variant and seed, both again over the nearest training images, and of the first seeds
    // a frame before the first round and one at the end.
    for text in ["<figcaption>real, held out</figcaption>", "<figcaption>real, held out, over the nearest</figcaption>"] {
      #expect(page.contains(text), "\(text)")
    }
    for folder in ["baseline", "feature-matching"].flatMap({ ["\($0)/seed-1", "\($0)/seed-2"] }) {
      #expect(page.components(separatedBy: "<figcaption><a href=\"trials/\(folder)/\">seed ").count == 3, "\(folder)")
    }
    #expect(page.components(separatedBy: "data:image/png;base64,").count == 15 && page.contains("the nearest of 48 training images"))
    #expect(try #require(page.range(of: "Nearest training images")).lowerBound < #require(page.range(of: "<table>")).lowerBound)
    let found = try #require(try StudyDirectory(folder.path("study")).specification())
    #expect(found.sampleCount == 12 && found.features?.label == "principal-components")
  }

  @Test func aClassifierGivesAScoreAndFeatures() throws {
    let folder = try TemporaryFolder()
    let classifier = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Reference/Networks/ring-classifier.h5").path
    let found = try document(
      [
        "ring", "--variants", "baseline", "--seeds", "1", "--until", "2", "--samples", "60", "--evaluations", "1", "--metric",
        "frechet-distance", "--classifier", classifier, "--out", folder.path("study"),
      ], folder)
    let measures = list(found["measures"])
    #expect(measures.map { $0["name"] } == [.string("frechet-distance"), .string("class-probability-score:file=\(classifier)")])
    #expect(measures[0]["features"] == .string("network:file=\(classifier)") && measures[1]["features"] == nil)
    let mean = try #require(measures[1]["null"]?.members["mean"].flatMap { Double($0.plain) })
    #expect(mean > 6 && mean <= 8, "eight classes, and the classifier is sure of real samples")
  }

  @Test func whatCannotBeMeasuredIsRefusedBeforeAnythingRuns() throws {
    let folder = try TemporaryFolder()
    try Self.writeImages(folder)
    let images = "images:folder=\(folder.path("images"))"
    let refusals: [([String], String)] = [
      (["ring", "--metric", "adam"], "--metric: 'adam' is an optimizer, not a metric"),
      (["ring", "--metric", "energy-distanse"], "did you mean 'energy-distance'?"),
      (["ring", "--metric", "energy-distance,energy-distance"], "the metric 'energy-distance' is given twice"),
      (["ring", "--metric", "energy-distance,,vendi-score"], "has an empty entry"),
      (["ring", "--features", "hinge"], "'hinge' is a loss, not a kind of features"),
      (["ring", "--features", "random-convolution"], "random-convolution: it needs images"),
      (["swiss-roll", "--metric", "mode-coverage"], "mode-coverage: it needs data of which the modes are known"),
      (["ring", "--classifier", folder.path("none.h5")], "none.h5: there is no such file"),
      (["\(images),size=8", "--metric", "mode-coverage"], "mode-coverage: it needs data of which the modes are known"),
      (["\(images),size=5"], "field 'size' is 5"), (["images"], "images:folder=DIR,size=32"), (["images:folder=/nowhere"], "/nowhere"),
      (["mnist:size=3"], "'mnist' takes no fields"), (["mnist"], "they are looked for in data/mnist"),
    ]
    for (arguments, says) in refusals {
      let result = try CommandProcess.run(
        ["compare"] + arguments + ["--seeds", "1", "--until", "1", "--out", folder.path("x")], in: folder)
      #expect(result.status == 1 && result.output.isEmpty, "\(arguments)")
      #expect(result.errors.contains(says), "\(arguments): \(result.errors)")
      #expect(!FileManager.default.fileExists(atPath: folder.path("x")), "\(arguments): nothing was made")
    }
  }
}
