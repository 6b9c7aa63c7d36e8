import Adversarial
import Components
import Metrics
import Networks

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

  /// Rounds between two observations; 20,000 by default.
  public var every: Int = 20_000
  /// Samples of each kind; half of them train the classifier. 4,000 by default.
  public var samples: Int = 4_000

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
    return [
      Reading("accuracy", result.accuracy), Reading("accuracy.real", result.realAccuracy),
      Reading("accuracy.fake", result.generatedAccuracy), Reading("p-value", result.pValue),
      Reading("null.upper", 0.5 + 1.6448536269514722 * 0.5 / n.squareRoot()), Reading("test-samples", n),
    ]
  }
}
