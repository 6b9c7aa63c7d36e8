import ArgumentParser
import Foundation
import Rival

/// `metrics`: compares samples with real ones, beside real samples against real ones.
struct MetricsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "metrics", abstract: "Measures how far samples are from real ones, and how far real ones are from each other.",
    discussion: """
      Both sides are read from .h5 or .npz (dataset or array 'samples', or the only one), .npy, .csv, .tsv, .txt, .png (a grid as 'sample' \
      writes it), a folder of PNG and JPEG images, or a folder with MNIST's files. Images lie in [-1, 1].

      Every value stands beside its null: what the metric gives where real samples take the place of the generated ones. A value \
      within its null cannot be told from real samples at this number of samples.

      In --metric commas stand between metrics and between the fields of a metric: a piece in which '=' comes first is a further \
      field of the metric before it. So 'vendi-score,precision-recall:neighbors=5,ball=closed' are two metrics.

      A network of your own, out of a checkpoint or of a file in its layout (Docs/metrics.md), gives features by \
      --features network:file=FILE,layer=LAYER, and is the classifier of --metric class-probability-score:file=FILE, which \
      the default leaves out.
      """)

  @Argument(help: ArgumentHelp("The samples to judge: a file or folder.", valueName: "samples"))
  var samples: String

  @Argument(help: ArgumentHelp("Real samples: a file or folder.", valueName: "reference"))
  var reference: String

  @OptionGroup var options: MetricOptions

  @Option(help: ArgumentHelp("Height and width of an image in a PNG grid; by default those of the other side.", valueName: "HxW"))
  var tile: String?

  @Flag(help: "Compare images as they are, even where one side seems to lie in 0 … 255 or 0 … 1 and the other in -1 … 1.")
  var anyRange = false

  @Option(help: "The seed of everything random.")
  var seed: UInt64 = 1

  @Option(
    help: ArgumentHelp("Random splits of the reference for each null; 0 for no null. Fewer are faster, and less right.", valueName: "r"))
  var repeats = NullBand.usualRepeats

  @Option(help: ArgumentHelp("GiB of memory that samples out of an HDF5 file may take.", valueName: "gib"))
  var memoryLimit = 1

  @Flag(help: "Write one JSON document on standard output; everything else goes to standard error.")
  var json = false

  func validate() throws {
    guard repeats == 0 || (2...1_000).contains(repeats) else {
      throw ValidationError("--repeats is \(repeats), but must be 0 or from 2 to 1000")
    }
    guard (1...1 << 20).contains(memoryLimit) else {
      throw ValidationError("--memory-limit is \(memoryLimit), but must be from 1 to \(1 << 20)")
    }
    _ = try tileExtents()
  }

  func run() throws {
    let registry = CommandContext.current.registry
    let chosen = try options.metrics(registry)
    let choice = try options.featureChoice(registry)
    let files = try SampleFile.pair(samples, reference, tile: try tileExtents(), limit: memoryLimit << 30)
    let plain = (rows: try files.samples.rows(), real: try files.reference.rows())
    if !anyRange {
      do {
        try plain.rows.requireOneScale(with: plain.real, names: (samples, reference))
      } catch let error as MetricError {
        throw CommandFailure("\(error), or pass --any-range to compare them as they are")
      }
    }
    var mapped = plain
    var remark: String?
    if let choice {
      if let obstacle = choice.requirements.obstacle(in: plain.real) { throw CommandFailure("--features: \(choice.name): \(obstacle)") }
      let extractor = try choice.extractor(fittedTo: plain.real)
      mapped = (try plain.rows.mapped(by: extractor), try plain.real.mapped(by: extractor))
      remark = extractor.remark
    }
    func sides(_ metric: any Metric) -> (rows: SampleSet, real: SampleSet) { metric.requirements.originals ? plain : mapped }
    let metrics = try chosen ?? Self.all(registry) { $0.requirements.obstacle(in: sides($0).real) == nil }
    let key = Key(seed: seed)
    var results: [MetricResult] = []
    for (index, metric) in metrics.enumerated() {
      progress("\(index + 1) of \(metrics.count): \(metric.name)")
      let (rows, real) = sides(metric)
      let result = MetricResult(of: metric, rows, against: real, repeats: repeats, key: key)
      results.append(result)
      if result.seconds > 10 { note("\(metric.name) took \(NumberText.fixed(result.seconds, digits: 0)) s") }
    }
    progress("")
    if json { try Console.result(document(results, files, remark)) } else { show(results, files, remark) }
    guard results.allSatisfy({ $0.reason != nil }) else { return }
    throw CommandFailure(
      "none of the metrics could be computed: " + (results.count == 1 ? results[0].reason ?? "" : "the reasons are above"))
  }

  private func show(_ results: [MetricResult], _ files: (samples: SampleFile, reference: SampleFile), _ remark: String?) {
    func sentence(_ file: SampleFile) -> String {
      "\(file.path): \(NumberText.fixed(Double(file.count), digits: 0)) of shape \(file.shape)"
        + (file.blanks > 0 ? " (\(file.blanks) blank places at the end of the grid left out)" : "")
    }
    let table = MetricTable(results)
    Console.result("samples    \(sentence(files.samples))")
    Console.result("reference  \(sentence(files.reference))")
    if let features = options.features { Console.result("features   \(features)" + (remark.map { "; \($0)" } ?? "")) }
    Console.result("")
    Console.result(table.table.text)
    for note in table.notes { Console.result(note) }
    Console.result(table.summary)
  }

  private func document(
    _ results: [MetricResult], _ files: (samples: SampleFile, reference: SampleFile), _ remark: String?
  ) -> JSONValue {
    func side(_ file: SampleFile) -> JSONValue {
      .object([
        "path": .string(file.path), "count": .count(file.count), "shape": .array(file.shape.map { .count($0) }),
        "blanks": .count(file.blanks),
      ])
    }
    return .object([
      "samples": side(files.samples), "reference": side(files.reference), "features": .optional(options.features),
      "featuresRemark": .optional(remark),
      "seed": .string("\(seed)"), "repeats": .count(repeats), "metrics": .array(results.flatMap(\.documents)),
      "failures": .array(
        results.compactMap { result in
          result.reason.map {
            .object(["metric": .string(ComponentFields.specification(of: result.metric)), "reason": .string($0)])
          }
        }),
    ])
  }

  /// All registered metrics that can be used with these samples.
  private static func all(_ registry: Registry, where isUsable: (any Metric) -> Bool) throws -> [any Metric] {
    let all = try registry.names.compactMap { (try registry.type(named: $0) as? any Metric.Type)?.init() }.filter(isUsable)
    guard !all.isEmpty else { throw CommandFailure("this program has no metrics for such samples; register some") }
    return all
  }

  /// Height and width from `--tile`.
  private func tileExtents() throws -> [Int]? {
    guard let tile else { return nil }
    let extents = tile.lowercased().split(separator: "x", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    guard extents.count == 2, extents.allSatisfy({ (1...PNGImage.largestExtent).contains($0) }) else {
      throw ValidationError("--tile is '\(tile)', but must be height and width in pixels, such as 32x32")
    }
    return extents
  }

  /// On a terminal, what is being computed, in place of what was shown before.
  private func progress(_ text: String) { Console.progress(text) }

  private func note(_ text: String) {
    progress("")
    Console.note(text)
  }
}
