import Adversarial
import Metrics
import Tensors

/// What was measured of a generator after so many rounds. Measures that make no sense for the data are `nil`.
public struct Evaluation: Codable, Sendable, Equatable {
  /// The rounds played.
  public var step: Int
  /// Modes with at least one high-quality sample (VEEGAN, PacGAN).
  public var coveredModes: Int?
  /// Modes with at least ``Evaluator/shareMinimum`` of the high-quality samples that an even spread would give.
  public var sharedModes: Int?
  /// The share of samples within three standard deviations of a mode, 0…1.
  public var highQualityFraction: Double?
  /// KL(generated ‖ true) of the high-quality samples' mode frequencies, in nats; `nil` too where there is no such sample.
  public var reverseKL: Double?
  /// The energy distance to real samples, without bias; `nil` too where a sample is not finite.
  public var energyDistance: Double?

  /// Creates an evaluation; see the fields.
  public init(
    step: Int, coveredModes: Int? = nil, sharedModes: Int? = nil, highQualityFraction: Double? = nil,
    reverseKL: Double? = nil, energyDistance: Double? = nil
  ) {
    self.step = step
    self.coveredModes = coveredModes
    self.sharedModes = sharedModes
    self.highQualityFraction = highQualityFraction
    self.reverseKL = reverseKL
    self.energyDistance = energyDistance
  }
}

/// Measures samples against real data.
///
/// Mode measures need data with known modes; the energy distance, samples of one to three numbers. Real samples come from streams of their
/// own, the same in every trial, which training never sees.
public struct Evaluator: Sendable {
  /// The least share of an even spread with which ``Evaluation/sharedModes`` counts a mode: a fifth.
  public static let shareMinimum = 0.2

  private let modes: ModeDescription?
  private let dimension: Int
  private let held: [Float]

  /// Prepares for measuring against `samples`, with `sampleCount` real ones where they are of use.
  public init(_ samples: any Samples, sampleCount: Int) {
    modes = samples.modes
    dimension = samples.sampleShape.reduce(1, *)
    held = dimension <= 3 ? Self.real(samples, count: sampleCount, stream: "held-out") : []
  }

  /// How many modes the data has, where it has any.
  public var modeCount: Int? { modes?.centers.count }
  /// Whether samples are points of at most three numbers.
  public var comparesPoints: Bool { dimension <= 3 }

  /// Measures `values`, whole samples in row-major order, drawn after `step` rounds.
  public func evaluate(_ values: [Float], step: Int) -> Evaluation {
    var result = Evaluation(step: step)
    if let modes {
      let coverage = ModeCoverage(
        samples: values, centers: modes.centers, standardDeviation: Double(modes.standardDeviation),
        weights: modes.weights)
      result.coveredModes = coverage.coveredModes()
      result.sharedModes = coverage.coveredModes(.share(minimum: Self.shareMinimum))
      result.highQualityFraction = coverage.highQualityFraction
      result.reverseKL = coverage.reverseKL().flatMap { $0.isFinite ? $0 : nil }
    }
    if comparesPoints {
      result.energyDistance = EnergyDistance.unbiased(values, held, dimension: dimension)
    }
    return result
  }

  /// What as many real samples score: the best that a generator can hope for.
  public static func realScore(_ samples: any Samples, sampleCount: Int) -> Evaluation {
    Evaluator(samples, sampleCount: sampleCount)
      .evaluate(real(samples, count: sampleCount, stream: "real-score"), step: 0)
  }

  /// Real samples of a named stream that no training run uses.
  static func real(_ samples: any Samples, count: Int, stream: String) -> [Float] {
    samples.drawn(count, key: Key(seed: 0).derived("study").derived(stream))
  }
}
