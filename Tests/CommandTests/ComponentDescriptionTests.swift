import Foundation
import Rival
import Testing

@testable import RivalCommand

/// What `plugins describe` says of the built-in components.
@Suite struct ComponentDescriptionTests {
  private let registry: Registry

  init() throws { registry = try Registry.builtIn() }

  @Test func everyFieldIsDescribed() throws {
    for name in registry.names {
      let type = try registry.type(named: name)
      let fields = try registry.fields(of: type)
      #expect(fields.filter(\.meaning.isEmpty).map(\.name) == [], "\(name)")
      #expect(Set(type.fieldDescriptions.keys) == Set(fields.map(\.name)), "\(name)")
    }
  }

  @Test func kindsAndRangesAreFound() throws {
    func accepted(_ name: String, _ field: String) throws -> String {
      try #require(try registry.fields(of: registry.type(named: name)).first { $0.name == field }).accepted
    }
    #expect(try accepted("r1-penalty", "gamma") == "number, 0 or more")
    #expect(try accepted("gradient-penalty", "target") == "number, 0 or more", "a default of 1 is no whole number yet")
    #expect(try accepted("ring", "modes") == "an integer in 1…10000")
    #expect(try accepted("exponential-moving-average", "warmsUp") == "true or false")
    #expect(try accepted("precision-recall", "ball") == "one of open, closed")
    #expect(try accepted("feature-matching", "tap") == "text")
    #expect(try accepted("reshape", "shape") == "list, as in [1 2]")
    #expect(try accepted("label-smoothing", "fake") == "number, a probability in [0, 1]")
    #expect(try accepted("conv2d", "filters") == "a whole number of at least 1")
    #expect(try accepted("gan", "generator") == "set in Swift")
    #expect(try accepted("adam", "beta1") == "number or schedule, in [0, 1)")
    #expect(try accepted("chain", "transformations") == "components, one after another")
  }

  @Test func theDescriptionHasAllOfIt() throws {
    let folder = try TemporaryFolder()
    let result = try CommandProcess.run(["plugins", "describe", "fid"], in: folder)
    #expect(result.output.hasPrefix("frechet-distance, a metric\n") && result.output.contains("Also called fid; the FID of papers"))
    let adam = try CommandProcess.run(["plugins", "describe", "adam"], in: folder).output
    #expect(adam.contains("  beta1         number or schedule, "), "\(adam)")
    #expect(adam.contains("The decay β₁ of the gradient's mean, in [0, 1). GANs use 0 to 0.5"))
    #expect(adam.contains(" train ring --optimizer generator=adam:beta1=0.5,"))
    #expect(try CommandProcess.run(["plugins"], in: folder).output.contains("Also: fid."))
  }

  /// What no command takes.
  static let withoutExample: Set<String> = [
    "sequential", "array", "unpaired", "convergence-rule", "numeric-rule", "gan", "game", "cycle-consistency",
    "virtual-batch-norm",
  ]

  @Test func everyExampleWorks() throws {
    let folder = try TemporaryFolder()
    try Self.writeFiles(in: folder)
    let run = try CommandProcess.run(["train", "ring", "--until", "2", "--quiet", "--out", "runs/ring"], in: folder, isInside: true)
    #expect(run.status == 0, "\(run.errors)")
    for name in registry.names {
      let example = ComponentExample(try registry.type(named: name), registry: registry).arguments
      #expect((example == nil) == Self.withoutExample.contains(name), "\(name)")
      // The weights of the Inception network are not here: its fields must be right all the same.
      if name == "inception-v3" {
        #expect(try registry.component(parsing: try #require(example?.last)) is InceptionV3)
        continue
      }
      guard var arguments = example else { continue }
      // RecipeTests train them, on images that fit each.
      if ComponentKind(try registry.type(named: name)) == .recipe { continue }
      // The run that samples are drawn from lies there.
      if let place = arguments.firstIndex(of: "runs/ring"), arguments[place - 1] == "--out" { arguments[place] = "runs/ring-data" }
      if let place = arguments.firstIndex(of: "--until") { arguments[place + 1] = "2" }
      if let place = arguments.firstIndex(of: "--seeds") { arguments[place + 1] = "1" }
      switch arguments[0] {
      case "compare": arguments += ["--variants", "baseline", "--samples", "100", "--evaluations", "1"]
      case "sample": break
      case "train": arguments += ["--quiet", "--threads", "1"]
      default: arguments += ["--repeats", "2"]
      }
      let result = try CommandProcess.run(arguments, in: folder, isInside: true)
      #expect(result.status == 0, "\(arguments.joined(separator: " ")): \(result.errors)")
    }
  }

  /// What the examples name: points, images, tables, digits, photographs, a classifier.
  private static func writeFiles(in folder: TemporaryFolder) throws {
    let key = Key(seed: 1)
    for name in ["samples", "real"] {
      try CSVFile((0..<400).map { key.derived(name).uniform(element: $0) }, columns: 2).write(to: folder.path("\(name).csv"))
      let pixels = (0..<40 * 64).map { 2 * key.derived(name).uniform(element: $0) - 1 }
      try NPYFile(pixels, shape: [40, 8, 8, 1]).write(to: folder.path("\(name).npy"))
    }
    try CSVFile((0..<400).map { key.derived("table").uniform(element: $0) }, columns: 4).write(to: folder.path("measured.csv"))
    try FileManager.default.createDirectory(atPath: folder.path("data/mnist"), withIntermediateDirectories: true)
    func header(_ magic: UInt8, _ extents: [Int]) -> [UInt8] {
      [0, 0, 8, magic] + extents.flatMap { [0, 0, UInt8($0 >> 8), UInt8($0 & 255)] }
    }
    let digits = (0..<200 * 784).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    for place in ["data", "data/mnist"] {
      try folder.write(header(3, [200, 28, 28]) + digits, "\(place)/train-images-idx3-ubyte")
      try folder.write(header(1, [200]) + (0..<200).map { UInt8($0 % 10) }, "\(place)/train-labels-idx1-ubyte")
    }
    for index in 0..<80 {
      let pixels = (0..<144).map { UInt8(truncatingIfNeeded: $0 &* index) }
      try PNGImage(width: 12, height: 12, channels: 1, pixels: pixels).write(to: folder.path("data/\(100 + index).png"))
    }
    for batch in 1...5 {
      let records = (0..<20).flatMap { record in [UInt8(record % 10)] + (0..<3_072).map { UInt8(truncatingIfNeeded: $0 &* batch) } }
      try folder.write(records, "data/data_batch_\(batch).bin")
    }
    let classifier = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Reference/Networks/ring-classifier.h5")
    try FileManager.default.copyItem(at: classifier, to: folder.root.appendingPathComponent("classifier.h5"))
  }
}
