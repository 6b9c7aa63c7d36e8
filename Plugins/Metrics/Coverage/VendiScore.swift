import Components
import Foundation
import LinearAlgebra
import Metrics
import Tensors

/// The effective number of different samples: the exponential of the entropy of the similarity matrix's eigenvalues.
///
/// It is n for n samples that have nothing in common and 1 for equal ones, and needs no real samples; their own score is beside it as what
/// to reach. With the cosine kernel it is at most the dimension.
public struct VendiScore: Metric {
  public static let name = "vendi-score"
  public static let aliases = ["vendi": ""]
  public static let summary = "The effective number of different samples, of the generated and of the real ones."
  public static let equation = "VS = exp(-sum_i l_i log l_i), l the eigenvalues of K/n"
  public static let reference = "Friedman and Dieng 2023, definition 3.1"
  public static let fieldDescriptions = [
    "bandwidth": "The bandwidth ℓ of the Gaussian kernel in the unit of the samples; 0 takes the median distance between real samples",
    "kernel": "The similarity: 'cosine' or 'gaussian'",
    "maximumCount": "The samples of each set that are used, at random, 2 or above: the cost grows with the third power",
  ]

  /// The similarity of two samples.
  public enum Kernel: String, ComponentChoice {
    /// x·y / (‖x‖ ‖y‖): only directions count.
    case cosine
    /// exp(−‖x − y‖² / 2ℓ²).
    case gaussian
  }

  /// The similarity: `cosine` or `gaussian`.
  public var kernel: Kernel = .gaussian
  /// ℓ of the Gaussian kernel in the unit of the samples; 0 takes the median distance between real samples.
  public var bandwidth: Double = 0
  /// The samples of each set that are used, at random, 2 or above: the cost grows with the third power.
  public var maximumCount: Int = 500

  public init() {}

  public init(kernel: Kernel, bandwidth: Double = 0, maximumCount: Int = 500) {
    self.kernel = kernel
    self.bandwidth = bandwidth
    self.maximumCount = maximumCount
  }

  public func validateFields() throws {
    guard bandwidth >= 0, bandwidth.isFinite else {
      throw ComponentError(component: Self.name, field: "bandwidth", value: bandwidth, expected: "0 or above")
    }
    guard maximumCount >= 2 else {
      throw ComponentError(component: Self.name, field: "maximumCount", value: maximumCount, expected: "2 or above")
    }
  }

  /// The score of a symmetric similarity matrix with ones on its diagonal, in 1…n.
  ///
  /// - Throws: `MetricError` where the matrix is empty or not square, `LinearAlgebraError` where it is not finite.
  public static func score(similarity: Matrix) throws -> Double {
    guard similarity.rows == similarity.columns, similarity.rows > 0 else {
      throw MetricError("a similarity matrix must be square; this one is \(similarity.rows) × \(similarity.columns)")
    }
    return try score(eigenvalues: (1 / Double(similarity.rows) * similarity).symmetricEigenvalues())
  }

  private static func score(eigenvalues: [Double]) -> Double {
    exp(eigenvalues.reduce(0) { $1 > 0 ? $0 - $1 * log($1) : $0 })
  }

  /// The score of a set under this kernel with the bandwidth `bandwidth`, which the Gaussian kernel alone needs.
  ///
  /// - Throws: `MetricError` where the set is empty, or a sample is zero under the cosine kernel.
  public func score(_ samples: SampleSet, bandwidth: Double) throws -> Double {
    guard samples.count > 0 else { throw MetricError("a Vendi score needs samples; there are none") }
    switch kernel {
    case .gaussian:
      guard bandwidth > 0 else { throw MetricError("the Gaussian kernel needs a bandwidth above 0, not \(bandwidth)") }
      let squares = samples.squaredDistances(to: samples)
      return try VendiScore.score(
        similarity: Matrix(
          rows: samples.count, columns: samples.count, values: squares.map { exp(-$0 / (2 * bandwidth * bandwidth)) }))
    case .cosine:
      let rows = try VendiScore.unitRows(samples)
      // X Xᵀ and Xᵀ X have the same eigenvalues above 0; the smaller one is decomposed.
      let gram = samples.dimension < samples.count ? rows.transposed * rows : rows * rows.transposed
      return try VendiScore.score(eigenvalues: (1 / Double(samples.count) * gram).symmetricEigenvalues())
    }
  }

  private static func unitRows(_ samples: SampleSet) throws -> Matrix {
    let dimension = samples.dimension
    var values = samples.values.map(Double.init)
    for row in 0..<samples.count {
      let range = row * dimension..<(row + 1) * dimension
      let length = values[range].reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard length > 0 else {
        throw MetricError("sample \(row) is zero and has no direction; use the gaussian kernel or leave such samples out")
      }
      for index in range { values[index] /= length }
    }
    return Matrix(rows: samples.count, columns: dimension, values: values)
  }

  /// The scores of both sets, each cut to the same number of samples at random.
  public func measure(_ samples: SampleSet, against reference: SampleSet, key: Key) throws -> [MetricValue] {
    let count = min(samples.count, reference.count, maximumCount)
    let generated = samples.selecting(RandomOrder.permutation(of: samples.count, key: key.derived("samples")).prefix(count))
    let real = reference.selecting(RandomOrder.permutation(of: reference.count, key: key.derived("reference")).prefix(count))
    // Where most real samples coincide they have no scale, and any bandwidth tells them apart alike.
    let width = bandwidth > 0 || kernel == .cosine ? bandwidth : (try? SimilarityKernel.medianDistance(of: real)) ?? 1
    let (score, realScore) = (try self.score(generated, bandwidth: width), try self.score(real, bandwidth: width))
    return [MetricValue("vendi-score", score, goal: .higher), MetricValue("vendi-ratio", score / realScore, goal: .null)]
  }
}
