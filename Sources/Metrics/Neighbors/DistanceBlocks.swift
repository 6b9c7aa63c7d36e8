import LinearAlgebra

/// Squared distances between two sets, decided exactly at the price of a matrix product.
///
/// The squared distance of two rows is, by definition here, the float64 sum of the squared float64 differences of their float32 numbers:
/// equal rows are at distance 0, and the order of the two does not matter. Comparing n × m of them that way is slow, so blocks of
/// ‖x‖² + ‖y‖² − 2 x·y in float32 (rows centred on the mean of the points and scaled to at most 1) give each an interval first: with
/// u = 2⁻²⁴ the rounding of the rows, norms, products and sums stays below (d + 16) u (‖x‖ + ‖y‖)² ≤ 2 (d + 16) u (‖x‖² + ‖y‖²), in
/// whatever order the product sums (Higham 2002, "Accuracy and Stability of Numerical Algorithms", section 3.1). Only pairs whose interval
/// leaves a comparison open are computed in float64. So every comparison comes out as in float64, on every machine and with every number
/// of threads.
struct DistanceBlocks {
  let queries: SampleSet
  let points: SampleSet
  /// What a squared distance is multiplied by to be in the blocks' unit; a power of two.
  private let squaredScale: Double
  private let queryRows: [Float]
  private let pointRows: [Float]
  /// ‖row‖² less its part of the error bound, and with it.
  private let queryBounds: (lower: [Float], upper: [Float])
  private let pointBounds: (lower: [Float], upper: [Float])

  init(queries: SampleSet, points: SampleSet) {
    precondition(queries.dimension == points.dimension, "distances need two sets of one dimension")
    self.queries = queries
    self.points = points
    let dimension = points.dimension
    var center = [Double](repeating: 0, count: dimension)
    center.withUnsafeMutableBufferPointer { center in
      points.values.withUnsafeBufferPointer { values in
        for start in stride(from: 0, to: values.count, by: dimension) {
          for axis in 0..<dimension { center[axis] += Double(values[start + axis]) }
        }
      }
    }
    for axis in 0..<dimension { center[axis] /= Double(max(points.count, 1)) }
    let largest = max(DistanceBlocks.largestDifference(queries, center), DistanceBlocks.largestDifference(points, center))
    let scale = largest > 0 ? Double(sign: .plus, exponent: -largest.exponent - 1, significand: 1) : 1
    squaredScale = scale * scale
    (queryRows, queryBounds) = DistanceBlocks.prepared(queries, center, scale)
    (pointRows, pointBounds) = DistanceBlocks.prepared(points, center, scale)
  }

  /// The largest |number − centre| of a set.
  private static func largestDifference(_ set: SampleSet, _ center: [Double]) -> Double {
    let dimension = center.count
    var largest = SIMD4<Double>()
    set.values.withUnsafeBufferPointer { values in
      center.withUnsafeBufferPointer { center in
        for start in stride(from: 0, to: values.count, by: dimension) {
          var axis = 0
          while axis < dimension {
            var differences = SIMD4<Double>()
            for lane in 0..<min(4, dimension - axis) { differences[lane] = abs(Double(values[start + axis + lane]) - center[axis + lane]) }
            largest.replace(with: differences, where: differences .> largest)
            axis += 4
          }
        }
      }
    }
    return largest.max()
  }

  private static func prepared(_ set: SampleSet, _ center: [Double], _ scale: Double) -> ([Float], (lower: [Float], upper: [Float])) {
    let dimension = set.dimension
    var rows = set.values
    var lower = [Float](repeating: 0, count: set.count)
    var upper = lower
    // The second term holds what products below the smallest normal number may lose.
    let relative = 2 * Double(dimension + 16) * 0x1p-24
    let absolute = Double(dimension) * 4e-38
    rows.withUnsafeMutableBufferPointer { rows in
      center.withUnsafeBufferPointer { center in
        for row in 0..<set.count {
          let start = row * dimension
          var squares = SIMD4<Double>()
          var axis = 0
          while axis + 4 <= dimension {
            var centred = SIMD4<Double>()
            for lane in 0..<4 { centred[lane] = (Double(rows[start + axis + lane]) - center[axis + lane]) * scale }
            let rounded = SIMD4<Float>(centred)
            for lane in 0..<4 { rows[start + axis + lane] = rounded[lane] }
            let values = SIMD4<Double>(rounded)
            squares += values * values
            axis += 4
          }
          var square = squares.sum()
          while axis < dimension {
            let value = Float((Double(rows[start + axis]) - center[axis]) * scale)
            rows[start + axis] = value
            square += Double(value) * Double(value)
            axis += 1
          }
          lower[row] = Float(square * (1 - relative) - absolute)
          upper[row] = Float(square * (1 + relative) + absolute)
        }
      }
    }
    return (rows, (lower, upper))
  }

  /// One query's row of intervals.
  struct Row {
    let query: Int
    let count: Int
    let products: UnsafePointer<Float>
    let lower: UnsafePointer<Float>
    let upper: UnsafePointer<Float>
    let queryLower: Float
    let queryUpper: Float

    /// Calls `body` with each point whose squared distance may be at most `limit` (in the blocks' unit); it returns the next limit.
    @inline(__always)
    func forEachPoint(limit start: Float, _ body: (Int) -> Float) {
      var limit = start
      let offset = SIMD8<Float>(repeating: queryLower)
      var index = 0
      while index + 8 <= count {
        let product = UnsafeRawPointer(products + index).loadUnaligned(as: SIMD8<Float>.self)
        let bound = UnsafeRawPointer(lower + index).loadUnaligned(as: SIMD8<Float>.self)
        let near = (product + offset) + bound
        if any(near .<= limit) {
          for lane in 0..<8 where near[lane] <= limit { limit = body(index + lane) }
        }
        index += 8
      }
      while index < count {
        if (products[index] + queryLower) + lower[index] <= limit { limit = body(index) }
        index += 1
      }
    }

    /// The largest value that the squared distance of `point` may have, in the blocks' unit.
    @inline(__always)
    func upperBound(_ point: Int) -> Float { (products[point] + queryUpper) + upper[point] }
  }

  /// Calls `body` with the row of each query, in order.
  func forEachRow(_ body: (Row) -> Void) {
    guard queries.count > 0, points.count > 0 else { return }
    let dimension = points.dimension
    // Blocks of 16 MiB: few products, because each waits for all of BLAS's threads, which takes long on a busy machine.
    let height = min(queries.count, max(8, (1 << 22) / points.count))
    let products = UnsafeMutablePointer<Float>.allocate(capacity: height * points.count)
    defer { products.deallocate() }
    queryRows.withUnsafeBufferPointer { left in
      pointRows.withUnsafeBufferPointer { right in
        pointBounds.lower.withUnsafeBufferPointer { lower in
          pointBounds.upper.withUnsafeBufferPointer { upper in
            guard let left = left.baseAddress, let right = right.baseAddress, let lower = lower.baseAddress, let upper = upper.baseAddress
            else { return }
            var first = 0
            while first < queries.count {
              let rows = min(height, queries.count - first)
              SinglePrecisionProduct.rowProducts(
                left + first * dimension, rows: rows, right, columns: points.count, length: dimension, scale: -2, into: products)
              for row in 0..<rows {
                body(
                  Row(
                    query: first + row, count: points.count, products: products + row * points.count, lower: lower, upper: upper,
                    queryLower: queryBounds.lower[first + row], queryUpper: queryBounds.upper[first + row]))
              }
              first += rows
            }
          }
        }
      }
    }
  }

  /// A number not below `squared` in the blocks' unit.
  @inline(__always)
  func limitAbove(_ squared: Double) -> Float { Float(squared * squaredScale).nextUp }

  /// A number not above `squared` in the blocks' unit.
  @inline(__always)
  func limitBelow(_ squared: Double) -> Float { Float(squared * squaredScale).nextDown }
}

/// Squared Euclidean distances in float64, the definition that every neighbour metric rests on.
enum SquaredDistance {
  /// Σ (a − b)², in four running sums.
  @inline(__always)
  static func between(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ dimension: Int) -> Double {
    var sums = SIMD4<Double>()
    var axis = 0
    while axis + 4 <= dimension {
      let x = UnsafeRawPointer(a + axis).loadUnaligned(as: SIMD4<Float>.self)
      let y = UnsafeRawPointer(b + axis).loadUnaligned(as: SIMD4<Float>.self)
      let difference = SIMD4<Double>(x) - SIMD4<Double>(y)
      sums += difference * difference
      axis += 4
    }
    var sum = (sums[0] + sums[1]) + (sums[2] + sums[3])
    while axis < dimension {
      let difference = Double(a[axis]) - Double(b[axis])
      sum += difference * difference
      axis += 1
    }
    return sum
  }
}

extension SampleSet {
  /// The squared distances of all pairs, `count × other.count`, row major, each in float64: for small sets.
  ///
  /// Neighbours and balls come cheaper by ``NearestNeighbors`` and ``BallCounts``, sums over pairs by ``PairwiseBlocks``.
  ///
  /// - Precondition: both sets are of one dimension.
  public func squaredDistances(to other: SampleSet) -> [Double] {
    precondition(dimension == other.dimension, "distances need two sets of one dimension")
    return values.withUnsafeBufferPointer { a in
      other.values.withUnsafeBufferPointer { b in
        guard let a = a.baseAddress, let b = b.baseAddress else { return [] }
        var result = [Double](repeating: 0, count: count * other.count)
        for row in 0..<count {
          for column in 0..<other.count {
            result[row * other.count + column] = SquaredDistance.between(a + row * dimension, b + column * dimension, dimension)
          }
        }
        return result
      }
    }
  }
}
