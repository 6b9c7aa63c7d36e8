import LinearAlgebra
import Tensors

// What metrics ask of their samples, and how they see them: as float64 rows, as subsets, in one pool.

extension SampleSet {
  /// Checks that these samples and `reference` can be compared.
  ///
  /// - Parameters:
  ///   - minimum: the fewest samples that each side must have.
  ///   - name: of the metric, with which the message begins.
  /// - Throws: ``MetricError`` where the two sets differ in dimension or one has fewer than `minimum` samples.
  public func requirePair(with reference: SampleSet, atLeast minimum: Int, for name: String) throws {
    guard dimension == reference.dimension else {
      throw MetricError(
        "\(name): the samples have \(dimension) numbers each, the reference \(reference.dimension); both must be of one shape")
    }
    for (side, set) in [("samples", self), ("reference", reference)] where set.count < minimum {
      throw MetricError("\(name): there are \(set.count) \(side), but it needs at least \(minimum) on each side; draw more")
    }
  }

  /// These samples and then those of `other`, as rows.
  ///
  /// - Throws: ``MetricError`` where the dimensions differ.
  public func pooled(with other: SampleSet) throws -> SampleSet {
    guard dimension == other.dimension else { throw MetricError.differentDimensions(self, other) }
    return SampleSet(unchecked: values + other.values, dimension: dimension)
  }

  /// The samples in `range` as float64 rows, `shift` (one number for each column) subtracted from each.
  public func matrix(rows range: Range<Int>, subtracting shift: [Double]? = nil) -> Matrix {
    var result = [Double](repeating: 0, count: range.count * dimension)
    let start = range.lowerBound * dimension
    values.withUnsafeBufferPointer { source in
      for index in result.indices { result[index] = Double(source[start + index]) }
    }
    if let shift {
      for row in 0..<range.count {
        for column in 0..<dimension { result[row * dimension + column] -= shift[column] }
      }
    }
    return Matrix(rows: range.count, columns: dimension, values: result)
  }

  /// The mean sample, in float64; NaN of no samples.
  public func meanRow() -> [Double] {
    var sums = [Double](repeating: 0, count: dimension)
    values.withUnsafeBufferPointer { source in
      var index = 0
      for _ in 0..<count {
        for column in 0..<dimension {
          sums[column] += Double(source[index])
          index += 1
        }
      }
    }
    return sums.map { $0 / Double(count) }
  }

  /// All samples where there are at most `maximum`, otherwise so many of them, chosen at random without replacement.
  public func atMost(_ maximum: Int, key: Key) -> SampleSet {
    count <= maximum ? self : selecting(RandomOrder.permutation(of: count, key: key).prefix(maximum))
  }
}
