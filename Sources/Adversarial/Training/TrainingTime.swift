/// The time that training and its diagnostics took.
public struct TrainingTime: Sendable, Equatable {
  /// How many rounds were played.
  public var rounds = 0
  /// In rounds, the drawing of their batches included.
  public var training: Duration = .zero
  /// In each diagnostic, in the order in which they first looked.
  public private(set) var diagnostics: [DiagnosticTime] = []

  /// The time of one diagnostic.
  public struct DiagnosticTime: Sendable, Equatable {
    public var name: String
    public var time: Duration
  }

  public init() {}

  /// The diagnostics' part of the whole, in 0…1; 0 where nothing was done.
  public var diagnosticShare: Double {
    let spent = diagnosticTime
    let whole = spent + training
    return whole > .zero ? spent / whole : 0
  }

  /// The part of one diagnostic, in 0…1.
  public func share(of diagnostic: String) -> Double {
    let whole = training + diagnosticTime
    let own = diagnostics.first { $0.name == diagnostic }?.time ?? .zero
    return whole > .zero ? own / whole : 0
  }

  /// In all diagnostics together.
  public var diagnosticTime: Duration { diagnostics.reduce(.zero) { $0 + $1.time } }

  mutating func add(_ time: Duration, to diagnostic: String) {
    if let index = diagnostics.firstIndex(where: { $0.name == diagnostic }) {
      diagnostics[index].time += time
    } else {
      diagnostics.append(DiagnosticTime(name: diagnostic, time: time))
    }
  }
}
