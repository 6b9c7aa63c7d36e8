import OrderedCollections

/// What was recorded in training: for each round one row, for each name one column.
///
/// Of long runs the rows become sparser with their age: the latest ``dense`` rounds are all there, of those before every second, of those
/// twice as old every fourth, and so on. So a million rounds take 65,000 rows. Which rows stay depends on the round alone, not on stops.
public struct History: Sendable, Equatable {
  /// The rounds, ascending; the first round of a run is 1.
  public private(set) var steps: [Int] = []
  private var columns: OrderedDictionary<String, [Double]> = [:]

  /// How many of the latest rounds are all kept; those that were just played, up to 4,096, besides.
  public static let dense = 16_384
  /// Rounds between two passes in which old rows go.
  private static let thinningCadence = 4_096

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
    let rows = steps.count + Swift.min(rounds, History.dense + History.thinningCadence)
    steps.reserveCapacity(rows)
    for index in columns.values.indices { columns.values[index].reserveCapacity(rows) }
  }

  /// Appends a row; `value(i)` is that of the `i`-th of the first `count` columns, and the others get NaN.
  mutating func append(step: Int, count: Int, _ value: (Int) -> Double) {
    steps.append(step)
    for index in columns.values.indices { columns.values[index].append(index < count ? value(index) : .nan) }
    if step.isMultiple(of: History.thinningCadence) { thin() }
  }

  /// Lets go of old rows, by their age behind the last.
  private mutating func thin() {
    guard let last = steps.last else { return }
    let kept = steps.indices.filter { row in
      let age = (last - steps[row]) / History.dense
      return age <= 0 || steps[row].isMultiple(of: 1 << (Int.bitWidth - age.leadingZeroBitCount))
    }
    guard kept.count < steps.count else { return }
    steps = kept.map { steps[$0] }
    for index in columns.values.indices {
      let column = columns.values[index]
      columns.values[index] = kept.map { column[$0] }
    }
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
