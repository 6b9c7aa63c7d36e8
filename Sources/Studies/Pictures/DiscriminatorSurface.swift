import Adversarial
import Networks
import Reports
import Tensors

/// What a discriminator makes of the plane: its output on a grid, and the field in which it pulls generated samples.
enum DiscriminatorSurface {
  /// Values on either side, and arrows.
  private static let (side, arrowSide) = (40, 12)

  /// How such a drawing is to be read.
  static let caption =
    "Blue: taken for real. Orange: taken for generated. The line: where a classifier is undecided, or the median of a critic. Arrows: where the "
    + "output rises, the way in which the generator is pulled. Dots: generated samples."

  /// The surface of the run as it stands; `nil` where the samples are not two numbers each, nobody judges them, or for what they are made.
  ///
  /// The arrows are the gradient of the output in the sample, the way in which the generator's loss moves samples whichever of the usual losses it is.
  /// A classifier's output has its line at 0, where it is undecided; that of a critic means nothing by itself, and has it at the median.
  ///
  /// - Parameter name: whose it is, for the title; nothing by default.
  static func plot(of trainer: Trainer, called name: String = "") throws -> SurfacePlot? {
    let isAsked = (try? trainer.game.network("discriminator"))?.conditions.isEmpty == false
    guard trainer.samples.sampleShape == [2], !isAsked, !trainer.game.judges.isEmpty else { return nil }
    let frame = PlaneImage(of: trainer.samples)
    func middles(_ count: Int) -> [Float] {
      (0..<count).flatMap { row in
        (0..<count).flatMap { column in
          [(column, frame.corner.x), (row, frame.corner.y)].map { $1 + (Float($0) + 0.5) / Float(count) * frame.length }
        }
      }
    }
    let places = middles(arrowSide)
    let (surface, field) = (try outputs(trainer, middles(side)).values, try outputs(trainer, places).slopes)
    let isClassifier = trainer.composition.lossKind == .classifier
    let sorted = surface.filter(\.isFinite).sorted()
    let samples = try trainer.sample(250).scalars()
    let modes = trainer.samples.modes
    func point(_ values: [Float], _ index: Int) -> PlotPoint { PlotPoint(x: Double(values[2 * index]), y: Double(values[2 * index + 1])) }
    let (x, y, length) = (Double(frame.corner.x), Double(frame.corner.y), Double(frame.length))
    return SurfacePlot(
      title: "Discriminator\(name.isEmpty ? "" : " of \(name)") after round \(NumberText.fixed(Double(trainer.step), digits: 0))",
      xRange: x...(x + length),
      yRange: y...(y + length),
      values: surface, level: isClassifier || sorted.isEmpty ? 0 : sorted[sorted.count / 2],
      valueLabel: isClassifier ? "logit: above 0 it takes samples for real" : "output: the higher, the more real",
      arrows: (0..<arrowSide * arrowSide).map { PhasePortrait.Arrow(place: point(places, $0), direction: point(field, $0)) },
      points: (0..<samples.count / 2).map { point(samples, $0) },
      circles: (modes?.centers ?? []).map {
        ScatterPlot.Circle(center: point($0, 0), radius: 3 * Double(modes?.standardDeviation ?? 0))
      }, width: 300)
  }

  /// The judge's output at each point, the mean where it gives several, and its gradient.
  private static func outputs(_ trainer: Trainer, _ points: [Float]) throws -> (values: [Double], slopes: [Float]) {
    let run = Observation(trainer)
    let (batch, count) = (trainer.batchSize, points.count / 2)
    let type = TensorType([batch, 2])
    let trace = try run.rounds("discriminator surface", inputs: [type]) { [game = run.game] makeRound, inputs in
      let scores = try game.judged(Images(inputs[0]), given: [], in: makeRound()).tensor
      return [scores, gradient(of: scores.sum(), at: inputs[0])]
    }
    var values: [Double] = []
    var slopes: [Float] = []
    for start in stride(from: 0, to: count, by: batch) {
      let rows = points[2 * start..<2 * min(count, start + batch)]
      // The last batch is filled up with its first point.
      let filled = Array(rows) + (0..<batch - rows.count / 2).flatMap { _ in points[2 * start..<2 * start + 2] }
      try trace.load(Tensor(filled, shape: type.shape), asInput: 0)
      try trace.run()
      let scores = try trace.output(0).scalars()
      let width = scores.count / batch
      for row in 0..<rows.count / 2 {
        values.append(scores[row * width..<(row + 1) * width].reduce(0) { $0 + Double($1) } / Double(width))
      }
      slopes += try trace.output(1).scalars().prefix(rows.count)
    }
    return (values, slopes)
  }
}
