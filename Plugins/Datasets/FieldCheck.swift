import Components
import Datasets

/// Checks of single fields, with one wording for all components of this module.
enum FieldCheck {
  /// The error for a field out of its range.
  static func error(_ component: String, _ field: String, _ value: Any, _ expected: String) -> ComponentError {
    ComponentError(component: component, field: field, value: value, expected: expected)
  }

  /// Throws unless `value` is finite and above 0.
  static func positive(_ value: Double, _ field: String, of component: String) throws {
    guard value.isFinite, value > 0 else { throw error(component, field, value, "a finite number above 0") }
  }

  /// Throws unless `value` is finite and not below 0.
  static func notNegative(_ value: Double, _ field: String, of component: String) throws {
    guard value.isFinite, value >= 0 else { throw error(component, field, value, "a finite number, 0 or above") }
  }

  /// Throws unless `value` is a share of the samples, in 0..<1.
  static func share(_ value: Double, _ field: String, of component: String) throws {
    guard (0..<1).contains(value) else { throw error(component, field, value, "a share of the samples, from 0 to below 1") }
  }

  /// Throws unless `value` is in `range`.
  static func within(_ range: ClosedRange<Int>, _ value: Int, _ field: String, of component: String) throws {
    guard range.contains(value) else {
      throw error(component, field, value, "an integer in \(range.lowerBound)…\(range.upperBound)")
    }
  }
}
