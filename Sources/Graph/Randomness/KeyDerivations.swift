import Synchronization

/// Which keys were derived of which others while somebody watched: what a key would be if its root were another.
///
/// A round is traced with keys that are numbers by then. Where it is known how they came about, the round of another seed need not be traced.
struct KeyDerivations {
  /// Key → the key that it was derived of, and the hash of the name.
  private let steps: [UInt64: Step]

  private typealias Step = (parent: Key, word: UInt64)

  /// How many watch now, on any thread.
  private static let watchers = Atomic<Int>(0)
  /// What was seen since the first of those who watch now began. A derivation is a fact, so that they need not be told apart.
  private static let seen = Mutex<[UInt64: Step]>([:])

  /// What `body` returns, and the derivations of keys in it.
  static func watching<Result>(_ body: () throws -> Result) rethrows -> (result: Result, derivations: KeyDerivations) {
    watchers.add(1, ordering: .sequentiallyConsistent)
    defer {
      if watchers.subtract(1, ordering: .sequentiallyConsistent).newValue == 0 { seen.withLock { $0 = [:] } }
    }
    let result = try body()
    return (result, KeyDerivations(steps: seen.withLock { $0 }))
  }

  static func note(_ key: Key, of parent: Key, _ word: UInt64) {
    guard watchers.load(ordering: .relaxed) > 0 else { return }
    seen.withLock { $0[key.value] = (parent, word) }
  }

  /// What `key` would be if it were derived of `other` as it is of `root`; itself where it does not come of `root`.
  func key(_ key: UInt64, from root: Key, to other: Key) -> UInt64 {
    var words: [UInt64] = []
    var current = Key(value: key)
    while current != root, words.count <= steps.count {
      guard let step = steps[current.value] else { return key }
      words.append(step.word)
      current = step.parent
    }
    return words.reversed().reduce(other) { $0.stepped($1) }.value
  }
}
