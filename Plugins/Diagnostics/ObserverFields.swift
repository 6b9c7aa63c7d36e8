import Components
import Networks

/// Checks that observers share.
enum ObserverFields {
  /// The cadence, in 0…1000000000 rounds; 0 never looks by itself.
  static func check(every: Int, of component: String) throws {
    try check(every, in: 0...1_000_000_000, "every", of: component)
  }

  static func check(_ value: Int, in range: ClosedRange<Int>, _ field: String, of component: String) throws {
    guard range.contains(value) else {
      throw ComponentError(
        component: component, field: field, value: value, expected: "from \(range.lowerBound) to \(range.upperBound)")
    }
  }
}
