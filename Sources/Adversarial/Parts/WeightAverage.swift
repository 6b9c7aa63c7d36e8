import Components

/// A heuristic that keeps a second set of weights, from which samples are drawn: an average.
///
/// Running statistics, such as batch norm's, belong to the weights that they were gathered with. The set has none of its own in training, so
/// they are estimated anew when it is sampled from.
public protocol WeightAverage: Heuristic {
  /// The set's name, as in ``Round/shadow(_:of:)``.
  var averagedSet: String { get }
  /// Batches of latent vectors over which running statistics are estimated for the set; 0 for those of the live weights.
  var statisticsBatches: Int { get }
}
