/// Which checkpoints of a directory are kept; a file kept by any rule stays.
public struct RetentionPolicy: Sendable, Equatable {
  /// Which end of the retention metric is the good one.
  public enum Order: String, Sendable, Codable {
    /// Lower is better, as for the Fréchet inception distance.
    case lowest
    /// Higher is better.
    case highest
  }

  /// How many of the latest are kept: 0 keeps all; otherwise at least 2, so that one bad file is survivable.
  public var keepLast: Int
  /// How many of those with the best retention metric are kept besides, at least 0; of equal ones the later.
  public var keepBest: Int
  /// Every checkpoint whose step is a multiple of this is kept besides; `nil` for none, otherwise at least 1.
  public var keepEvery: Int?
  /// Which metric is best.
  public var best: Order

  /// Keeps everything.
  public static let all = RetentionPolicy(unchecked: 0, 0, nil, .lowest)

  /// Creates a policy.
  ///
  /// - Throws: `CheckpointError` of kind `invalidSetting` when a number is outside its range.
  public init(keepLast: Int, keepBest: Int = 0, keepEvery: Int? = nil, best: Order = .lowest) throws {
    guard keepLast == 0 || keepLast >= 2 else {
      throw CheckpointError(
        .invalidSetting, "keepLast is \(keepLast); it is 0 (keep all) or at least 2",
        advice: "With 2, one damaged file is survivable.")
    }
    guard keepBest >= 0, keepEvery ?? 1 >= 1 else {
      throw CheckpointError(
        .invalidSetting, "keepBest is \(keepBest), at least 0; keepEvery is \(keepEvery ?? 1), at least 1")
    }
    self.init(unchecked: keepLast, keepBest, keepEvery, best)
  }

  private init(unchecked keepLast: Int, _ keepBest: Int, _ keepEvery: Int?, _ best: Order) {
    self.keepLast = keepLast
    self.keepBest = keepBest
    self.keepEvery = keepEvery
    self.best = best
  }

  /// The steps that are not kept, of checkpoints given with their metrics, in ascending order.
  public func discarded(_ checkpoints: [(step: Int, metric: Double?)]) -> [Int] {
    guard keepLast > 0 else { return [] }
    let steps = checkpoints.map(\.step).sorted()
    var kept = Set(steps.suffix(keepLast))
    let ranked = checkpoints.compactMap { checkpoint in
      checkpoint.metric.flatMap { $0.isNaN ? nil : (step: checkpoint.step, metric: $0) }
    }.sorted { left, right in
      if left.metric == right.metric { return left.step > right.step }
      return best == .lowest ? left.metric < right.metric : left.metric > right.metric
    }
    kept.formUnion(ranked.prefix(keepBest).map(\.step))
    if let keepEvery, keepEvery >= 1 { kept.formUnion(steps.filter { $0 % keepEvery == 0 }) }
    return steps.filter { !kept.contains($0) }
  }
}
