import Components
import Metrics
import Tensors

/// The unbiased squared maximum mean discrepancy with a Gaussian kernel: 0 on average exactly where the distributions are equal.
///
/// By default the bandwidths are multiples of the median distance within the reference, so that two generators are compared with one
/// kernel. `bandwidths` sets them instead.
public struct MaximumMeanDiscrepancy: Metric {
  public static let name = "maximum-mean-discrepancy"
  public static let aliases = ["mmd": ""]
  public static let summary = "Unbiased squared maximum mean discrepancy with Gaussian kernels of several bandwidths."
  public static let equation = "E k(x, x') + E k(y, y') - 2 E k(x, y),  k = mean over l of exp(-|x - y|^2 / (2 l^2))"
  public static let reference = "Gretton et al. 2012, A Kernel Two-Sample Test, equation 3"
  public static let fieldDescriptions = [
    "bandwidths": "Bandwidths ℓ in the samples' unit, positive; empty for multiples of the reference's median distance",
    "maximum": "Samples on a side; larger sets are thinned at random. At least 2",
    "multiples": "The multiples of the median distance, positive; one for a single bandwidth",
  ]

  /// Bandwidths ℓ in the samples' unit, positive; empty for multiples of the reference's median distance.
  public var bandwidths: [Double] = []
  /// The multiples of the median distance, positive; one for a single bandwidth.
  public var multiples: [Double] = [0.25, 0.5, 1, 2, 4]
  /// Samples on a side; larger sets are thinned at random. At least 2.
  public var maximum = 10_000

  public init() {}

  public func validateFields() throws {
    for (field, values) in [("bandwidths", bandwidths), ("multiples", multiples)] {
      guard values.allSatisfy({ $0 > 0 && $0.isFinite }) else {
        throw ComponentError(component: Self.name, field: field, value: values, expected: "positive numbers")
      }
    }
    guard !(bandwidths.isEmpty && multiples.isEmpty) else {
      throw ComponentError(component: Self.name, field: "multiples", value: multiples, expected: "one or more where bandwidths is empty")
    }
    guard maximum >= 2 else { throw ComponentError(component: Self.name, field: "maximum", value: maximum, expected: "2 or more") }
  }

  public func measure(_ samples: SampleSet, against reference: SampleSet, key: Key) throws -> [MetricValue] {
    try samples.requirePair(with: reference, atLeast: 2, for: Self.name)
    let kernel = try SimilarityKernel.gaussian(bandwidths: bandwidths(for: reference))
    let estimate = try KernelDiscrepancy.squared(
      samples.atMost(maximum, key: key.derived("samples")), reference.atMost(maximum, key: key.derived("reference")), kernel: kernel)
    return [MetricValue(Self.name, estimate.value, standardError: estimate.standardError, goal: .lower)]
  }

  /// The bandwidths that `measure` uses with this reference.
  ///
  /// - Throws: `MetricError` where the reference's median distance is 0.
  public func bandwidths(for reference: SampleSet) throws -> [Double] {
    guard bandwidths.isEmpty else { return bandwidths }
    let median = try SimilarityKernel.medianDistance(of: reference)
    return multiples.map { $0 * median }
  }
}
