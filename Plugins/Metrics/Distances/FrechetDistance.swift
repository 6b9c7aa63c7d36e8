import Components
import LinearAlgebra
import Metrics
import Tensors

/// The squared Fréchet distance of two Gaussians with the samples' means and covariances: the number called FID where the samples are
/// Inception features.
///
/// It sees first and second moments only, and is biased upwards by about 1/n: compare it with its null.
public struct FrechetDistance: Metric {
  public static let name = "frechet-distance"
  public static let aliases = ["fid": "the FID of papers is that of --features inception-v3:file=FILE"]
  public static let summary =
    "Squared Frechet distance of the Gaussians with the samples' means and covariances (FID on Inception features)."
  public static let equation = "|m1 - m2|^2 + tr(S1 + S2) - 2 tr (S1^1/2 S2 S1^1/2)^1/2"
  public static let reference = "Dowson and Landau 1982; Heusel et al. 2017, equation 6"

  public init() {}

  public func measure(_ samples: SampleSet, against reference: SampleSet, key: Key) throws -> [MetricValue] {
    try samples.requirePair(with: reference, atLeast: 2, for: Self.name)
    return [
      MetricValue(
        Self.name, try FrechetDistance.squared(samples, reference), goal: .lower,
        display: MetricDisplay("Fréchet distance", meaning: "the squared distance of Gaussians with the same means and covariances"))
    ]
  }

  /// The squared distance of two Gaussians, in squared units.
  ///
  /// The trace of (Σ₁^½ Σ₂ Σ₁^½)^½ is the sum of the singular values of F₁F₂ᵀ, where Σ = FᵀF comes from a symmetric eigenproblem; no root
  /// of a matrix that is not symmetric is taken. Rounding may leave equal moments below 0, by 10⁻¹³ of the traces or so.
  ///
  /// - Throws: `MetricError` where the sizes differ or a covariance has a negative eigenvalue; `LinearAlgebraError`.
  public static func squared(_ first: GaussianMoments, _ second: GaussianMoments) throws -> Double {
    guard first.mean.count == second.mean.count else {
      throw MetricError("moments of \(first.mean.count) and of \(second.mean.count) dimensions have no Fréchet distance")
    }
    return try squared(CovarianceFactor(first), CovarianceFactor(second))
  }

  /// The squared distance of the Gaussians with the samples' moments (n − 1 in the covariances' denominators).
  ///
  /// With fewer samples than dimensions no covariance is formed: the trace is ‖X Yᵀ‖_* / √((n − 1)(m − 1)) of the centred samples.
  ///
  /// - Throws: `MetricError` with fewer than two samples on a side or two dimensions; `LinearAlgebraError`.
  public static func squared(_ samples: SampleSet, _ reference: SampleSet) throws -> Double {
    try samples.requirePair(with: reference, atLeast: 2, for: name)
    return try squared(CovarianceFactor(of: samples), CovarianceFactor(of: reference))
  }

  static func squared(_ first: CovarianceFactor, _ second: CovarianceFactor) throws -> Double {
    let distance = zip(first.mean, second.mean).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    let nuclear = try (first.rows * second.rows.transposed).singularValues().reduce(0, +)
    return distance + first.trace + second.trace - 2 * nuclear
  }

  /// What the squared distance is on average for two samples of one standard normal distribution: its bias, to first order in 1/n.
  ///
  /// (d + d(d + 1)/4)(1/n + 1/m); leave `referenceCount` out where the reference's moments are exact.
  public static func nullBias(dimension: Int, count: Int, referenceCount: Int? = nil) -> Double {
    let d = Double(dimension)
    return (d + d * (d + 1) / 4) * (1 / Double(count) + (referenceCount.map { 1 / Double($0) } ?? 0))
  }

  /// The same bias for two samples of a Gaussian with this covariance:
  /// (Σᵢ λᵢ + ½ Σᵢⱼ (1 + δᵢⱼ) λᵢλⱼ/(λᵢ + λⱼ)) (1/n + 1/m), from the second derivative of the Bures distance.
  ///
  /// - Throws: `LinearAlgebraError`.
  public static func nullBias(covariance: Matrix, count: Int, referenceCount: Int? = nil) throws -> Double {
    let eigenvalues = try covariance.symmetricEigenvalues().map { max($0, 0) }
    var sum = eigenvalues.reduce(0, +)
    for (i, a) in eigenvalues.enumerated() where a > 0 {
      sum += a / 2
      for b in eigenvalues.prefix(i) where b > 0 { sum += a * b / (a + b) }
    }
    return sum * (1 / Double(count) + (referenceCount.map { 1 / Double($0) } ?? 0))
  }
}
