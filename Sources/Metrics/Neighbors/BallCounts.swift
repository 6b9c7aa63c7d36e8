import Components

/// Whether a ball holds the points at exactly its radius.
public enum BallRule: String, ComponentChoice {
  /// Distance < radius (Naeem et al. 2020 and their code).
  case open
  /// Distance ≤ radius (Kynkäänniemi et al. 2019 and their code).
  case closed
}

/// How many points lie in each of many balls, and in how many balls each point lies.
public struct BallCounts: Sendable, Equatable {
  /// The number of points in each ball.
  public let pointsPerBall: [Int]
  /// The number of balls around each point.
  public let ballsPerPoint: [Int]

  /// Counts `points` in the balls around `centers`.
  ///
  /// - Parameters:
  ///   - squaredRadii: One for each centre, in the unit of the samples squared.
  ///   - rule: Whether points at the radius belong to a ball.
  /// - Throws: ``MetricError`` where the dimensions or the number of radii do not fit.
  public init(centers: SampleSet, squaredRadii: [Double], points: SampleSet, rule: BallRule = .open) throws {
    guard centers.dimension == points.dimension else { throw MetricError.differentDimensions(centers, points) }
    guard squaredRadii.count == centers.count else {
      throw MetricError("there are \(squaredRadii.count) radii for \(centers.count) centres; give one for each")
    }
    let blocks = DistanceBlocks(queries: centers, points: points)
    let dimension = points.dimension
    var perBall = [Int](repeating: 0, count: centers.count)
    var perPoint = [Int](repeating: 0, count: points.count)
    centers.values.withUnsafeBufferPointer { centerValues in
      points.values.withUnsafeBufferPointer { pointValues in
        perPoint.withUnsafeMutableBufferPointer { perPoint in
          guard let centerStart = centerValues.baseAddress, let pointStart = pointValues.baseAddress else { return }
          blocks.forEachRow { row in
            let radius = squaredRadii[row.query]
            let surely = blocks.limitBelow(radius)
            let limit = blocks.limitAbove(radius)
            let center = centerStart + row.query * dimension
            var inside = 0
            row.forEachPoint(limit: limit) { point in
              var isInside = row.upperBound(point) < surely
              if !isInside {
                let distance = SquaredDistance.between(center, pointStart + point * dimension, dimension)
                isInside = rule == .open ? distance < radius : distance <= radius
              }
              if isInside {
                inside += 1
                perPoint[point] += 1
              }
              return limit
            }
            perBall[row.query] = inside
          }
        }
      }
    }
    pointsPerBall = perBall
    ballsPerPoint = perPoint
  }
}
