import Adversarial
import Datasets
import Foundation
import Metrics
import Reports
import Tensors

/// The pictures of one run: its samples beside real ones, over the nearest training images, and over the run, and what its discriminator sees.
public struct RunPictures {
  private let trainer: Trainer
  private let frames: [SampleFilm.Frame]
  private let film: String?

  /// The pictures of a run as it stands.
  ///
  /// - Parameters:
  ///   - frames: the folder with the frames of its film; `nil` for none.
  ///   - film: the address of the moving picture, relative to the page; `nil` for none.
  public init(_ trainer: Trainer, frames: String? = nil, film: String? = nil) {
    self.trainer = trainer
    self.frames = frames.map { SampleFilm.frames(in: $0) } ?? []
    self.film = film
  }

  private var samples: any Samples { trainer.samples }
  private var shape: [Int] { samples.sampleShape }
  private var realLabel: String { samples.heldOut == nil ? "real, from the training data" : "real, held out" }

  /// The pictures, from top to bottom, each with its heading; empty where the samples are neither points in the plane nor images.
  public func blocks() throws -> [HTMLPage.Block] {
    if shape == [2] { return try points() + over() + surface() }
    return PNGImage.canHold(shape) ? try images() + over() : []
  }

  private func real(_ count: Int) -> [Float] {
    let source = samples.heldOut ?? samples.unaugmented
    return source.drawn(min(count, source.count ?? .max), key: Key(seed: 0).derived("study").derived("held-out"))
  }

  private func points() throws -> [HTMLPage.Block] {
    let count = 1_000
    let modes = samples.modes
    let plots = [(realLabel, real(count), nil), ("generated", try trainer.sample(count).scalars(), 0)].map { title, values, color in
      var plot = ScatterPlot(
        title: title, samples: values, centers: modes?.centers ?? [], standardDeviation: modes?.standardDeviation ?? 0, colorIndex: color)
      plot.width = 360
      return plot
    }
    return [
      .heading("Samples beside real ones"),
      .figures(
        svgs: ScatterPlot.withCommonAxes(plots).map(\.svg), caption: modes == nil ? "" : "Circles: three standard deviations of a mode."),
    ]
  }

  private func images() throws -> [HTMLPage.Block] {
    func picture(_ image: PNGImage, _ label: String) throws -> Picture { Picture(.image(png: try image.encoded(), scale: 1), label: label) }
    let (real, generated) = (real(64), try trainer.sample(64).scalars())
    var blocks: [HTMLPage.Block] = [
      .heading("Samples beside real ones"),
      .gallery(
        Gallery(rows: [
          .init(
            "",
            try [picture(SampleGrid.grid(real, shape: shape), realLabel), picture(SampleGrid.grid(generated, shape: shape), "generated")])
        ])),
    ]
    guard let nearest = try NearestImages(of: generated, in: samples) else { return blocks }
    let reference = try samples.heldOut == nil ? nil : NearestImages(of: real, in: samples)
    let pictures = try [(reference, "real, held out, over the nearest"), (nearest, "generated, over the nearest")].compactMap {
      found, label in
      try found?.drawing().map { Picture(.drawing(svg: $0.svg), label: label) }
    }
    let caption = NearestImages.caption(compared: nearest.record.compared, hasHeldOut: reference != nil)
    blocks += [.heading("Nearest training images"), .gallery(Gallery(rows: [.init("", pictures)], caption: caption))]
    return blocks
  }

  private func over() throws -> [HTMLPage.Block] {
    let pictures = try SampleFilm.chosen(frames.filter { $0.step <= trainer.step }, limit: 13).map { frame in
      Picture(.image(png: try FileBytes.read(frame.path), scale: 1), label: NumberText.fixed(Double(frame.step), digits: 0))
    }
    guard pictures.count > 1 else { return [] }
    return [
      .heading("The same samples over the run"),
      .gallery(
        Gallery(
          rows: [.init(film == nil ? "" : "All as a moving picture", pictures, link: film)],
          caption: "After so many rounds, from the same latent vectors.")),
    ]
  }

  private func surface() throws -> [HTMLPage.Block] {
    guard var plot = try DiscriminatorSurface.plot(of: trainer) else { return [] }
    plot.width = 360
    return [.heading("What the discriminator sees"), .figure(svg: plot.svg, caption: DiscriminatorSurface.caption)]
  }
}
