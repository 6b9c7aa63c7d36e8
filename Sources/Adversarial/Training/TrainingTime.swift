import OrderedCollections

/// The time that training and its diagnostics took.
public struct TrainingTime: Sendable, Equatable {
  /// How many rounds were played.
  public var rounds = 0
  /// In rounds, the drawing of their batches included.
  public var training: Duration = .zero
  /// In each diagnostic.
  public var diagnostics: OrderedDictionary<String, Duration> = [:]

  public init() {}

  /// The diagnostics' part of the whole, in 0…1; 0 where nothing was done.
  public var diagnosticShare: Double {
    let spent = diagnostics.values.reduce(Duration.zero, +)
    let whole = spent + training
    return whole > .zero ? spent / whole : 0
  }

  /// The part of one diagnostic, in 0…1.
  public func share(of diagnostic: String) -> Double {
    let whole = diagnostics.values.reduce(training, +)
    return whole > .zero ? (diagnostics[diagnostic] ?? .zero) / whole : 0
  }
}
