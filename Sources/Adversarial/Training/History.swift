import OrderedCollections

/// What was recorded in training: for each round one row, for each name one column.
public struct History: Sendable, Equatable {
  /// The rounds, ascending; the first round of a run is 1.
  public private(set) var steps: [Int] = []
  private var columns: OrderedDictionary<String, [Double]> = [:]

  public init() {}

  /// The names of the columns, in order.
  public var names: [String] { Array(columns.keys) }

  /// The values of a column, one for each of ``steps``.
  public subscript(name: String) -> [Double]? { columns[name] }

  /// Makes a history of stored columns.
  ///
  /// - Precondition: all columns are as long as `steps`.
  public init(steps: [Int], columns pairs: [(name: String, values: [Double])]) {
    precondition(pairs.allSatisfy { $0.values.count == steps.count }, "all columns of a history are equally long")
    self.steps = steps
    columns = OrderedDictionary(uniqueKeysWithValues: pairs.map { ($0.name, $0.values) })
  }

  /// Puts `names` first, in their order, with NaN for the rounds before a column was there.
  mutating func declare(_ names: [String]) {
    var ordered: OrderedDictionary<String, [Double]> = [:]
    for name in names { ordered[name] = columns[name] ?? Array(repeating: .nan, count: steps.count) }
    for (name, values) in columns where ordered[name] == nil { ordered[name] = values }
    columns = ordered
  }

  mutating func reserve(_ rounds: Int) {
    steps.reserveCapacity(steps.count + rounds)
    for index in columns.values.indices { columns.values[index].reserveCapacity(steps.count + rounds) }
  }

  /// Appends a row; `value(i)` is that of the `i`-th of the first `count` columns, and the others get NaN.
  mutating func append(step: Int, count: Int, _ value: (Int) -> Double) {
    steps.append(step)
    for index in columns.values.indices { columns.values[index].append(index < count ? value(index) : .nan) }
  }

  /// Appends a row by names; a new name makes a new column, and columns that are not named get NaN. A row of the last round again replaces
  /// it.
  mutating func append(step: Int, values: [(name: String, value: Double)]) {
    if steps.last == step {
      steps.removeLast()
      for index in columns.values.indices { columns.values[index].removeLast() }
    }
    for (name, _) in values where columns[name] == nil { columns[name] = Array(repeating: .nan, count: steps.count) }
    steps.append(step)
    for index in columns.values.indices { columns.values[index].append(.nan) }
    for (name, value) in values { columns[name]?[steps.count - 1] = value }
  }
}
