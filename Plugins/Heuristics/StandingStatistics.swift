import Adversarial
import Components
import Networks

/// Samples come from the live generator with running statistics that are estimated when it is sampled from, over batches of 256 latent vectors;
/// training does not see it.
///
/// Beginning with the running statistics of training, of which (1 − momentum)^batches is left. An ``ExponentialMovingAverage`` does the same for
/// its average.
public struct StandingStatistics: WeightAverage {
  public static let name = "standing-statistics"
  public static let summary = "Batch norm's running statistics are estimated anew when samples are drawn."
  public static let equation = "mean, variance <- those of batches of samples at the weights of now"
  public static let reference = "Brock et al. 2019, section 3.1 and appendix D"
  public static let fieldDescriptions = [
    "batches": "Batches of latent vectors over which statistics are estimated, 1 to 100,000"
  ]

  /// Batches of latent vectors over which statistics are estimated, 1 to 100,000.
  public var batches = 100

  public init() {}

  /// Statistics over the given number of batches.
  public init(batches: Int) {
    self.batches = batches
  }

  public func validateFields() throws {
    guard (1...100_000).contains(batches) else {
      throw ComponentError(component: Self.name, field: "batches", value: batches, expected: "from 1 to 100000")
    }
  }

  /// A set that does not exist: the live weights stay.
  public var averagedSet: String { "" }
  public var statisticsBatches: Int { batches }

  public func review(_ gan: GAN) -> [Notice] {
    if gan.heuristics.contains(where: { $0 is ExponentialMovingAverage }) {
      return [
        Notice(
          .error,
          "samples come from an average or from the live generator; leave out \(Self.name), whose work \(ExponentialMovingAverage.name) does",
          reference: Self.reference)
      ]
    }
    guard !gan.generator.layers.contains(where: \.layer.usesBatchStatistics) else { return [] }
    return [
      Notice(
        .warning, "\(Self.name) has nothing to estimate: no layer of the generator normalizes by its batch; leave it out",
        reference: Self.reference)
    ]
  }
}
