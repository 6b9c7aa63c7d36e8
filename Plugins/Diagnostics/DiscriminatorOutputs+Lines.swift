import Adversarial
import Components
import Diagnostics
import Reports

/// What the outputs say in words and curves.
extension DiscriminatorOutputs {
  public func lines(on record: RunRecord) -> [ReadingLine] {
    [outputsLine(record), overfittingLine(record), saturationLine(record)].compactMap { $0 }
  }

  /// D(x), D(G(z)), and what follows for the divergence.
  private func outputsLine(_ record: RunRecord) -> ReadingLine? {
    guard let real = record.latest(Self.real), let fake = record.latest(Self.fake), let bound = record.latest(Self.divergenceBound),
      let spread = record.latest(Self.spread)
    else { return nil }
    let text = "D(x) = \(Phrase.number(real)), D(G(z)) = \(Phrase.number(fake)), spread \(Phrase.number(spread))"
    if spread < leastSpread(record) {
      return ReadingLine(name, .alarm, text + ": one output for every sample. One half here means nothing.")
    }
    if bound > 0.01 {
      return ReadingLine(name, .note, text + ", divergence ≥ \(Phrase.number(bound)) of 0.693 nats: still distinguishable.")
    }
    return ReadingLine(name, .fine, text + ": this discriminator sees no difference; the fresh classifier must confirm it.")
  }

  /// Training against held-out samples.
  private func overfittingLine(_ record: RunRecord) -> ReadingLine? {
    guard let gap = record.latest(Self.accuracyGap), let sign = record.latest(Self.trainSign) else { return nil }
    let ratio = record.latest(Self.validationRatio) ?? .nan
    let text =
      "r_t = \(Phrase.number(sign)) (target 0.6), r_v = \(Phrase.number(ratio)), accuracy on training samples "
      + "\(gap >= 0 ? "+" : "−")\(Phrase.percent(abs(gap))) against held-out ones"
    return gap > 0.1 && ratio > 0.3
      ? ReadingLine("overfitting", .alarm, text + ": the discriminator memorizes.") : ReadingLine("overfitting", .fine, text + ".")
  }

  /// What the loss passes of the generator's gradient.
  private func saturationLine(_ record: RunRecord) -> ReadingLine? {
    guard let saturated = record.latest(Self.saturated), let saturating = record.latest(Self.saturatingSignal),
      let other = record.latest(Self.nonSaturatingSignal)
    else { return nil }
    let text =
      "\(Phrase.percent(saturated)) of generated logits beyond ±5: the saturating loss passes \(Phrase.percent(saturating)) of the gradient, "
      + "the non-saturating one \(Phrase.percent(other))"
    return ReadingLine("saturation", saturating < 0.05 ? .note : .fine, text + ".")
  }

  public func plots(of record: RunRecord) -> [any Plot] {
    let outputs = record.chart(
      "Discriminator outputs", [(Self.real, "D(x), held out"), (Self.fake, "D(G(z))")],
      band: chance(around: 0.5, error: record.latest(Self.realError)), references: [.init(value: 0.5, label: "one half")], yRange: 0...1)
    let divergence = record.chart(
      "Bound on the Jensen-Shannon divergence (nats)", [(Self.divergenceBound, "log 2 − L/2")],
      band: chance(around: 0, error: record.latest(Self.lossError).map { $0 / 2 }), references: [.init(value: 0, label: "none seen")])
    return [outputs, divergence].compactMap { $0 }
  }

  /// What chance alone makes of a mean over as many samples where there is no difference: 95 % of draws.
  private func chance(around center: Double, error: Double?) -> BandChart.Band? {
    guard let error, error > 0 else { return nil }
    let half = 1.96 * error
    return BandChart.Band((center - half)...(center + half), label: "no difference, 95 %")
  }
}
