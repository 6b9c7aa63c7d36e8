import ArgumentParser
import Foundation
import Rival

/// `sample`: draws from a checkpoint's generator.
struct SampleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sample", abstract: "Draws samples from a checkpoint's generator.",
    discussion: """
      The averaged generator is used where the run keeps one. The ending of --out chooses the format: .h5 (dataset \
      'samples'), .npy, .csv (a row for each sample) or .png (a grid of images). Images get a grid beside .h5, .npy and \
      .csv too. The data is not needed.
      """)

  @Argument(help: ArgumentHelp("A checkpoint, or a run's folder.", valueName: "file.h5|dir"))
  var path: String

  @Option(help: ArgumentHelp("How many samples to draw.", valueName: "n"))
  var count: Int

  @Option(help: ArgumentHelp("The file to write.", valueName: "file"))
  var out: String

  @Option(help: "The seed of the latent vectors; the run's own by default.")
  var seed: UInt64?

  @Option(
    help: ArgumentHelp(
      "What the samples are made for: one class, several in turn (label=0,1,2), or label=every for all, one after the other; may be repeated. Classes that are not given are drawn as often as the data has them.",
      valueName: "label=3"))
  var given: [String] = []

  @Flag(help: "Use the generator as it is, even where the run keeps an average of it.")
  var live = false

  @OptionGroup var editing: EditedOption

  @OptionGroup var common: CommonOptions

  /// How many images a grid beside other files shows at most.
  private static let gridSize = 100

  func validate() throws {
    guard (1...10_000_000).contains(count) else {
      throw ValidationError("--count is \(count), but must be from 1 to 10000000")
    }
  }

  func run() throws {
    common.setThreadCount()
    let registry = CommandContext.current.registry
    let format = try SampleFormat(path: out)
    let saved = try SavedRun(path, verification: editing.verification, warn: Console.warn)
    let run = try StoredRun(saved.contents, registry: registry)
    let trainer = try Trainer(
      run, contents: saved.contents,
      data: AbsentData(of: run, saved.contents, registry: registry), threadCount: common.threads,
      device: common.chosenDevice)
    let shape = trainer.samples.sampleShape
    if let path = try trainer.firstNonFinitePath() {
      Console.warn("'\(path)' holds numbers that are not finite, and so may the samples; an earlier checkpoint may be whole")
    }
    let conditions = try GivenConditions.parsed(given, fields: trainer.sampleConditions, count: count)
    let values = try trainer.sample(count, given: conditions, seed: seed, averaged: !live).scalars()
    try format.write(values, shape: shape, to: out)
    var files = [out]
    if format != .png, PNGImage.canHold(shape) {
      let grid = String(out.dropLast(format.rawValue.count)) + "png"
      let shown = min(count, Self.gridSize) * shape.reduce(1, *)
      try SampleFormat.png.write(Array(values.prefix(shown)), shape: shape, to: grid)
      files.append(grid)
    }
    try report(files, shape, saved)
  }

  private func report(_ files: [String], _ shape: [Int], _ saved: SavedRun) throws {
    guard common.json else {
      return Console.result(
        "\(count) samples of shape \(shape) from step \(saved.contents.step): \(files.joined(separator: ", "))")
    }
    try Console.result(
      .object([
        "count": .count(count), "shape": .array(([count] + shape).map { .count($0) }),
        "step": .count(saved.contents.step), "checkpoint": .string(saved.path),
        "files": .array(files.map { .string($0) }),
        "generator": .string(!live && hasAverage(saved) ? "average" : "live"),
      ]))
  }

  private func hasAverage(_ saved: SavedRun) -> Bool {
    saved.contents.tensors.contains { $0.path.hasPrefix("generator_ema/") }
  }
}
