import Components
import Metrics
import Tensors

/// The unbiased squared maximum mean discrepancy with a cubic kernel: the number called KID where the samples are Inception features.
///
/// Unlike the Fréchet distance its mean does not depend on the number of samples; it may be below 0.
public struct KernelDistance: Metric {
  public static let name = "kernel-distance"
  public static let aliases = ["kid": "the KID of papers is that of --features inception-v3:file=FILE"]
  public static let summary = "Unbiased squared maximum mean discrepancy with the kernel (x'y/d + 1)^3 (KID on Inception features)."
  public static let equation = "E k(x, x') + E k(y, y') - 2 E k(x, y),  k = (x'y/d + 1)^3"
  public static let reference = "Binkowski et al. 2018, Demystifying MMD GANs, section 4"
  public static let fieldDescriptions = [
    "degree": "The kernel's degree, 1 or more; 3 in the paper",
    "maximum": "Samples on a side where there are no subsets; larger sets are thinned at random. At least 2",
    "subsetSize": "Samples on each side of a subset, 2 or more; all where a side has fewer",
    "subsets":
      """
    How many random subsets the mean is taken over, 100 in the paper; 0 for one estimate from all samples, which has the same mean \
    and a smaller variance
    """,
  ]

  /// The kernel's degree, 1 or more; 3 in the paper.
  public var degree = 3
  /// How many random subsets the mean is taken over, 100 in the paper; 0 for one estimate from all samples, which has the same mean and a
  /// smaller variance.
  public var subsets = 0
  /// Samples on each side of a subset, 2 or more; all where a side has fewer.
  public var subsetSize = 1_000
  /// Samples on a side where there are no subsets; larger sets are thinned at random. At least 2.
  public var maximum = 10_000

  public init() {}

  public func validateFields() throws {
    let bounds = [("degree", degree, 1), ("subsets", subsets, 0), ("subsetSize", subsetSize, 2), ("maximum", maximum, 2)]
    for (field, value, least) in bounds where value < least {
      throw ComponentError(component: Self.name, field: field, value: value, expected: "\(least) or more")
    }
  }

  public func measure(_ samples: SampleSet, against reference: SampleSet, key: Key) throws -> [MetricValue] {
    try samples.requirePair(with: reference, atLeast: 2, for: Self.name)
    let kernel = SimilarityKernel.polynomial(degree: degree, scale: 1 / Double(samples.dimension), offset: 1)
    let estimate: KernelDiscrepancy.Estimate
    if subsets > 0 {
      let size = min(subsetSize, samples.count, reference.count)
      estimate = try KernelDistance.overSubsets(samples, reference, kernel: kernel, subsets: subsets, size: size, key: key)
    } else {
      estimate = try KernelDiscrepancy.squared(
        samples.atMost(maximum, key: key.derived("samples")), reference.atMost(maximum, key: key.derived("reference")), kernel: kernel)
    }
    return [
      MetricValue(
        Self.name, estimate.value, standardError: estimate.standardError.isFinite ? estimate.standardError : nil, goal: .lower,
        display: MetricDisplay("kernel distance", meaning: "without bias, about 0 for a perfect model, above or below"))
    ]
  }

  /// The mean of the unbiased estimate over random subsets, each drawn without replacement.
  ///
  /// - Returns: The standard error is the subsets' standard deviation by √subsets. Subsets overlap, so that it measures the draw of the
  ///   subsets and comes out too small for the draw of the samples; NaN of one subset.
  /// - Throws: `MetricError` where a side has fewer than `size` samples.
  public static func overSubsets(
    _ samples: SampleSet, _ reference: SampleSet, kernel: SimilarityKernel, subsets: Int = 100, size: Int = 1_000, key: Key
  ) throws -> KernelDiscrepancy.Estimate {
    precondition(subsets >= 1 && size >= 2, "at least one subset of at least two samples")
    try samples.requirePair(with: reference, atLeast: size, for: name)
    let values = try (0..<subsets).map { index in
      let key = key.derived(index)
      let first = samples.atMost(size, key: key.derived("samples"))
      let second = reference.atMost(size, key: key.derived("reference"))
      return try KernelDiscrepancy.squared(first, second, kernel: kernel).value
    }
    return KernelDiscrepancy.Estimate(value: Statistics.mean(values), standardError: Statistics.standardError(values))
  }
}
