/// What every part of a model shares: a stable name, documented fields with defaults, and the mathematics it implements.
///
/// A component is an immutable, `Codable` description. Its coded fields are what checkpoints store, what study files hold, and what
/// `name:field=value` sets on the command line; `init()` gives the defaults. Names are kebab case and never change.
///
/// ```swift
/// public struct LabelSmoothing: Heuristic {
///   public static let name = "label-smoothing"
///   public static let summary = "Tells the discriminator that real samples are real with probability `real`, not 1."
///   public static let equation = "target(real) = 0.9"
///   public static let reference = "Salimans et al. 2016, section 3.4"
///   public static let fieldDescriptions = ["real": "The target of real samples, in [0, 1]"]
///   public var real: Double = 0.9
///   public init() {}
/// }
/// ```
public protocol Component: Codable, Sendable {
  /// The stable name, in kebab case: `"label-smoothing"`.
  static var name: String { get }
  /// One line: what the component does.
  static var summary: String { get }
  /// The equation that the component implements, in plain text; empty where there is none.
  static var equation: String { get }
  /// The paper or page that the equation comes from; empty where there is none.
  static var reference: String { get }
  /// What each field is, by its name: meaning, unit and range, as one or two sentences without a full stop at the end. `plugins describe` shows them.
  static var fieldDescriptions: [String: String] { get }
  /// Fields that came after the component's first release, with the values under which files leave them away, so that what was written before stays the
  /// same text; none by default.
  static var laterFields: [String: JSONValue] { get }
  /// Other names that people type, each with what must be known of it, or nothing: `["fid": ""]`. Files only ever hold ``name``.
  static var aliases: [String: String] { get }

  /// The component with its default fields.
  init()

  /// Throws where a field's value makes no sense by itself (a negative rate, a probability above 1).
  func validateFields() throws
}

extension Component {
  public static var equation: String { "" }
  public static var reference: String { "" }
  public static var fieldDescriptions: [String: String] { [:] }
  public static var laterFields: [String: JSONValue] { [:] }
  public static var aliases: [String: String] { [:] }
  public func validateFields() throws {}

  /// The component's stable name.
  public var name: String { Self.name }

  /// The component with some fields changed: `KernelDistance().setting { $0.subsets = 10 }`.
  public func setting(_ change: (inout Self) throws -> Void) rethrows -> Self {
    var component = self
    try change(&component)
    return component
  }
}
