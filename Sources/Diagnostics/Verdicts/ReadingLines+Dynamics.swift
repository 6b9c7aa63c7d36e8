import Adversarial

extension RunRecord {
  /// The strongest oscillation of the parameters' traces.
  var oscillationLine: ReadingLine? {
    let all = DynamicsRules.oscillations(self)
    guard !all.isEmpty else { return nil }
    let lasting = all.filter { $0.oscillation.fate != .none }
    guard let strongest = lasting.max(by: { $0.oscillation.fisherG < $1.oscillation.fisherG }) else {
      return ReadingLine("oscillation", .fine, "No rotation in \(all.count) projections of the parameters.")
    }
    let period = Phrase.number((strongest.oscillation.period * strongest.cadence).rounded())
    let growth = Phrase.number(strongest.oscillation.growthPerTurn)
    let text = "Rotation with a period of \(period) rounds in \(lasting.count) of \(all.count) projections, growing by \(growth) a turn"
    switch strongest.oscillation.fate {
    case .damped: return ReadingLine("oscillation", .fine, text + ": it dies out.")
    case .sustained, .growing: return ReadingLine("oscillation", .note, text + ": it lasts.")
    case .none: return nil
    }
  }

  /// The update map's eigenvalues.
  var spectrumLine: ReadingLine? {
    let name = UpdateMapSpectrum.name
    if let products = latest(name, "products"), latest(name, "converged") == 0 {
      return ReadingLine(
        name, .fine,
        "No eigenvalue of a round converged in \(Phrase.number(products)) products; ask with --only update-map:products=\(5 * Int(products))."
      )
    }
    guard let radius = latest(name, "radius"), let residual = latest(name, "residual"), let real = latest(name, "eigenvalue-0.real"),
      let imaginary = latest(name, "eigenvalue-0.imaginary")
    else { return nil }
    let pair = imaginary == 0 ? Phrase.number(real) : "\(Phrase.number(real)) ± \(Phrase.number(abs(imaginary)))i"
    let text = "Spectral radius of a round \(Phrase.number(radius)) (residual \(Phrase.number(residual))), at \(pair)"
    return radius > 1 + 1e-6
      ? ReadingLine(name, .note, text + ": small errors grow here. Try a smaller learning rate or r1-penalty.")
      : ReadingLine(name, .fine, text + ": small errors shrink.")
  }

  /// How much of the Jacobian is rotation.
  var rotationLine: ReadingLine? {
    let name = "rotation"
    guard let index = latest(name, "index") else { return nil }
    let text = "Rotation index \(Phrase.number(index)) (0: a potential, 1: pure rotation)"
    return ReadingLine(name, index > 0.7 ? .note : .fine, text + (index > 0.7 ? ": the players mostly turn around each other." : "."))
  }

  /// The kind of point.
  var equilibriumLine: ReadingLine? {
    let name = "equilibrium"
    if observations.latest(name, "stationary") != nil,
      latest(name, "generator.smallest-curvature") == nil || latest(name, "discriminator.smallest-curvature") == nil
    {
      return ReadingLine(
        name, .fine, "The players' smallest curvatures did not converge; ask with --only equilibrium:products=1000, which takes longer.")
    }
    guard let curvature = latest(name, "generator.smallest-curvature"), let own = latest(name, "discriminator.smallest-curvature") else {
      return nil
    }
    let stationary = latest(name, "stationary") == 1
    let text =
      "Smallest curvature of the generator's loss \(Phrase.number(curvature)), of the discriminator's \(Phrase.number(own))"
    if !stationary { return ReadingLine(name, .fine, text + "; the point is not stationary, so it has no class.") }
    return ReadingLine(
      name, .fine, text + (curvature < 0 ? ": not a Nash point, as usual; no action." : ": neither player alone can gain locally."))
  }

  /// The duality gap's halves.
  var gapLine: ReadingLine? {
    let name = "duality-gap"
    guard let gap = latest(name, "gap") else { return nil }
    let error = latest(name, "gap.error").map { " ± \(Phrase.number($0))" } ?? ""
    guard gap > 0 else {
      return ReadingLine(
        name, .fine,
        "Nikaido–Isoda gap \(Phrase.number(gap))\(error): the answers that were found do not hold on other samples; ask with more draws "
          + "or fewer steps, such as --only duality-gap:draws=16,steps=50.")
    }
    let text =
      "Nikaido–Isoda gap ≥ \(Phrase.number(gap))\(error): the discriminator alone could gain \(Phrase.number(latest(name, "discriminator.gain") ?? .nan)), "
      + "the generator alone \(Phrase.number(latest(name, "generator.gain") ?? .nan)) (a lower bound)"
    return ReadingLine(name, gap > 0.1 ? .note : .fine, text + ".")
  }

  /// Whether the run repeats.
  var reproducibilityLine: ReadingLine? {
    let name = ReproducibilityReading.name
    guard let points = latest(name, "points"), let identical = latest(name, "identical"), let neutral = latest(name, "neutral") else {
      return nil
    }
    let isSound = points == identical && neutral == 1
    return ReadingLine(
      name, isSound ? .fine : .alarm,
      "Resumed at \(Phrase.number(points)) points: \(identical == points ? "bit-identical" : "\(Phrase.number(points - identical)) differ"); "
        + "diagnostics on and off: \(neutral == 1 ? "identical" : "they differ")"
        + (isSound ? "." : ". A component keeps something outside of the state; 'rival plugins' lists the components."))
  }
}
