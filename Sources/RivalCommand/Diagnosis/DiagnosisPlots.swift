import Rival

/// The drawings of a diagnosis, each only where there is something to draw.
struct DiagnosisPlots {
  /// The drawings as SVG elements, in order.
  let figures: [String]

  private let record: RunRecord

  init(record: RunRecord, path: DiagnosisPath?) {
    self.record = record
    let drawn = Self(record: record)
    figures = [
      drawn.outputs, drawn.divergence, drawn.losses, drawn.distance, drawn.adversary, drawn.coverage, drawn.shares, drawn.traces,
      drawn.norms, drawn.steps, path.map(Self.pathChart), drawn.portrait, drawn.spectrum,
    ].compactMap { $0 }
  }

  private init(record: RunRecord) {
    self.record = record
    figures = []
  }

  /// Two charts stand side by side on the page.
  private static let width = 510.0

  /// At most this many points are drawn of a curve.
  private static let limit = 400

  private func points(_ diagnostic: String, _ reading: String) -> [BandChart.Point] {
    let series = record.observations.series(diagnostic, reading)
    let stride = max(1, (series.steps.count + Self.limit - 1) / Self.limit)
    return Swift.stride(from: 0, to: series.steps.count, by: stride).map {
      BandChart.Point(step: Double(series.steps[$0]), value: series.values[$0])
    }
  }

  private func chart(
    _ title: String, _ diagnostic: String, _ readings: [(reading: String, label: String)], band: BandChart.Band? = nil,
    references: [LineChart.Reference] = [], isYLogarithmic: Bool = false, range: ClosedRange<Double>? = nil
  ) -> String? {
    let series = readings.map { BandChart.Series(label: $0.label, points: points(diagnostic, $0.reading)) }.filter { $0.points.count >= 2 }
    guard !series.isEmpty else { return nil }
    return BandChart(
      title: title, series: series, band: band, references: references, isYLogarithmic: isYLogarithmic, yRange: range, width: Self.width
    ).svg
  }

  private var outputs: String? {
    chart(
      "Discriminator outputs", DiscriminatorOutputs.name, [("real", "D(x), held out"), ("fake", "D(G(z))")],
      band: null(around: 0.5, error: "real.error", scale: 1), references: [.init(value: 0.5, label: "one half")], range: 0...1)
  }

  /// What chance alone makes of a mean over as many samples where there is no difference: 95 % of draws.
  private func null(around center: Double, error reading: String, scale: Double) -> BandChart.Band? {
    guard let error = record.observations.latest(DiscriminatorOutputs.name, reading), error > 0, error.isFinite else { return nil }
    let half = 1.96 * scale * error
    return .init((center - half)...(center + half), label: "no difference, 95 %")
  }

  private var divergence: String? {
    chart(
      "Bound on the Jensen-Shannon divergence (nats)", DiscriminatorOutputs.name, [("jsd-bound", "log 2 − L/2")],
      band: null(around: 0, error: "loss.error", scale: 0.5), references: [.init(value: 0, label: "none seen")])
  }

  private var losses: String? {
    let names = record.history.names.filter { $0.hasSuffix(".loss") }
    let steps = record.history.steps
    guard steps.count >= 2 else { return nil }
    let series = names.compactMap { name -> LineChart.Series? in
      guard let values = record.history[name] else { return nil }
      // Means over equal stretches: what single rounds do is noise.
      let width = max(1, steps.count / 200)
      let points = stride(from: 0, to: steps.count - width + 1, by: width).map { start in
        PlotPoint(x: Double(steps[start + width - 1]), y: values[start..<start + width].reduce(0, +) / Double(width))
      }
      return LineChart.Series(label: String(name.dropLast(".loss".count)), points: points)
    }
    return LineChart(title: "Losses", series: series, width: Self.width).svg
  }

  private var distance: String? {
    let name = SampleDistance.name
    let lower = record.observations.latest(name, "sliced-wasserstein.null.lower") ?? .nan
    let upper = record.observations.latest(name, "sliced-wasserstein.null.upper") ?? .nan
    let band = lower <= upper ? BandChart.Band(max(lower, 0)...max(upper, 0), label: "real against real") : nil
    return chart(
      "Squared sliced Wasserstein distance", name, [("sliced-wasserstein", "generated against held-out")], band: band)
  }

  private var adversary: String? {
    let name = IndependentAdversary.name
    guard let upper = record.observations.latest(name, "null.upper"), upper > 0.5 else { return nil }
    return chart(
      "Accuracy of a fresh classifier", name, [("accuracy", "accuracy")], band: .init((1 - upper)...upper, label: "chance"), range: 0.4...1)
  }

  private var coverage: String? {
    let name = SampleCoverage.name
    guard let lower = record.observations.latest(name, "coverage.null.lower"), lower.isFinite, lower <= 1 else { return nil }
    return chart(
      "Coverage and precision", name, [("coverage", "coverage"), ("precision", "precision")],
      band: .init(max(lower, 0)...1, label: "coverage, real against real"), range: 0...1)
  }

  private var shares: String? {
    guard let table = record.observations[KnownModeShares.name], let weights = record.modeWeights, weights.allSatisfy({ $0 > 0 }) else {
      return nil
    }
    let columns = table.names.filter { $0.hasPrefix("share-") }.compactMap { table[$0] }
    guard columns.count == weights.count, weights.count <= 64, table.steps.count >= 2 else { return nil }
    let stride = max(1, table.steps.count / 120)
    let rows = Array(Swift.stride(from: 0, to: table.steps.count, by: stride))
    return ShareStrip(
      title: "Share of each mode", steps: rows.map { Double(table.steps[$0]) }, shares: rows.map { row in columns.map { $0[row] } },
      targets: weights, width: Self.width, rowHeight: weights.count > 16 ? 8 : 18
    ).svg
  }

  /// The generator's first trace against the discriminator's: of a game with two parameters, the game itself.
  private var portrait: String? {
    let name = ParameterProjections.name
    let (x, y) = ("generator.projection-0", "discriminator.projection-0")
    let (first, second) = (points(name, x), points(name, y))
    guard first.count >= 3, first.count == second.count else { return nil }
    return PhasePortrait(
      title: "Phase portrait",
      trajectories: [.init(label: "run", points: zip(first, second).map { PlotPoint(x: $0.value, y: $1.value) })],
      xLabel: "generator (projection)", yLabel: "discriminator (projection)"
    ).svg
  }

  private var traces: String? {
    chart(
      "Projections of the parameters", ParameterProjections.name,
      [("generator.projection-0", "generator"), ("discriminator.projection-0", "discriminator")])
  }

  private var spectrum: String? {
    let name = UpdateMapSpectrum.name
    guard let table = record.observations[name] else { return nil }
    func number(_ column: String, _ row: Int) -> Double { table[column]?[row] ?? .nan }
    func values(_ row: Int) -> [ComplexPlane.Value] {
      (0..<50).compactMap { index in
        let (real, imaginary) = (number("eigenvalue-\(index).real", row), number("eigenvalue-\(index).imaginary", row))
        guard real.isFinite, imaginary.isFinite else { return nil }
        let residual = number("eigenvalue-\(index).residual", row)
        let magnitude = (real * real + imaginary * imaginary).squareRoot()
        return ComplexPlane.Value(real: real, imaginary: imaginary, isConverged: residual <= Spectrum.tolerance * magnitude)
      }
    }
    let last = table.steps.count - 1
    var series = [ComplexPlane.Series(label: "step \(table.steps[last])", values: values(last))]
    if last > 0 { series.insert(ComplexPlane.Series(label: "step \(table.steps[0])", values: values(0)), at: 0) }
    return ComplexPlane(title: "Eigenvalues of a round", series: series, boundary: .unitCircle).svg
  }

  private static func pathChart(_ path: DiagnosisPath) -> String {
    PathChart(
      title: "Path from step \(path.fromStep)",
      points: path.profile.points.map { .init(position: $0.position, cosine: $0.cosine, norm: $0.norm) }
    ).svg
  }

  private var norms: String? {
    guard let table = record.observations[LayerNorms.name] else { return nil }
    let names = table.names.filter { $0.hasSuffix(".norm") }.prefix(6)
    return chart(
      "Largest singular values", LayerNorms.name, names.map { ($0, String($0.dropLast(".norm".count))) }, isYLogarithmic: true)
  }

  private var steps: String? {
    chart(
      "Length of a round's step by that of the parameters", GradientSignals.name,
      [("generator.step-ratio", "generator"), ("discriminator.step-ratio", "discriminator")], isYLogarithmic: true)
  }
}
