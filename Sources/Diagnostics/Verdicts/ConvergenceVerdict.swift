/// What a run is doing, in one word.
///
/// The words of the built-in rules are here; a rule of one's own may bring another:
///
/// ```swift
/// extension ConvergenceVerdict {
///   static let tooBright = Self("too-bright", "The generated images are brighter than the real ones.", rank: 75)
/// }
/// ```
public struct ConvergenceVerdict: Sendable, CustomStringConvertible {
  /// The word: `mode-collapse`.
  public let rawValue: String
  /// One sentence for somebody who has never read a paper on games.
  public let meaning: String
  /// Its place among several findings; the smallest comes first. The built-in verdicts lie ten apart.
  public let rank: Int

  public init(_ rawValue: String, _ meaning: String, rank: Int) {
    self.rawValue = rawValue
    self.meaning = meaning
    self.rank = rank
  }

  public var description: String { rawValue }
}

extension ConvergenceVerdict: Hashable {
  public static func == (left: Self, right: Self) -> Bool { left.rawValue == right.rawValue }
  public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
}

/// What outranks what: a number that is not finite spoils every other reading, a dead discriminator every reading of it; a collapse is why a
/// discriminator is right about most samples.
extension ConvergenceVerdict {
  /// A number is not finite.
  public static let numeric = Self("numeric", "A number is not finite; what follows from it is worthless.", rank: 10)
  /// The discriminator says the same of everything, although real and generated samples differ.
  public static let discriminatorDead = Self(
    "discriminator-dead", "The discriminator says the same of every sample, so its one half means nothing.", rank: 20)
  /// Parameters, gradients or losses grow without end.
  public static let diverging = Self("diverging", "The numbers grow without end; soon they will overflow.", rank: 30)
  /// The discriminator knows its training samples, not the distribution.
  public static let discriminatorOverfit = Self(
    "discriminator-overfit", "The discriminator remembers its training samples instead of learning what they have in common.", rank: 40)
  /// The generator moves from mode to mode.
  public static let modeHopping = Self("mode-hopping", "The generator jumps from one part of the distribution to another.", rank: 50)
  /// The players turn around each other without coming nearer.
  public static let cycling = Self("cycling", "The players chase each other in circles and come no nearer.", rank: 60)
  /// The generator makes good samples of a part of the distribution only.
  public static let modeCollapse = Self("mode-collapse", "The generator makes a part of the distribution only.", rank: 70)
  /// The discriminator is right about nearly every sample it never saw, and the generator learns little from it.
  public static let discriminatorOverpowered = Self(
    "discriminator-overpowered", "The discriminator is nearly always right, and the generator learns little from it.", rank: 80)
  /// A stationary point that attracts, but at which the generator alone could still gain: usual for GANs, and no fault (Berard et al. 2020).
  public static let stableNotNash = Self(
    "stable-not-nash", "The run rests at a point that attracts it, although one player alone could still gain: usual, and no fault.",
    rank: 90)
  /// An independent adversary is at chance, every measure lies in its null band, and nothing moves any more.
  public static let converged = Self(
    "converged", "The generator's samples cannot be told from real ones, and nothing moves any more.", rank: 100)
  /// The measures still get better.
  public static let stillImproving = Self("still-improving", "The samples still get better: train on.", rank: 110)
  /// The evidence does not decide.
  public static let inconclusive = Self("inconclusive", "The evidence does not decide.", rank: 120)

  /// The verdicts that the built-in rules give, by rank.
  public static let builtIn: [ConvergenceVerdict] = [
    numeric, discriminatorDead, diverging, discriminatorOverfit, modeHopping, cycling, modeCollapse, discriminatorOverpowered,
    stableNotNash, converged, stillImproving, inconclusive,
  ]
}
