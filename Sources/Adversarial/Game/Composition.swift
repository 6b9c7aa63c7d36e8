import Components
import Networks

/// A game as it is written down: what a trainer builds, what a checkpoint stores, and what resuming builds again.
///
/// A ``GAN`` is one, a ``NetworkGame`` of any networks and players is another. A game of one's own can be its own composition:
///
/// ```swift
/// struct Bilinear: Composition, Game {
///   static let name = "bilinear"
///   static let summary = "min over x, max over y, of x y."
///   var updateRule: (any UpdateRule)? { SimultaneousUpdates() }
///   func game(fields: [Field], seed: UInt64) -> any Game { self }
///   …
/// }
/// ```
public protocol Composition: Component {
  /// Who moves when; a composition without one is refused.
  var updateRule: (any UpdateRule)? { get }
  /// The tricks, in the order in which they apply; none by default.
  var heuristics: [any Heuristic] { get }
  /// What looks at the training; none by default.
  var diagnostics: [any Observer] { get }
  /// The same composition with other diagnostics; itself by default, where it stores none.
  func replacing(diagnostics: [any Observer]) -> Self

  /// All parts of it, layers too, for whoever looks for one by name; by default the update rule and the heuristics.
  var components: [any Component] { get }
  /// What the judges' output is taken for; `nil`, the default, where nobody knows.
  var lossKind: LossKind? { get }
  /// The composition with other or further parts; refused by default, see ``CompositionChange``.
  ///
  /// - Throws: `CompositionError` for a change that the composition does not know.
  func changed(by changes: [CompositionChange]) throws -> Self

  /// What speaks against the composition; nothing by default. Errors refuse it, warnings are shown.
  func review() -> [Notice]

  /// Builds the game for data of the given fields.
  ///
  /// - Parameter seed: what initial values derive from.
  /// - Throws: `CompositionError`, `LayerError` or `NetworkError` where the parts do not fit together or do not fit the data.
  func game(fields: [Field], seed: UInt64) throws -> any Game
}

extension Composition {
  public var heuristics: [any Heuristic] { [] }
  public var diagnostics: [any Observer] { [] }
  public func replacing(diagnostics: [any Observer]) -> Self { self }
  public func review() -> [Notice] { [] }
  public var components: [any Component] { (updateRule.map { [$0] } ?? []) + heuristics }
  public var lossKind: LossKind? { nil }

  /// Throws where ``review()`` finds an error; returns the warnings.
  @discardableResult
  public func validated() throws -> [Notice] {
    let notices = review()
    let errors = notices.filter { $0.severity == .error }
    guard errors.isEmpty else { throw CompositionError(notices: errors) }
    return notices
  }
}

/// A composition that is refused, with all the reasons.
public struct CompositionError: Error, Sendable, CustomStringConvertible {
  public var notices: [Notice]

  public init(notices: [Notice]) { self.notices = notices }

  /// A composition that is refused for one reason.
  public init(_ message: String) { self.init(notices: [Notice(.error, message)]) }

  public var description: String {
    let reasons = notices.map { "\($0)" }
    return reasons.count == 1
      ? "the composition does not fit together: \(reasons[0])"
      : "the composition does not fit together:\n  - " + reasons.joined(separator: "\n  - ")
  }
}
