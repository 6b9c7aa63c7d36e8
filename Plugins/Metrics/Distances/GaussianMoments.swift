import LinearAlgebra
import Metrics

/// A mean and a covariance: all that the Fréchet distance sees of a distribution.
public struct GaussianMoments: Sendable, Equatable {
  /// One number for each dimension.
  public let mean: [Double]
  /// Symmetric, `dimension × dimension`.
  public let covariance: Matrix

  /// - Throws: `MetricError` where the covariance is not square, of another size than the mean, or not symmetric.
  public init(mean: [Double], covariance: Matrix) throws {
    guard covariance.rows == mean.count, covariance.columns == mean.count, !mean.isEmpty else {
      throw MetricError("a mean of \(mean.count) numbers does not go with a covariance of \(covariance.rows) × \(covariance.columns)")
    }
    let scale = covariance.values.reduce(0) { max($0, abs($1)) }
    for row in 0..<mean.count {
      for column in 0..<row where abs(covariance[row, column] - covariance[column, row]) > 1e-9 * scale {
        throw MetricError("the covariance is not symmetric: places (\(row), \(column)) and (\(column), \(row)) differ")
      }
    }
    self.mean = mean
    self.covariance = covariance
  }

  /// The sample mean and the sample covariance, with n − 1 in the denominator.
  ///
  /// - Throws: `MetricError` with fewer than two samples.
  public init(of samples: SampleSet) throws {
    guard samples.count >= 2 else { throw MetricError("a covariance needs at least 2 samples, but there are \(samples.count)") }
    mean = samples.meanRow()
    var sum = Matrix(rows: samples.dimension, columns: samples.dimension)
    for start in stride(from: 0, to: samples.count, by: 4096) {
      let block = samples.matrix(rows: start..<min(start + 4096, samples.count), subtracting: mean)
      sum = sum + block.transposed * block
    }
    covariance = 1 / Double(samples.count - 1) * sum
  }
}

/// A covariance as FᵀF, with no more rows in F than its rank.
struct CovarianceFactor {
  let mean: [Double]
  let rows: Matrix
  /// The covariance's trace.
  let trace: Double

  /// From samples: the centred samples themselves where those are fewer than the dimensions, else from their covariance.
  init(of samples: SampleSet) throws {
    guard samples.count <= samples.dimension else {
      try self.init(GaussianMoments(of: samples))
      return
    }
    guard samples.count >= 2 else { throw MetricError("a covariance needs at least 2 samples, but there are \(samples.count)") }
    let mean = samples.meanRow()
    let rows = 1 / Double(samples.count - 1).squareRoot() * samples.matrix(rows: 0..<samples.count, subtracting: mean)
    self.init(mean: mean, rows: rows, trace: rows.values.reduce(0) { $0 + $1 * $1 })
  }

  private init(mean: [Double], rows: Matrix, trace: Double) {
    self.mean = mean
    self.rows = rows
    self.trace = trace
  }

  /// From moments: rows √λ v of the covariance's eigenpairs; those whose λ is rounding noise are left out.
  init(_ moments: GaussianMoments) throws {
    let size = moments.mean.count
    let (eigenvalues, vectors) = try moments.covariance.symmetricEigen()
    let largest = eigenvalues.last ?? 0
    if let smallest = eigenvalues.first, smallest < -1e-6 * max(largest, -smallest) {
      throw MetricError("the covariance has the negative eigenvalue \(smallest) (the largest is \(largest)), so it is no covariance")
    }
    let noise = Double(size) * Double.ulpOfOne * largest
    var values: [Double] = []
    var kept = 0
    for index in 0..<size where eigenvalues[index] > noise {
      let root = eigenvalues[index].squareRoot()
      values += vectors.values[index * size..<(index + 1) * size].map { root * $0 }
      kept += 1
    }
    self.init(mean: moments.mean, rows: Matrix(rows: kept, columns: size, values: values), trace: moments.covariance.trace)
  }
}
