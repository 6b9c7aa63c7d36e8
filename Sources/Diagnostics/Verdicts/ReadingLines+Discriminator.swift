import Adversarial

extension RunRecord {
  /// D(x), D(G(z)), and what follows for the divergence.
  var outputsLine: ReadingLine? {
    let name = DiscriminatorOutputs.name
    guard let real = latest(name, "real"), let fake = latest(name, "fake"), let bound = latest(name, "jsd-bound"),
      let spread = latest(name, "spread")
    else { return nil }
    let text = "D(x) = \(Phrase.number(real)), D(G(z)) = \(Phrase.number(fake)), spread \(Phrase.number(spread))"
    if spread < 1e-3 { return ReadingLine(name, .alarm, text + ": one output for every sample. One half here means nothing.") }
    if bound > 0.01 {
      return ReadingLine(name, .note, text + ", divergence ≥ \(Phrase.number(bound)) of 0.693 nats: still distinguishable.")
    }
    return ReadingLine(name, .fine, text + ": this discriminator sees no difference; the fresh classifier must confirm it.")
  }

  /// Training against held-out samples.
  var overfittingLine: ReadingLine? {
    let name = DiscriminatorOutputs.name
    guard let gap = latest(name, "overfitting.accuracy-gap"), let sign = latest(name, "overfitting.sign") else { return nil }
    let ratio = observations.latest(name, "overfitting.validation") ?? .nan
    let text =
      "r_t = \(Phrase.number(sign)) (target 0.6), r_v = \(Phrase.number(ratio)), accuracy on training samples "
      + "\(gap >= 0 ? "+" : "−")\(Phrase.percent(abs(gap))) against held-out ones"
    return gap > 0.1 && ratio > 0.3
      ? ReadingLine("overfitting", .alarm, text + ": the discriminator memorizes.") : ReadingLine("overfitting", .fine, text + ".")
  }

  /// What the loss passes of the generator's gradient.
  var saturationLine: ReadingLine? {
    let name = DiscriminatorOutputs.name
    guard let saturated = latest(name, "saturated"), let saturating = latest(name, "signal.saturating"),
      let other = latest(name, "signal.non-saturating")
    else { return nil }
    let text =
      "\(Phrase.percent(saturated)) of generated logits beyond ±5: the saturating loss passes \(Phrase.percent(saturating)) of the gradient, "
      + "the non-saturating one \(Phrase.percent(other))"
    return ReadingLine("saturation", saturating < 0.05 ? .note : .fine, text + ".")
  }

  /// Norms, steps, signal and noise.
  var gradientLine: ReadingLine? {
    let name = GradientSignals.name
    guard let agreement = latest(name, "generator.agreement"), let ratio = latest(name, "generator.step-ratio") else { return nil }
    let scale = observations.latest(name, "generator.noise-scale") ?? .nan
    let text =
      "Two batches' generator gradients agree to \(Phrase.number(agreement)), noise scale \(Phrase.number(scale)) samples; a round moves "
      + "\(Phrase.number(ratio)) of the parameters' length"
    return agreement < 0.1
      ? ReadingLine(name, .note, text + ": mostly noise. Try a larger batch.") : ReadingLine(name, .fine, text + ".")
  }

  /// The layer whose norm changed most.
  var layerLine: ReadingLine? {
    guard let table = observations[LayerNorms.name] else { return nil }
    var worst: (name: String, first: Double, last: Double)?
    for column in table.names where column.hasSuffix(".norm") {
      let series = observations.series(LayerNorms.name, column)
      guard let first = series.values.first, let last = series.values.last, first > 0, last > 0 else { continue }
      let ratio = max(last / first, first / last)
      if worst.map({ ratio > max($0.last / $0.first, $0.first / $0.last) }) ?? true { worst = (column, first, last) }
    }
    guard let worst else { return nil }
    let layer = worst.name.dropLast(".norm".count)
    let ratio = worst.last / worst.first
    guard table.steps.count > 1 else {
      return ReadingLine(LayerNorms.name, .fine, "The largest singular value of \(layer) is \(Phrase.number(worst.last)).")
    }
    let text = "The largest singular value changed most in \(layer): \(Phrase.number(worst.first)) → \(Phrase.number(worst.last))"
    return ratio > 4 || ratio < 0.25
      ? ReadingLine(LayerNorms.name, .note, text + ", a precursor of collapse where it is sudden.")
      : ReadingLine(LayerNorms.name, .fine, text + ".")
  }
}
