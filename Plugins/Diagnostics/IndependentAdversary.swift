import Adversarial
import Components
import Diagnostics
import MetricParts
import Metrics
import Networks
import Reports

/// Whether a fresh classifier can tell generated from held-out real samples: the only reading that "converged" may rest on.
///
/// The run's own discriminator proves nothing: a dead one says one half of everything. This one is trained anew on a part of the samples and
/// judged on the rest (Lopez-Paz and Oquab 2017). How small a difference it can see depends on its samples: with 4,000 of each it finds a fifth of the
/// mass in the wrong place nearly always, with 1,000 one time in two; so "chance" is worth as much as the samples that it was read from.
public struct IndependentAdversary: Diagnostic {
  public static let name = "independent-adversary"
  public static let summary = "The held-out accuracy of a fresh classifier of generated against held-out real samples; chance is one half."
  public static let equation = "accuracy = mean 1[f(z) = label(z)] over held-out z;  p = P(Binomial(n, 1/2) >= n accuracy)"
  public static let reference = "Lopez-Paz and Oquab 2017, section 3"
  public static let fieldDescriptions = [
    "every": "Rounds between two observations; 20,000 by default",
    "samples": "Samples of each kind; half of them train the classifier. 4,000 by default",
  ]

  /// Rounds between two observations; 20,000 by default.
  public var every: Int = 20_000
  /// Samples of each kind; half of them train the classifier. 4,000 by default.
  public var samples: Int = 4_000

  /// The share of held-out samples that the classifier is right about; its null is what chance gives, at the 95 % point.
  public static let accuracy = column("accuracy", null: "null")
  /// How likely chance is to give as much.
  public static let pValue = column("p-value")

  public init() {}
  public init(every: Int, samples: Int = 4_000) {
    self.every = every
    self.samples = samples
  }

  public func validateFields() throws {
    try ObserverFields.check(every: every, of: name)
    try ObserverFields.check(samples, in: 2 * ClassifierTwoSampleTest.minimumCount...1_000_000, "samples", of: name)
  }

  public func observe(_ run: Observation) throws -> [Reading] {
    let pair = try SamplePair(run, count: samples)
    var test = ClassifierTwoSampleTest()
    // A small difference shows late: at first only noise is learnt, and the validation loss rises for some epochs.
    test.patience = 20
    let key = run.key(name)
    let result = try test.result(pair.generated, against: pair.real, key: key)
    let n = Double(result.testCount)
    let chance = NullInterval(upper: 0.5 + 1.6448536269514722 * 0.5 / n.squareRoot())
    return [
      Reading(Self.accuracy, result.accuracy, null: chance), Reading("accuracy.real", result.realAccuracy),
      Reading("accuracy.fake", result.generatedAccuracy), Reading(Self.pValue, result.pValue), Reading("test-samples", n),
    ]
  }

  public func lines(on record: RunRecord) -> [ReadingLine] {
    guard let accuracy = record.latest(Self.accuracy), let upper = record.null(of: Self.accuracy)?.upper else { return [] }
    let reading =
      "A fresh classifier tells generated from held-out real samples with \(Phrase.percent(accuracy)) accuracy "
      + "(chance: 50 ± \(Phrase.percent(upper - 0.5)))"
    guard accuracy > upper else { return [ReadingLine(name, .fine, reading + ": it cannot.")] }
    return [
      ReadingLine(
        name, accuracy > 0.6 ? .alarm : .note, reading + ": the samples are not those of the data, whatever the discriminator says.")
    ]
  }

  public func plots(of record: RunRecord) -> [any Plot] {
    guard let upper = record.null(of: Self.accuracy)?.upper, upper > 0.5 else { return [] }
    let chart = record.chart(
      "Accuracy of a fresh classifier", [(Self.accuracy, "accuracy")], band: .init((1 - upper)...upper, label: "chance"), yRange: 0.4...1)
    return [chart].compactMap { $0 }
  }
}
