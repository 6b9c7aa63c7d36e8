/// The nearest points of each query, by Euclidean distance: exact, as if every distance had been computed in float64.
public struct NearestNeighbors: Sendable, Equatable {
  /// How many neighbours each query has.
  public let count: Int
  /// The squared distances, `queries × count` numbers, ascending for each query.
  public let squaredDistances: [Double]
  /// The neighbours' places among the points, `queries × count`; of equally near points those with the lower place come first.
  public let indices: [Int]

  /// The `count` nearest of `points` to each of `queries`.
  ///
  /// - Throws: ``MetricError`` where the dimensions differ or there are fewer than `count` points.
  public init(of queries: SampleSet, in points: SampleSet, count: Int) throws {
    try self.init(queries, points, count, leavesOutSelf: false)
  }

  /// The `count` nearest other samples to each sample of `set`.
  ///
  /// - Throws: ``MetricError`` where there are not more than `count` samples.
  public init(within set: SampleSet, count: Int) throws {
    try self.init(set, set, count, leavesOutSelf: true)
  }

  /// The squared distance to the farthest of each query's neighbours.
  public var squaredRadii: [Double] {
    stride(from: count - 1, to: squaredDistances.count, by: count).map { squaredDistances[$0] }
  }

  private init(_ queries: SampleSet, _ points: SampleSet, _ count: Int, leavesOutSelf: Bool) throws {
    guard count >= 1 else { throw MetricError("\(count) nearest neighbours were asked for; ask for 1 or more") }
    guard queries.dimension == points.dimension else { throw MetricError.differentDimensions(queries, points) }
    let available = points.count - (leavesOutSelf ? 1 : 0)
    guard available >= count else {
      throw MetricError(
        "\(count) nearest neighbours need \(count) other samples, but there are \(max(available, 0)); give more samples or fewer neighbours"
      )
    }
    self.count = count
    let blocks = DistanceBlocks(queries: queries, points: points)
    let dimension = points.dimension
    var distances = [Double](repeating: .infinity, count: queries.count * count)
    var places = [Int](repeating: -1, count: queries.count * count)
    queries.values.withUnsafeBufferPointer { queryValues in
      points.values.withUnsafeBufferPointer { pointValues in
        distances.withUnsafeMutableBufferPointer { distances in
          places.withUnsafeMutableBufferPointer { places in
            guard let queryStart = queryValues.baseAddress, let pointStart = pointValues.baseAddress else { return }
            blocks.forEachRow { row in
              let first = row.query * count
              let last = first + count - 1
              let query = queryStart + row.query * dimension
              var limit = Float.infinity
              row.forEachPoint(limit: limit) { point in
                guard !(leavesOutSelf && point == row.query) else { return limit }
                let distance = SquaredDistance.between(query, pointStart + point * dimension, dimension)
                guard distance < distances[last] else { return limit }
                var place = last
                while place > first, distance < distances[place - 1] {
                  distances[place] = distances[place - 1]
                  places[place] = places[place - 1]
                  place -= 1
                }
                distances[place] = distance
                places[place] = point
                if distances[last] < .infinity { limit = blocks.limitAbove(distances[last]) }
                return limit
              }
            }
          }
        }
      }
    }
    squaredDistances = distances
    indices = places
  }
}

extension MetricError {
  /// Two sets that cannot be compared, because their samples have different numbers of numbers.
  public static func differentDimensions(_ first: SampleSet, _ second: SampleSet) -> MetricError {
    MetricError("one set has \(first.dimension) numbers in each sample, the other \(second.dimension); both must be of one shape")
  }
}
