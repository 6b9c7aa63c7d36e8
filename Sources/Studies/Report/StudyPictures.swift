import Adversarial
import Datasets
import Foundation
import Metrics
import Reports

/// The pictures that a study's page opens with: samples of every variant and seed beside real ones, and the nearest training images.
struct StudyPictures {
  let results: StudyResults
  let outcomes: [TrialOutcome]
  let directory: StudyDirectory
  let modes: ModeDescription?

  /// The pictures, from top to bottom; empty where the samples are neither points nor images.
  func blocks() throws -> [HTMLPage.Block] { try points() + images() + neighbors() + film() + surfaces() }

  private var trials: [Trial] { results.specification.trials }
  private var realLabel: String { results.hasHeldOut ? "real, held out" : "real, from the training data" }

  // MARK: Which trials are shown

  /// The trials of a variant that left a file, at most `limit` of them, in the order of their seeds: of more, from the best to the worst in equal
  /// steps by the first measure.
  private func shown(_ variant: Int, limit: Int, file: (TrialFiles) -> String) -> [Int] {
    let seeds = results.specification.seeds.count
    let all = ((variant * seeds)..<((variant + 1) * seeds)).filter {
      outcomes[$0].result != nil && FileManager.default.fileExists(atPath: file(directory.files(of: trials[$0])))
    }
    guard all.count > limit else { return all }
    let ranked = all.sorted { (score($0), $1) > (score($1), $0) }
    return (0..<limit).map { ranked[$0 * (ranked.count - 1) / max(1, limit - 1)] }.sorted()
  }

  /// Higher is better; a trial without a value is the worst.
  private func score(_ trial: Int) -> Double {
    guard let measure = results.measures.first, let value = outcomes[trial].result?.evaluations.last?[measure.name] else {
      return -.infinity
    }
    return measure.score(value)
  }

  /// A row of pictures for each variant that has some.
  private func rows(limit: Int, file: (TrialFiles) -> String, _ picture: (Int, Int) throws -> Picture.Content?) rethrows -> [Gallery.Row] {
    try results.variants.indices.compactMap { variant in
      let pictures = try shown(variant, limit: limit, file: file).compactMap { trial -> Picture? in
        let value = results.texts.first.map { text in
          "\(text.name) \(text.single(outcomes[trial].result?.evaluations.last?[text.measure.name]))\(text.unit)"
        }
        return try picture(variant, trial).map {
          Picture($0, label: (["seed \(trials[trial].seed)"] + [value].compactMap { $0 }).joined(separator: ": "), link: link(trial))
        }
      }
      return pictures.isEmpty ? nil : Gallery.Row(results.variants[variant].variant.label, pictures)
    }
  }

  private func link(_ trial: Int) -> String { directory.folder(of: trials[trial]) + "/" }

  /// What is left out, in a sentence with a space before it; empty where nothing is.
  private func omission(limit: Int) -> String {
    let seeds = results.specification.seeds.count
    let measure = results.texts.first?.name
    return seeds > limit
      ? " \(limit) of \(seeds) seeds are shown\(measure.map { ", from the best in \($0) to the worst" } ?? ""); all are among the trials below."
      : ""
  }

  // MARK: Points

  private static let mostPlots = 12

  private func points() throws -> [HTMLPage.Block] {
    var plots: [Int: ScatterPlot] = [:]
    for variant in results.variants.indices {
      for trial in shown(variant, limit: Self.mostPlots, file: \.samples) {
        plots[trial] = try plot(directory.files(of: trials[trial]).samples, name: label(trial), color: variant)
      }
    }
    guard !plots.isEmpty else { return [] }
    let isFile = FileManager.default.fileExists(atPath: directory.real.samples)
    var real = try isFile ? plot(directory.real.samples, name: realLabel, color: nil) : nil
    // Where there are modes or real samples, they say what is shown; samples far away are counted by the metrics.
    let range = ScatterPlot.withCommonAxes(real.map { [$0] } ?? Array(plots.sorted { $0.key < $1.key }.map(\.value)))[0]
    func inRange(_ plot: ScatterPlot) -> ScatterPlot {
      var plot = plot
      (plot.xRange, plot.yRange) = (range.xRange, range.yRange)
      return plot
    }
    real = real.map(inRange)
    let rows = rows(limit: Self.mostPlots, file: \.samples) { _, trial in plots[trial].map { .drawing(svg: inRange($0).svg) } }
    let circles = modes == nil ? "" : " Circles: three standard deviations of a mode."
    return [
      .heading("Samples beside real ones"),
      .gallery(
        Gallery(
          reference: real.map { Picture(.drawing(svg: $0.svg), label: realLabel) }, rows: rows,
          caption: "At most \(NumberText.fixed(Double(Self.mostPoints), digits: 0)) samples are drawn, all on the same axes.\(circles)"
            + omission(limit: Self.mostPlots))),
    ]
  }

  private static let mostPoints = 500

  private func label(_ trial: Int) -> String { "\(trials[trial].variant.label), seed \(trials[trial].seed)" }

  private func plot(_ path: String, name: String, color: Int?) throws -> ScatterPlot {
    let file = try NPYFile(reading: path)
    var plot = ScatterPlot(
      title: name, samples: file.floats, dimension: file.shape.dropFirst().reduce(1, *), centers: modes?.centers ?? [],
      standardDeviation: modes?.standardDeviation ?? 0, colorIndex: color)
    plot.hasAxes = false
    plot.maximumPoints = Self.mostPoints
    // Three fit on a narrow screen, or two.
    plot.width = color == nil ? 240 : results.specification.seeds.count > 2 ? 114 : 176
    return plot
  }

  // MARK: Images

  private static let mostImages = 6

  private func images() -> [HTMLPage.Block] {
    let rows = rows(limit: Self.mostImages, file: \.image) { _, trial in image(directory.files(of: trials[trial]).image) }
    guard !rows.isEmpty else { return [] }
    return [
      .heading("Samples beside real ones"),
      .gallery(
        Gallery(
          reference: image(directory.real.image).map { Picture($0, label: realLabel) }, rows: rows,
          caption: "The first samples of each run's last evaluation, not chosen." + omission(limit: Self.mostImages))),
    ]
  }

  private func image(_ path: String) -> Picture.Content? {
    FileManager.default.contents(atPath: path).map { .image(png: Array($0), scale: 1) }
  }

  // MARK: Nearest training images

  private static let mostPairs = 3

  private func neighbors() throws -> [HTMLPage.Block] {
    var compared = 0
    func drawing(_ files: TrialFiles) throws -> Picture.Content? {
      guard let png = FileManager.default.contents(atPath: files.neighbors),
        let record = try StudyFile.read(NearestImages.Record.self, from: files.neighborRecord)
      else { return nil }
      compared = max(compared, record.compared)
      return NearestImages.drawing(png: Array(png), record).map { .drawing(svg: $0.svg) }
    }
    let rows = try rows(limit: Self.mostPairs, file: \.neighbors) { _, trial in try drawing(directory.files(of: trials[trial])) }
    guard !rows.isEmpty else { return [] }
    let real = try drawing(directory.real)
    return [
      .heading("Nearest training images"),
      .gallery(
        Gallery(
          reference: real.map { Picture($0, label: "real, held out, over the nearest") }, rows: rows,
          caption: NearestImages.caption(compared: compared, hasHeldOut: real != nil) + omission(limit: Self.mostPairs))),
    ]
  }

  // MARK: Over the run

  private static let mostFrames = 8

  /// The first seed of each variant over the run: the same latent vectors in every frame, and in every variant of one latent size.
  private func film() -> [HTMLPage.Block] {
    let rows = results.variants.indices.compactMap { variant -> Gallery.Row? in
      let trial = variant * results.specification.seeds.count
      let files = directory.files(of: trials[trial])
      let frames = SampleFilm.chosen(SampleFilm.frames(in: files.frames), limit: Self.mostFrames)
      let pictures = frames.compactMap { frame in
        image(frame.path).map { Picture($0, label: NumberText.fixed(Double(frame.step), digits: 0)) }
      }
      guard outcomes[trial].result != nil, !pictures.isEmpty else { return nil }
      let hasFilm = FileManager.default.fileExists(atPath: files.film)
      return Gallery.Row(results.variants[variant].variant.label, pictures, link: hasFilm ? link(trial) + "film.png" : nil)
    }
    guard !rows.isEmpty, let seed = results.specification.seeds.first else { return [] }
    return [
      .heading("The same samples over the run"),
      .gallery(
        Gallery(
          rows: rows,
          caption: "Seed \(seed) of each variant after so many rounds, from the same latent vectors. The names lead to pictures that move; "
            + "those of the other seeds are in their folders, as film.png.")),
    ]
  }

  /// What the discriminator of each variant's first seed makes of the plane at the end.
  private func surfaces() -> [HTMLPage.Block] {
    let pictures = results.variants.indices.compactMap { variant -> Picture? in
      let trial = variant * results.specification.seeds.count
      guard outcomes[trial].result != nil, let svg = FileManager.default.contents(atPath: directory.files(of: trials[trial]).surface) else {
        return nil
      }
      return Picture(.drawing(svg: String(decoding: svg, as: UTF8.self)), label: "seed \(trials[trial].seed)", link: link(trial))
    }
    return pictures.isEmpty
      ? []
      : [.heading("What the discriminator sees"), .gallery(Gallery(rows: [.init("", pictures)], caption: DiscriminatorSurface.caption))]
  }
}
