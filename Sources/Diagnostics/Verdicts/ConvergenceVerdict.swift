/// What a run is doing, in one word.
public enum ConvergenceVerdict: String, Sendable, Codable, CaseIterable {
  /// An independent adversary is at chance, every measure lies in its null band, and nothing moves any more.
  case converged
  /// A stationary point that attracts, but at which the generator alone could still gain: usual for GANs, and no fault (Berard et al. 2020).
  case stableNotNash = "stable-not-nash"
  /// The players turn around each other without coming nearer.
  case cycling
  /// Parameters, gradients or losses grow without end.
  case diverging
  /// The generator makes good samples of a part of the distribution only.
  case modeCollapse = "mode-collapse"
  /// The generator moves from mode to mode.
  case modeHopping = "mode-hopping"
  /// The discriminator says the same of everything, although real and generated samples differ.
  case discriminatorDead = "discriminator-dead"
  /// The discriminator is right about nearly every sample it never saw, and the generator learns little from it.
  case discriminatorOverpowered = "discriminator-overpowered"
  /// The discriminator knows its training samples, not the distribution.
  case discriminatorOverfit = "discriminator-overfit"
  /// A number is not finite.
  case numeric
  /// The measures still get better.
  case stillImproving = "still-improving"
  /// The evidence does not decide.
  case inconclusive

  /// One sentence for somebody who has never read a paper on games.
  public var meaning: String {
    switch self {
    case .converged: "The generator's samples cannot be told from real ones, and nothing moves any more."
    case .stableNotNash: "The run rests at a point that attracts it, although one player alone could still gain: usual, and no fault."
    case .cycling: "The players chase each other in circles and come no nearer."
    case .diverging: "The numbers grow without end; soon they will overflow."
    case .modeCollapse: "The generator makes a part of the distribution only."
    case .modeHopping: "The generator jumps from one part of the distribution to another."
    case .discriminatorDead: "The discriminator says the same of every sample, so its one half means nothing."
    case .discriminatorOverpowered: "The discriminator is nearly always right, and the generator learns little from it."
    case .discriminatorOverfit: "The discriminator remembers its training samples instead of learning what they have in common."
    case .numeric: "A number is not finite; what follows from it is worthless."
    case .stillImproving: "The samples still get better: train on."
    case .inconclusive: "The evidence does not decide."
    }
  }
}
