import Components
import LinearAlgebra
import Metrics

/// The directions of largest variance of the real samples, most variance first.
public struct PrincipalComponents: FeatureChoice {
  public static let name = "principal-components"
  public static let summary = "Projections on the directions of largest variance of the real samples."
  public static let equation = "f(x) = V'(x - m),  V: leading eigenvectors of the covariance of the real samples"
  public static let reference = "Hotelling 1933; Jolliffe 2002, Principal Component Analysis, chapter 1"
  public static let fieldDescriptions = [
    "count": "How many directions at most; 1 or more. Directions without variance are left out",
    "whitens": "Whether each feature is divided by its standard deviation on the real samples",
  ]

  /// How many directions at most; 1 or more. Directions without variance are left out.
  public var count = 64
  /// Whether each feature is divided by its standard deviation on the real samples.
  public var whitens = false

  public init() {}

  public func validateFields() throws {
    guard count >= 1 else { throw ComponentError(component: Self.name, field: "count", value: count, expected: "1 or more") }
  }

  public func extractor(fittedTo reference: SampleSet) throws -> any FeatureExtractor { try projection(fittedTo: reference) }

  /// The projection itself, to look at.
  ///
  /// - Throws: `MetricError` with fewer than two samples, or where all are equal; `LinearAlgebraError`.
  public func projection(fittedTo reference: SampleSet) throws -> PrincipalProjection {
    guard reference.count >= 2 else {
      throw MetricError("\(Self.name): \(reference.count) real samples have no variance; give 2 or more")
    }
    let (n, d) = (reference.count, reference.dimension)
    let mean = reference.meanRow()
    let divisor = Double(n - 1)
    var pairs: [(variance: Double, direction: [Double])]
    if n > d {
      let (values, vectors) = try GaussianMoments(of: reference).covariance.symmetricEigen()
      pairs = (0..<d).map { (values[$0], Array(vectors.values[$0 * d..<($0 + 1) * d])) }
    } else {
      // Fewer samples than dimensions: the same variances are the Gram matrix's eigenvalues, and the directions Xᵀu/‖Xᵀu‖.
      let centred = reference.matrix(rows: 0..<n, subtracting: mean)
      let (values, vectors) = try (1 / divisor * (centred * centred.transposed)).symmetricEigen()
      let directions = vectors * centred
      pairs = (0..<n).map { row in
        let direction = Array(directions.values[row * d..<(row + 1) * d])
        let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return (values[row], length > 0 ? direction.map { $0 / length } : direction)
      }
    }
    pairs.reverse()
    let largest = pairs.first?.variance ?? 0
    pairs = pairs.prefix(count).filter { $0.variance > 1e-12 * largest }
    guard !pairs.isEmpty else { throw MetricError("\(Self.name): all real samples are equal, so they have no principal components") }
    let directions = pairs.map { PrincipalComponents.oriented($0.direction) }
    return PrincipalProjection(
      mean: mean, variances: pairs.map(\.variance),
      directions: Matrix(rows: pairs.count, columns: d, values: directions.flatMap { $0 }), whitens: whitens)
  }

  /// The same direction with its entry of largest magnitude positive: an eigenvector has no sign of its own.
  private static func oriented(_ direction: [Double]) -> [Double] {
    let largest = direction.reduce(0) { abs($1) > abs($0) ? $1 : $0 }
    return largest < 0 ? direction.map { -$0 } : direction
  }
}

/// A fitted projection on principal components.
public struct PrincipalProjection: FeatureExtractor, Equatable {
  /// The real samples' mean.
  public let mean: [Double]
  /// The real samples' variance along each direction, falling.
  public let variances: [Double]
  /// One direction of length 1 in each row.
  public let directions: Matrix
  /// Whether features are divided by their standard deviation.
  public let whitens: Bool

  public func features(of samples: SampleSet) throws -> SampleSet {
    guard samples.dimension == mean.count else {
      throw MetricError(
        "\(PrincipalComponents.name): fitted to samples of \(mean.count) numbers, but these have \(samples.dimension); fit to the same data"
      )
    }
    var scaled = directions
    if whitens {
      for row in 0..<directions.rows {
        for column in 0..<directions.columns { scaled[row, column] /= variances[row].squareRoot() }
      }
    }
    let projection = scaled.transposed
    var values: [Float] = []
    values.reserveCapacity(samples.count * directions.rows)
    for start in stride(from: 0, to: samples.count, by: 4096) {
      let block = samples.matrix(rows: start..<min(start + 4096, samples.count), subtracting: mean)
      values += (block * projection).values.map(Float.init)
    }
    return try SampleSet(values, dimension: directions.rows)
  }
}
