import Adversarial

/// What the discriminator's outputs say: dead, overpowered, overfit.
enum DiscriminatorRules {
  private static let outputs = DiscriminatorOutputs.name

  static func findings(_ record: RunRecord) -> [Finding] {
    [dead(record), overpowered(record), overfit(record)].compactMap { $0 }
  }

  /// The same output for every sample while an independent adversary tells them apart.
  ///
  /// D is constant where the spread of its logits is below 10⁻³ and its mean lies within 0.01 of one half, not once, as near an equilibrium,
  /// but in most of the second half of the run.
  private static func dead(_ record: RunRecord) -> Finding? {
    guard let spread = record.latest(outputs, "spread"), let real = record.latest(outputs, "real"),
      let fake = record.latest(outputs, "fake"), spread < 1e-3, abs((real + fake) / 2 - 0.5) < 0.01,
      Phrase.median(record.recent(outputs, "spread").values) < 1e-3
    else { return nil }
    let pValue = record.latest(IndependentAdversary.name, "p-value")
    if let pValue, pValue >= 0.01 { return nil }
    var evidence = [
      Evidence("\(outputs).spread", spread, "below 0.001: one output for all samples"),
      Evidence("\(outputs).real", real, "within 0.01 of one half"),
    ]
    if let accuracy = record.latest(IndependentAdversary.name, "accuracy") {
      evidence.append(
        Evidence(
          "\(IndependentAdversary.name).accuracy", accuracy,
          "a fresh classifier is above \(Phrase.number(record.latest(IndependentAdversary.name, "null.upper") ?? 0.5)) expected by chance"))
    }
    return Finding(
      .discriminatorDead, confidence: pValue.map { 1 - $0 } ?? 0.6, evidence: evidence,
      advice: record.fitting([
        Advice("Give the discriminator units that cannot die, and a larger learning rate.", components: ["leaky-relu"]),
        Advice("Update the discriminator more often.", components: ["alternating:discriminatorSteps=5"]),
        Advice("Look for layers whose output is constant: 'layer-norms' lists their norms."),
      ]))
  }

  /// Nearly always right on samples that it never saw, and for long: the generator's gradient is gone or one-sided.
  private static func overpowered(_ record: RunRecord) -> Finding? {
    let real = record.recent(outputs, "accuracy.real", share: 0.3).values
    let fake = record.recent(outputs, "accuracy.fake", share: 0.3).values
    let loss = record.recent(outputs, "loss", share: 0.3).values
    // The outputs of a critic are no probabilities, and to be right is its task.
    guard !record.parts.contains("wasserstein") else { return nil }
    guard real.count >= 3, fake.count == real.count, !loss.isEmpty else { return nil }
    let typicalLoss = Phrase.median(loss)
    let accuracy = zip(real, fake).map { ($0 + $1) / 2 }
    let right = Double(accuracy.filter { $0 > 0.95 }.count) / Double(accuracy.count)
    guard right >= 0.9, typicalLoss < 0.35 else { return nil }
    var evidence = [
      Evidence(
        "\(outputs).accuracy", accuracy.last ?? .nan, "above 0.95 on held-out samples in \(Phrase.percent(right)) of the last observations"),
      Evidence("\(outputs).loss", typicalLoss, "below 0.35 nats; 1.386 is chance"),
    ]
    if let signal = record.latest(outputs, "signal.saturating") {
      evidence.append(Evidence("\(outputs).signal.saturating", signal, "what the saturating loss passes of the gradient"))
    }
    return Finding(
      .discriminatorOverpowered, confidence: right, evidence: evidence,
      advice: record.fitting([
        Advice("Penalize the discriminator's slope at real samples.", components: ["r1-penalty"]),
        Advice("Use a loss that does not saturate.", components: ["non-saturating", "least-squares"]),
        Advice("Blur both sides so that their supports overlap.", components: ["instance-noise"]),
        Advice("Lower the discriminator's learning rate, or raise the generator's."),
      ]))
  }

  /// Better on training samples than on held-out ones, beyond what the two samples' spread explains, and for long.
  private static func overfit(_ record: RunRecord) -> Finding? {
    let gaps = record.recent(outputs, "overfitting.accuracy-gap", share: 0.4).values
    let ratios = record.recent(outputs, "overfitting.validation", share: 0.4).values
    guard gaps.count >= 3, ratios.count >= 3 else { return nil }
    let gap = Phrase.median(gaps)
    let ratio = Phrase.median(ratios)
    guard gap > 0.1, ratio > 0.3 else { return nil }
    let high = Double(zip(gaps, ratios).filter { $0 > 0.1 && $1 > 0.3 }.count) / Double(min(gaps.count, ratios.count))
    return Finding(
      .discriminatorOverfit, confidence: high,
      evidence: [
        Evidence("\(outputs).overfitting.accuracy-gap", gap, "training minus held-out accuracy, above 0.1"),
        Evidence("\(outputs).overfitting.validation", ratio, "held-out samples look this far from training to generated ones, above 0.3"),
        Evidence(
          "\(outputs).overfitting.sign", record.latest(outputs, "overfitting.sign") ?? .nan, "0.6 is the target of adaptive augmentation"),
      ],
      advice: record.fitting([
        Advice("Penalize the discriminator's slope, or forget parts of it.", components: ["r1-penalty", "dropout"]),
        Advice("Blur what the discriminator sees.", components: ["instance-noise"]),
        Advice("Use a smaller discriminator or more data, and stop at the best checkpoint."),
      ]))
  }
}
