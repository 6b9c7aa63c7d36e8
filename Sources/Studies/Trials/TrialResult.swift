import Adversarial

/// What came out of one trial that ran to its end, or to where its numbers went wrong.
public struct TrialResult: Codable, Sendable, Equatable {
  /// The variant's label.
  public var variant: String
  /// The seed.
  public var seed: UInt64
  /// How many rounds were played.
  public var step: Int
  /// What the numbers did, where they went wrong.
  public var verdict: NumericFailure?
  /// What the evaluations are values of, in order.
  public var measures: [Measure]
  /// What was measured, in order of rounds; the last stands for the trial.
  public var evaluations: [Evaluation]
  /// What training recorded, thinned out.
  public var curves: [Curve]
  /// The mean time of a round in seconds, beside whatever else the machine did; `nil` where none was played.
  public var secondsPerRound: Double?
  /// How many threads it ran with.
  public var threads: Int
  /// What the composition was warned of.
  public var warnings: [String]

  /// Creates a result; see the fields.
  public init(
    variant: String, seed: UInt64, step: Int, verdict: NumericFailure? = nil, measures: [Measure] = [], evaluations: [Evaluation],
    curves: [Curve] = [],
    secondsPerRound: Double? = nil, threads: Int = 1, warnings: [String] = []
  ) {
    self.variant = variant
    self.seed = seed
    self.step = step
    self.verdict = verdict
    self.measures = measures
    self.evaluations = evaluations
    self.curves = curves
    self.secondsPerRound = secondsPerRound
    self.threads = threads
    self.warnings = warnings
  }

  /// The values of one record over the rounds: means of equally long stretches, each at its last round.
  public struct Curve: Codable, Sendable, Equatable {
    /// The record's name, such as `generator.loss`.
    public var name: String
    /// The last round of each stretch.
    public var steps: [Int]
    /// The mean over each stretch.
    public var values: [Double]

    /// Creates a curve.
    public init(name: String, steps: [Int], values: [Double]) {
      self.name = name
      self.steps = steps
      self.values = values
    }

    /// Thins `values` at `steps` out to at most `limit` points.
    public init(name: String, steps: [Int], values: [Double], limit: Int) {
      let count = min(limit, values.count)
      var kept: (steps: [Int], values: [Double]) = ([], [])
      for index in 0..<count {
        let stretch = (values.count * index / count)..<(values.count * (index + 1) / count)
        kept.steps.append(steps[stretch.upperBound - 1])
        kept.values.append(values[stretch].reduce(0, +) / Double(stretch.count))
      }
      self.init(name: name, steps: kept.steps, values: kept.values)
    }
  }
}

/// How one trial ended.
public enum TrialOutcome: Sendable, Equatable {
  /// It has a result; a diverged trial has one too.
  case finished(TrialResult)
  /// Its process failed, for this reason.
  case failed(String)
  /// The study was interrupted before its end.
  case unfinished

  /// The result, where there is one.
  public var result: TrialResult? {
    if case .finished(let result) = self { return result }
    return nil
  }
}
