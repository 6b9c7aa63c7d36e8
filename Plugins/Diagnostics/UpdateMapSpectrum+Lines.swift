import Adversarial
import Components
import Diagnostics
import LinearAlgebra
import Reports

/// What the eigenvalues say in words and in the plane.
extension UpdateMapSpectrum {
  /// What becomes of a small error from round to round.
  enum Fate {
    case shrinks, stays, grows

    /// A radius that differs from 1 by no more than a millionth is 1.
    init(radius: Double) { self = radius > 1 + 1e-6 ? .grows : radius >= 1 - 1e-6 ? .stays : .shrinks }
  }

  public func equivalence(in record: RunRecord) -> [EquivalenceCheck] {
    guard let radius = record.latest(Self.radius) else { return [] }
    let held =
      switch Fate(radius: radius) {
      case .shrinks: "below 1: errors shrink"
      case .stays: "1: errors neither grow nor shrink"
      case .grows: "above 1: this very point repels"
      }
    return [EquivalenceCheck(.beside, Evidence("\(Self.radius)", radius, held))]
  }

  public func lines(on record: RunRecord) -> [ReadingLine] {
    if let products = record.latest(Self.productCount), record.latest(Self.converged) == 0 {
      let more = "\(name):products=\(5 * Int(products))"
      return [
        ReadingLine(name, .fine, "No eigenvalue of a round converged in \(Phrase.number(products)) products; ask with --only \(more).")
      ]
    }
    let columns = Self.eigenvalue(0)
    guard let radius = record.latest(Self.radius), let residual = record.latest(Self.residual), let real = record.latest(columns.real),
      let imaginary = record.latest(columns.imaginary)
    else { return [] }
    let pair = imaginary == 0 ? Phrase.number(real) : "\(Phrase.number(real)) ± \(Phrase.number(abs(imaginary)))i"
    let text = "Spectral radius of a round \(Phrase.number(radius)) (residual \(Phrase.number(residual))), at \(pair)"
    switch Fate(radius: radius) {
    case .shrinks: return [ReadingLine(name, .fine, text + ": small errors shrink.")]
    case .stays: return [ReadingLine(name, .fine, text + ": small errors neither grow nor shrink.")]
    case .grows: return [growth(text, real: real, imaginary: imaginary)]
    }
  }

  /// Why errors grow, and what helps. With the learning rate an eigenvalue moves towards 1, and a real one never across it: there the field itself
  /// vanishes along the direction, whatever the rate. So smaller steps help those below −1 and those that turn, not those above 1.
  private func growth(_ text: String, real: Double, imaginary: Double) -> ReadingLine {
    switch (imaginary == 0, real > 0) {
    case (true, true):
      ReadingLine(
        name, .note, text + ": small errors grow here in one direction, at any learning rate.",
        advice: Advice("The point repels: train on, or try r1-penalty.", components: ["r1-penalty"]))
    case (true, false):
      ReadingLine(name, .note, text + ": small errors grow here since steps overshoot.", advice: Advice("Try a smaller learning rate."))
    default:
      ReadingLine(
        name, .note, text + ": small errors grow here.",
        advice: Advice("Try a smaller learning rate or r1-penalty.", components: ["r1-penalty"]))
    }
  }

  /// The eigenvalues at the first and the last look.
  public func plots(of record: RunRecord) -> [any Plot] {
    guard let table = record.observations[name], let last = table.steps.indices.last else { return [] }
    func values(_ row: Int) -> [ComplexPlane.Value] {
      func number(_ column: ReadingColumn) -> Double { table[column.reading]?[row] ?? .nan }
      return (0..<50).compactMap { index in
        let columns = Self.eigenvalue(index)
        let (real, imaginary) = (number(columns.real), number(columns.imaginary))
        guard real.isFinite, imaginary.isFinite else { return nil }
        let magnitude = (real * real + imaginary * imaginary).squareRoot()
        return ComplexPlane.Value(
          real: real, imaginary: imaginary, isConverged: number(columns.residual) <= Spectrum.tolerance * magnitude)
      }
    }
    let rows = last > 0 ? [0, last] : [last]
    return [
      ComplexPlane(
        title: "Eigenvalues of a round",
        series: rows.map { ComplexPlane.Series(label: "step \(table.steps[$0])", values: values($0)) }, boundary: .unitCircle)
    ]
  }
}
