/// What a study compares: one number a trial.
public enum Measure: String, Codable, Sendable, CaseIterable {
  /// Modes with at least one high-quality sample.
  case coveredModes
  /// Modes with at least a fifth of the high-quality samples that an even spread would give.
  case sharedModes
  /// The share of high-quality samples, 0…1.
  case highQualityFraction
  /// KL(generated ‖ true) of the mode frequencies, in nats.
  case reverseKL
  /// The energy distance to real samples.
  case energyDistance

  /// The measure of an evaluation; `nil` where it has none.
  public func value(of evaluation: Evaluation) -> Double? {
    switch self {
    case .coveredModes: evaluation.coveredModes.map(Double.init)
    case .sharedModes: evaluation.sharedModes.map(Double.init)
    case .highQualityFraction: evaluation.highQualityFraction
    case .reverseKL: evaluation.reverseKL
    case .energyDistance: evaluation.energyDistance
    }
  }

  /// Whether more is better.
  public var isBetterHigher: Bool {
    switch self {
    case .coveredModes, .sharedModes, .highQualityFraction: true
    case .reverseKL, .energyDistance: false
    }
  }

  /// What rows of tables call it.
  var title: String {
    switch self {
    case .coveredModes: "modes"
    case .sharedModes: "modes by share"
    case .highQualityFraction: "high quality (%)"
    case .reverseKL: "reverse KL"
    case .energyDistance: "energy distance"
    }
  }

  /// What sentences call it.
  var name: String { self == .highQualityFraction ? "quality" : title }

  /// What columns call it.
  var shortTitle: String {
    switch self {
    case .sharedModes: "by share"
    case .highQualityFraction: "quality %"
    default: title
    }
  }

  /// What a value is multiplied by to be shown.
  var scale: Double { self == .highQualityFraction ? 100 : 1 }

  /// The decimals with which it is shown.
  var digits: Int {
    switch self {
    case .coveredModes, .sharedModes: 2
    case .highQualityFraction: 1
    case .reverseKL: 3
    case .energyDistance: 4
    }
  }
}
