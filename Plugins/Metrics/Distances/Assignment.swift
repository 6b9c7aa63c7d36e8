import LinearAlgebra
import Metrics

/// The cheapest one-to-one assignment of rows to columns.
public struct Assignment: Sendable, Equatable {
  /// The column of each row.
  public let columns: [Int]
  /// The sum of the assigned costs.
  public let cost: Double

  /// The largest problem that is solved; its time grows with the cube of the size.
  public static let largestSize = 2_048

  /// Solves the problem exactly by shortest augmenting paths (Jonker and Volgenant 1987): each row is added along the cheapest alternating
  /// path, which Dijkstra's algorithm finds in costs that dual prices keep from being negative.
  ///
  /// - Parameter cost: square, finite.
  /// - Throws: `MetricError` where the matrix is not square, not finite, or larger than ``largestSize``.
  public init(cost: Matrix) throws {
    let n = cost.rows
    guard cost.columns == n else {
      throw MetricError("an assignment needs as many rows as columns, not \(n) × \(cost.columns); take samples of one size")
    }
    guard n <= Assignment.largestSize else {
      throw MetricError(
        "an exact assignment of \(n) samples takes too long; take \(Assignment.largestSize) or fewer, or Sinkhorn's or the sliced distance")
    }
    guard cost.values.allSatisfy(\.isFinite) else { throw MetricError("a cost of the assignment is not finite") }
    var rowPrices = [Double](repeating: 0, count: n)
    var columnPrices = rowPrices
    var columnOfRow = [Int](repeating: -1, count: n)
    var rowOfColumn = columnOfRow
    var distances = rowPrices
    var previousRow = columnOfRow
    var isDone = [Bool](repeating: false, count: n)
    var visited: [Int] = []
    cost.values.withUnsafeBufferPointer { cost in
      for start in 0..<n {
        for column in 0..<n {
          distances[column] = .infinity
          isDone[column] = false
        }
        visited.removeAll(keepingCapacity: true)
        var row = start
        var length = 0.0
        var end = -1
        while end < 0 {
          var best = Double.infinity
          var nearest = -1
          for column in 0..<n where !isDone[column] {
            let candidate = length + cost[row * n + column] - rowPrices[row] - columnPrices[column]
            if candidate < distances[column] {
              distances[column] = candidate
              previousRow[column] = row
            }
            if distances[column] < best {
              best = distances[column]
              nearest = column
            }
          }
          length = best
          isDone[nearest] = true
          if rowOfColumn[nearest] < 0 {
            end = nearest
          } else {
            visited.append(nearest)
            row = rowOfColumn[nearest]
          }
        }
        // New prices make the path free and leave every other reduced cost at 0 or more.
        rowPrices[start] += length
        for column in visited {
          columnPrices[column] += distances[column] - length
          rowPrices[rowOfColumn[column]] += length - distances[column]
        }
        var column = end
        while true {
          let row = previousRow[column]
          rowOfColumn[column] = row
          (columnOfRow[row], column) = (column, columnOfRow[row])
          if row == start { break }
        }
      }
    }
    columns = columnOfRow
    self.cost = columnOfRow.enumerated().reduce(0) { $0 + cost[$1.offset, $1.element] }
  }
}
