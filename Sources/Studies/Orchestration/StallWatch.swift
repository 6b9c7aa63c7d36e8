import Foundation

/// Notices trials that show no sign of life: neither their count of rounds nor their log has changed for too long.
struct StallWatch {
  /// How long a trial may be silent.
  let limit: Duration
  private var seen: [Int: (sign: [Int], since: ContinuousClock.Instant)] = [:]
  private var lastLook = ContinuousClock.now

  init(limit: Duration) { self.limit = limit }

  /// Whether the trial at `index`, which is running, has been silent for too long, and those that are played with it. Their files are looked at
  /// once a second at most.
  mutating func isStalled(_ index: Int, _ files: [TrialFiles]) -> Bool {
    let now = ContinuousClock.now
    guard let known = seen[index] else {
      seen[index] = (sign(files), now)
      return false
    }
    guard now - lastLook > .seconds(1) || now - known.since > limit else { return false }
    lastLook = now
    let sign = sign(files)
    if sign != known.sign { seen[index] = (sign, now) }
    return sign == known.sign && now - known.since > limit
  }

  /// The trial has ended.
  mutating func forget(_ index: Int) { seen[index] = nil }

  private func sign(_ files: [TrialFiles]) -> [Int] {
    files.flatMap { files in
      let attributes = try? FileManager.default.attributesOfItem(atPath: files.log)
      return [files.readProgress(), (attributes?[.size] as? Int) ?? 0]
    }
  }
}
