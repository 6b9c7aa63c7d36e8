import Adversarial
import Components
import Diagnostics
import Foundation
import Metrics

/// What the discriminator's outputs say: dead, overpowered, overfit.
extension DiscriminatorOutputs {
  public func findings(in record: RunRecord) -> [Finding] {
    [dead(record), overpowered(record), overfit(record)].compactMap { $0 }
  }

  /// What the discriminator is to a fresh classifier, which is not fooled with it.
  private static let (adversary, adversaryPValue) = (IndependentAdversary.accuracy, IndependentAdversary.pValue)

  public func equivalence(in record: RunRecord) -> [EquivalenceCheck] {
    guard let bound = record.latest(Self.divergenceBound) else { return [] }
    // This one looks at the generator itself, not at its average: 0.05 nats is an accuracy of 0.66, a swing that no average should hide.
    let evidence = Evidence("\(Self.divergenceBound)", bound, "nats, below 0.05: the divergence that the run's own discriminator shows")
    return [EquivalenceCheck(bound < 0.01 ? .agrees : bound < 0.05 ? .tolerable : .contradicts, evidence)]
  }

  /// The spread of logits below which D is constant: it then varies by less than 0.00025. The outputs of a critic have no scale, and clipped weights
  /// make them small: there only float32's own resolution counts as constant.
  func leastSpread(_ record: RunRecord) -> Double { [.critic, .embedding].contains(record.lossKind) ? 1e-6 : 1e-3 }

  /// The same output for every sample while an independent adversary tells them apart.
  ///
  /// D is constant where its logits have no spread and its mean lies within 0.01 of one half, not once, as near an equilibrium, but in most of the
  /// second half of the run.
  private func dead(_ record: RunRecord) -> Finding? {
    let least = leastSpread(record)
    guard let spread = record.latest(Self.spread), let real = record.latest(Self.real),
      let fake = record.latest(Self.fake), spread < least, abs((real + fake) / 2 - 0.5) < 0.01,
      Statistics.median(record.recent(Self.spread).values) < least
    else { return nil }
    // A perfect generator looks the same to the discriminator: only a fresh classifier tells a dead one from one that has nothing left to say.
    let pValue = record.latest(Self.adversaryPValue)
    if let pValue, pValue >= 0.01 { return nil }
    var evidence = [
      Evidence("\(Self.spread)", spread, "below \(Phrase.number(least)): one output for all samples"),
      Evidence("\(Self.real)", real, "within 0.01 of one half"),
    ]
    if let accuracy = record.latest(Self.adversary) {
      evidence.append(
        Evidence(
          "\(Self.adversary)", accuracy,
          "a fresh classifier is above \(Phrase.number(record.null(of: Self.adversary)?.upper ?? 0.5)) expected by chance"))
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
  ///
  /// Right of more than 95 %, so that nine tenths of the mass lie apart (TV ≥ 2·accuracy − 1), in nine of ten looks in the last 30 % of the run; and
  /// sure of it: a loss below 0.35 nats, a quarter of chance (2 ln 2), where a saturating loss passes about a sixth of the gradient.
  private func overpowered(_ record: RunRecord) -> Finding? {
    let real = record.recent(Self.realAccuracy, share: 0.3).values
    let fake = record.recent(Self.fakeAccuracy, share: 0.3).values
    let loss = record.recent(Self.loss, share: 0.3).values
    // The outputs of a critic are no probabilities, and to be right is its task.
    guard record.lossKind != .critic, record.lossKind != .embedding else { return nil }
    guard real.count >= 3, fake.count == real.count, !loss.isEmpty else { return nil }
    let typicalLoss = Statistics.median(loss)
    let accuracy = zip(real, fake).map { ($0 + $1) / 2 }
    let right = Double(accuracy.filter { $0 > 0.95 }.count) / Double(accuracy.count)
    guard right >= 0.9, typicalLoss < 0.35 else { return nil }
    var evidence = [
      Evidence(
        "\(name).accuracy", accuracy.last ?? .nan, "above 0.95 on held-out samples in \(Phrase.percent(right)) of the last observations"),
      Evidence("\(Self.loss)", typicalLoss, "below 0.35 nats; 1.386 is chance"),
    ]
    if let signal = record.latest(Self.saturatingSignal) {
      evidence.append(Evidence("\(Self.saturatingSignal)", signal, "what the saturating loss passes of the gradient"))
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

  /// Held-out samples look to it more like generated ones than training samples do, and for long.
  ///
  /// The ratio of Karras et al. is 0 without overfitting and 1 where held-out samples look generated; 0.3 lies beyond its spread at 256 samples. Near
  /// the equilibrium its denominator is noise, so one of two other signs must agree: an accuracy on training samples 0.1 above that on held-out ones,
  /// which is 2.3 standard errors at 256 samples, or a loss on held-out samples above chance by 2 standard errors, worse than saying nothing.
  private func overfit(_ record: RunRecord) -> Finding? {
    let gaps = record.recent(Self.accuracyGap, share: 0.4).values
    let ratios = record.recent(Self.validationRatio, share: 0.4).values
    let losses = record.recent(Self.loss, share: 0.4).values
    let errors = record.recent(Self.lossError, share: 0.4).values
    guard gaps.count >= 3, ratios.count >= 3, !losses.isEmpty, !errors.isEmpty else { return nil }
    let gap = Statistics.median(gaps)
    let ratio = Statistics.median(ratios)
    let loss = Statistics.median(losses)
    let chance = 2 * log(2) + 2 * Statistics.median(errors)
    guard ratio > 0.3, gap > 0.1 || (gap > 0 && loss > chance) else { return nil }
    let high = Double(ratios.filter { $0 > 0.3 }.count) / Double(ratios.count)
    return Finding(
      .discriminatorOverfit, confidence: high,
      evidence: [
        Evidence("\(Self.validationRatio)", ratio, "held-out samples look this far from training to generated ones, above 0.3"),
        Evidence("\(Self.accuracyGap)", gap, "training minus held-out accuracy, above 0.1"),
        Evidence("\(Self.loss)", loss, "nats on held-out samples; above \(Phrase.number(chance)) is worse than chance"),
        Evidence(
          "\(Self.trainSign)", record.latest(Self.trainSign) ?? .nan, "0.6 is the target of adaptive augmentation"),
      ],
      advice: record.fitting([
        Advice("Penalize the discriminator's slope, or forget parts of it.", components: ["r1-penalty", "dropout"]),
        Advice("Blur what the discriminator sees.", components: ["instance-noise"]),
        Advice("Use a smaller discriminator or more data, and stop at the best checkpoint."),
      ]))
  }
}
