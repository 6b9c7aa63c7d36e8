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
  var count: Int?

  @Option(
    help: ArgumentHelp("Latent vectors of your own instead of drawn ones: a row for each sample in .npy, .h5 or .csv.", valueName: "file"))
  var latents: String?

  @Option(
    help: ArgumentHelp(
      "The way from one drawn latent vector to another, by their numbers from 0 on; --steps samples of it.", valueName: "a,b"))
  var interpolate: String?

  @Option(help: ArgumentHelp("How many samples the way has, both ends included.", valueName: "n"))
  var steps = 8

  @Option(
    help: ArgumentHelp("How latent vectors are chosen, such as truncation:threshold=0.5; goes with --count.", valueName: "method"),
    completion: ComponentKind.samplingMethod.completion)
  var by: String?

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
    if let count, !(1...10_000_000).contains(count) { throw ValidationError("--count is \(count), but must be from 1 to 10000000") }
    guard [count != nil, latents != nil, interpolate != nil].count(where: { $0 }) == 1 else {
      throw ValidationError("give one of --count, --latents and --interpolate")
    }
    guard by == nil || count != nil else { throw ValidationError("--by chooses latent vectors, and goes with --count alone") }
    guard (2...10_000).contains(steps) else { throw ValidationError("--steps is \(steps), but must be from 2 to 10000") }
    if interpolate != nil, ends == nil {
      throw ValidationError("--interpolate takes two numbers from 0 to 9999 and a comma between them, such as 0,7")
    }
  }

  func run() throws {
    common.setThreadCount()
    let registry = CommandContext.current.registry
    let format = try SampleFormat(path: out)
    let saved = try SavedRun(path, verification: editing.verification, warn: Console.warn)
    let run = try saved.run(registry: registry)
    let trainer = try Trainer(
      run, contents: saved.contents,
      data: AbsentData(of: run, saved.contents, registry: registry), threadCount: common.threads,
      device: common.chosenDevice)
    let shape = trainer.samples.sampleShape
    if let path = try trainer.firstNonFinitePath() {
      Console.warn("'\(path)' holds numbers that are not finite, and so may the samples; an earlier checkpoint may be whole")
    }
    let vectors = try vectors(of: trainer)
    let count = vectors.map { $0.shape[0] } ?? count ?? 1
    let conditions = try GivenConditions.parsed(given, fields: trainer.sampleConditions, count: count)
    let values = try
      (vectors.map { try trainer.generate(latents: $0, given: conditions, averaged: !live) }
      ?? drawn(count, conditions, trainer, registry)).scalars()
    try format.write(values, shape: shape, to: out)
    var files = [out]
    if format != .png, PNGImage.canHold(shape) {
      let grid = String(out.dropLast(format.rawValue.count)) + "png"
      let shown = min(count, Self.gridSize) * shape.reduce(1, *)
      try SampleFormat.png.write(Array(values.prefix(shown)), shape: shape, to: grid)
      files.append(grid)
    }
    try report(files, count, shape, saved)
  }

  private func drawn(_ count: Int, _ conditions: [String: SampleCondition], _ trainer: Trainer, _ registry: Registry) throws -> Tensor {
    guard let by, let method = try ComponentKind.samplingMethod.component(by, "--by", registry) as? any SamplingMethod else {
      return try trainer.sample(count, given: conditions, seed: seed, averaged: !live)
    }
    return try trainer.sample(count, by: method, given: conditions, seed: seed, averaged: !live)
  }

  /// The two numbers of `--interpolate`.
  private var ends: (Int, Int)? {
    let numbers = (interpolate ?? "").split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count == 2, let first = numbers[0], let last = numbers[1], (0..<10_000).contains(first), (0..<10_000).contains(last)
    else { return nil }
    return (first, last)
  }

  /// The latent vectors that were asked for; `nil` for drawn ones.
  private func vectors(of trainer: Trainer) throws -> Tensor? {
    if let latents {
      let file = try SampleFile(latents)
      return Tensor(file.values, shape: [file.count, file.size])
    }
    guard let (first, last) = ends, let latent = trainer.game.latent else { return nil }
    let drawn = try trainer.latents(max(first, last) + 1, seed: seed).scalars()
    func vector(_ number: Int) -> [Float] { Array(drawn[number * latent.size..<(number + 1) * latent.size]) }
    let path = latent.interpolated(from: vector(first), to: vector(last), steps: steps)
    return Tensor(path.flatMap { $0 }, shape: [steps, latent.size])
  }

  private func report(_ files: [String], _ count: Int, _ shape: [Int], _ saved: SavedRun) throws {
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
