import Adversarial
import Metrics

extension RunRecord {
  /// The fresh classifier against the samples.
  var adversaryLine: ReadingLine? {
    let name = IndependentAdversary.name
    guard let accuracy = latest(name, "accuracy"), let upper = latest(name, "null.upper") else { return nil }
    let reading =
      "A fresh classifier tells generated from held-out real samples with \(Phrase.percent(accuracy)) accuracy "
      + "(chance: 50 ± \(Phrase.percent(upper - 0.5)))"
    return accuracy > upper
      ? ReadingLine(
        name, accuracy > 0.6 ? .alarm : .note, reading + ": the samples are not those of the data, whatever the discriminator says.")
      : ReadingLine(name, .fine, reading + ": it cannot.")
  }

  /// The distance with its null.
  var distanceLine: ReadingLine? {
    let name = SampleDistance.name
    guard let value = latest(name, "sliced-wasserstein"), let mean = latest(name, "sliced-wasserstein.null.mean"),
      let upper = latest(name, "sliced-wasserstein.null.upper")
    else { return nil }
    var text =
      "Squared sliced Wasserstein distance \(Phrase.number(value)) (real against real: \(Phrase.number(mean)), up to \(Phrase.number(upper)))"
    guard value > upper else { return ReadingLine(name, .fine, text + ": as near as real samples are to each other.") }
    text += ": \(Phrase.number((value / mean * 10).rounded() / 10)) times the floor."
    return ReadingLine(name, .note, text)
  }

  /// The Fréchet distance with its bias.
  var frechetLine: ReadingLine? {
    let name = SampleFrechetDistance.name
    guard let value = latest(name, "frechet-distance"), let mean = latest(name, "frechet-distance.null.mean"),
      let upper = latest(name, "frechet-distance.null.upper")
    else { return nil }
    let text =
      "Fréchet distance \(Phrase.number(value)) (real against real at this size: \(Phrase.number(mean)), up to \(Phrase.number(upper)))"
    return value > upper
      ? ReadingLine(name, .note, text + ": more than sampling explains.")
      : ReadingLine(name, .fine, text + ": not distinguishable from zero with so many samples.")
  }

  /// The modes of a known mixture.
  var modesLine: ReadingLine? {
    let name = KnownModeShares.name
    guard let held = latest(name, "held"), let quality = latest(name, "high-quality"), let weights = modeWeights else { return nil }
    let modes = weights.filter { $0 > 0 }.count
    let divergence = latest(name, "reverse-kl").map { ", reverse KL \(Phrase.number($0))" } ?? ""
    let text = "\(Int(held)) of \(modes) modes held, \(Phrase.percent(quality)) of the samples in a mode\(divergence)"
    return Int(held) < modes
      ? ReadingLine(
        name, .alarm, text + ": the generator leaves \(Phrase.percent(latest(name, "missing-mass") ?? .nan)) of the probability out.")
      : ReadingLine(name, .fine, text + ".")
  }

  /// Precision and coverage.
  var coverageLine: ReadingLine? {
    let name = SampleCoverage.name
    guard let precision = latest(name, "precision"), let coverage = latest(name, "coverage"),
      let floor = latest(name, "coverage.null.lower"), let mean = latest(name, "coverage.null.mean")
    else { return nil }
    let text =
      "Precision \(Phrase.number(precision)), recall \(Phrase.number(latest(name, "recall") ?? .nan)), density "
      + "\(Phrase.number(latest(name, "density") ?? .nan)), coverage \(Phrase.number(coverage)) (real against real: \(Phrase.number(mean)))"
    guard coverage < floor else { return ReadingLine(name, .fine, text + ".") }
    return ReadingLine(
      name, .note,
      text + (precision > 0.8 ? ": what is made looks right, but some of the data is missing." : ": the samples miss the data."))
  }

  /// Copies of training samples.
  var memorizationLine: ReadingLine? {
    let name = "memorization"
    guard let score = latest(name, "copy-score") else { return nil }
    let text = "Distance to training against held-out samples: z = \(Phrase.number(score))"
    return score < -3
      ? ReadingLine(
        name, .alarm, text + ": the generator copies training samples. Try more data, instance noise, or an earlier checkpoint.")
      : ReadingLine(name, .fine, text + ": no copying.")
  }

  /// Whether to stop.
  var stopLine: ReadingLine? {
    let series = observations.series(SampleDistance.name, "sliced-wasserstein")
    guard series.values.count >= 8, let advice = try? StopAdvice(steps: series.steps, values: series.values) else { return nil }
    let best = "best at step \(advice.bestStep) (\(Phrase.number(advice.bestValue)))"
    switch advice.action {
    case .proceed:
      return ReadingLine("stop-advice", .fine, "The distance still changes for the better or too little is known: go on; \(best).")
    case .stop:
      return ReadingLine(
        "stop-advice", .note,
        "No improvement for \(advice.evaluationsSinceBest) observations: stop, or restart with half the learning rates; \(best).")
    case .rollBack:
      return ReadingLine("stop-advice", .alarm, "The distance gets worse: go back to the checkpoint nearest to its best; \(best).")
    }
  }
}
