import OrderedCollections

/// What a run's diagnostics have read: a table for each, whose rows are its observations.
public struct Observations: Sendable, Equatable {
  private var tables: OrderedDictionary<String, History> = [:]

  public init() {}

  /// The diagnostics that have read something, in the order in which they did.
  public var names: [String] { Array(tables.keys) }

  /// Whether nothing has been read.
  public var isEmpty: Bool { tables.isEmpty }

  /// The table of a diagnostic.
  public subscript(name: String) -> History? {
    get { tables[name] }
    set { tables[name] = newValue }
  }

  /// One column of a diagnostic: its finite values and their rounds.
  public func series(_ diagnostic: String, _ reading: String) -> (steps: [Int], values: [Double]) {
    guard let table = tables[diagnostic], let column = table[reading] else { return ([], []) }
    let kept = column.indices.filter { column[$0].isFinite }
    return (kept.map { table.steps[$0] }, kept.map { column[$0] })
  }

  /// The last value of a column, finite or not.
  public func latest(_ diagnostic: String, _ reading: String) -> Double? {
    tables[diagnostic]?[reading]?.last
  }

  /// Appends the readings of one observation, or replaces those of the same round.
  public mutating func append(_ readings: [Reading], of diagnostic: String, step: Int) {
    var table = tables[diagnostic] ?? History()
    table.append(step: step, values: readings.flatMap(\.columns))
    tables[diagnostic] = table
  }
}
