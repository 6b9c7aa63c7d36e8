import Components
import LinearAlgebra
import Metrics
import Tensors

/// The squared sliced 2-Wasserstein distance: the mean of the exact one-dimensional distances over random directions; and MIND, 3 d times
/// that, which does not shrink as dimensions are added.
public struct SlicedWasserstein: Metric {
  public static let name = "sliced-wasserstein"
  public static let aliases = ["swd": ""]
  public static let summary = "Squared sliced 2-Wasserstein distance over random directions, and MIND, 3 d times that."
  public static let equation = "SW2^2 = mean over unit u of W2^2(u'x, u'y);  MIND = 3 d SW2^2"
  public static let reference = "Bonneel et al. 2015, Sliced and Radon Wasserstein barycenters; MIND: Berthet et al. 2026"
  public static let fieldDescriptions = [
    "directions": "How many random directions; 2 or more"
  ]

  /// How many random directions; 2 or more.
  public var directions = 256

  public init() {}
  public init(directions: Int) { self.directions = directions }

  public func validateFields() throws {
    guard directions >= 2 else {
      throw ComponentError(component: Self.name, field: "directions", value: directions, expected: "2 or more")
    }
  }

  public func measure(_ samples: SampleSet, against reference: SampleSet, key: Key) throws -> [MetricValue] {
    try samples.requirePair(with: reference, atLeast: 1, for: Self.name)
    let slices = SlicedWasserstein.slices(
      samples, reference, directions: SlicedWasserstein.directions(directions, dimension: samples.dimension, key: key))
    let value = Statistics.mean(slices)
    // In one dimension all directions are one.
    let error = samples.dimension == 1 ? 0 : Statistics.standardError(slices)
    let factor = 3 * Double(samples.dimension)
    return [
      MetricValue(Self.name, value, standardError: error, goal: .lower),
      MetricValue("mind", factor * value, standardError: factor * error, goal: .lower),
    ]
  }

  /// Random unit vectors, one in each row: normal numbers of `key` by their length.
  public static func directions(_ count: Int, dimension: Int, key: Key) -> Matrix {
    var values = RandomOrder.normal(count: count * dimension, key: key)
    for row in 0..<count {
      let range = row * dimension..<(row + 1) * dimension
      let length = values[range].reduce(0) { $0 + $1 * $1 }.squareRoot()
      for index in range { values[index] /= length }
    }
    return Matrix(rows: count, columns: dimension, values: values)
  }

  /// W₂² along each direction, in squared units; their mean is SW₂².
  ///
  /// - Parameter directions: one in each row, of length 1.
  /// - Precondition: both sets and the directions have one dimension, and no set is empty.
  public static func slices(_ first: SampleSet, _ second: SampleSet, directions: Matrix) -> [Double] {
    precondition(
      first.dimension == second.dimension && first.dimension == directions.columns, "samples and directions are of one dimension")
    // Directions at a time such that the projections stay below 16 million numbers.
    let width = max(1, min(directions.rows, (1 << 24) / max(first.count, second.count)))
    var result: [Double] = []
    for start in stride(from: 0, to: directions.rows, by: width) {
      let rows = start..<min(start + width, directions.rows)
      let block = Matrix(
        rows: rows.count, columns: directions.columns,
        values: Array(directions.values[rows.lowerBound * directions.columns..<rows.upperBound * directions.columns]))
      let a = sortedProjections(first, block)
      let b = sortedProjections(second, block)
      for index in 0..<rows.count { result.append(OrderedTransport.cost(sorted: a[index], b[index], order: 2)) }
    }
    return result
  }

  private static func sortedProjections(_ set: SampleSet, _ directions: Matrix) -> [[Double]] {
    var result = [[Double]](repeating: [], count: directions.rows)
    for index in result.indices { result[index].reserveCapacity(set.count) }
    for start in stride(from: 0, to: set.count, by: 4096) {
      let rows = start..<min(start + 4096, set.count)
      let products = directions * set.matrix(rows: rows).transposed
      for index in result.indices { result[index] += products.values[index * rows.count..<(index + 1) * rows.count] }
    }
    for index in result.indices { result[index].sort() }
    return result
  }
}
