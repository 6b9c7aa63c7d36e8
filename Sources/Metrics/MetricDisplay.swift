/// How a metric's value is shown in tables, charts and sentences.
public struct MetricDisplay: Codable, Sendable, Equatable {
  /// What it is measured in.
  public enum Unit: String, Codable, Sendable {
    /// A number by itself.
    case plain
    /// A share, 0…1, which is shown as 0 to 100 %.
    case percent
    /// How many of something: whole, but for means.
    case count
  }

  /// What tables and sentences call it: `Fréchet distance`.
  public var title: String
  /// What it says, as a phrase for captions: `the share of samples in the support of the real ones`; empty (the default) for nothing.
  public var meaning: String
  /// What it is measured in; `plain` by default.
  public var unit: Unit
  /// Decimals; `nil` (the default) for as many as three significant digits take.
  public var digits: Int?
  /// The best value that there can be: 8 of 8 modes, 1 for a share; `nil` (the default) where there is none.
  public var best: Double?

  /// Creates a description; see the fields.
  public init(_ title: String, meaning: String = "", unit: Unit = .plain, digits: Int? = nil, best: Double? = nil) {
    self.title = title
    self.meaning = meaning
    self.unit = unit
    self.digits = digits
    self.best = best
  }

  /// What a value is multiplied by to be shown.
  public var scale: Double { unit == .percent ? 100 : 1 }
}
