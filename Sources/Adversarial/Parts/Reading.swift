/// One number that a diagnostic read off a run.
public struct Reading: Sendable, Equatable {
  /// Unique within the diagnostic: `spread`, `generator.norm`.
  public var name: String
  /// NaN where the question has no answer at this moment, such as a ratio whose denominator is noise.
  public var value: Double
  /// What the value would be if there were nothing to find; `nil` where nobody knows.
  public var null: NullInterval?
  /// What the names of the null's columns begin with.
  public var nullName: String

  public init(_ name: String, _ value: Double, null: NullInterval? = nil) {
    self.name = name
    self.value = value
    self.null = null
    nullName = name + ".null"
  }

  public init(_ column: ReadingColumn, _ value: Double, null: NullInterval? = nil) {
    self.init(column.reading, value, null: null)
    nullName = column.null
  }

  /// The columns that the reading is recorded in: the value, and what is known of its null.
  public var columns: [(name: String, value: Double)] {
    [(name, value)] + (null?.ends ?? []).map { ("\(nullName).\($0.name)", $0.value) }
  }
}

/// What a reading would be if there were nothing to find: real samples against real ones, chance.
public struct NullInterval: Sendable, Equatable {
  /// The usual value.
  public var mean: Double?
  /// The end below which only a few of such values lie; `nil` where low values mean nothing.
  public var lower: Double?
  /// The end above which only a few of such values lie; `nil` where high values mean nothing.
  public var upper: Double?

  public init(mean: Double? = nil, lower: Double? = nil, upper: Double? = nil) {
    self.mean = mean
    self.lower = lower
    self.upper = upper
  }

  /// What the ends are called in a table.
  static let names = (mean: "mean", lower: "lower", upper: "upper")

  var ends: [(name: String, value: Double)] {
    [(Self.names.mean, mean), (Self.names.lower, lower), (Self.names.upper, upper)].compactMap { name, value in value.map { (name, $0) } }
  }
}

/// Where a reading is recorded: which diagnostic's, and which.
///
/// ```swift
/// static let ratio = column("ratio")
/// ```
public struct ReadingColumn: Sendable, Hashable, CustomStringConvertible {
  /// The diagnostic's name.
  public var diagnostic: String
  /// The reading's name.
  public var reading: String
  /// What the names of its null's columns begin with.
  public var null: String

  /// - Parameter null: `reading.null` by default.
  public init(diagnostic: String, reading: String, null: String? = nil) {
    self.diagnostic = diagnostic
    self.reading = reading
    self.null = null ?? reading + ".null"
  }

  public var description: String { "\(diagnostic).\(reading)" }
}

extension Observations {
  /// One column: its finite values and their rounds.
  public func series(_ column: ReadingColumn) -> (steps: [Int], values: [Double]) { series(column.diagnostic, column.reading) }

  /// The last value of a column, finite or not.
  public func latest(_ column: ReadingColumn) -> Double? { latest(column.diagnostic, column.reading) }

  /// The last null of a column, as far as it is known and finite.
  public func null(of column: ReadingColumn) -> NullInterval? {
    func end(_ name: String) -> Double? { latest(column.diagnostic, "\(column.null).\(name)").flatMap { $0.isFinite ? $0 : nil } }
    let names = NullInterval.names
    let null = NullInterval(mean: end(names.mean), lower: end(names.lower), upper: end(names.upper))
    return null.ends.isEmpty ? nil : null
  }
}
