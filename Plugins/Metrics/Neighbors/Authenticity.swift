import Metrics

/// Whether generated samples are copies with noise: the share that is no nearer to its nearest training sample than that one's own nearest
/// training neighbour is.
///
/// About ½ for draws from the training distribution, and less where samples are copied. Alaa et al. 2022, section 4.3.
public enum Authenticity {
  /// Which generated samples are authentic: the distance to the nearest training sample is above that sample's distance to the nearest other
  /// training sample.
  ///
  /// - Throws: `MetricError` where there are fewer than two training samples, or the dimensions differ.
  public static func isAuthentic(generated: SampleSet, training: SampleSet) throws -> [Bool] {
    let own = try NearestNeighbors(within: training, count: 1).squaredDistances
    let nearest = try NearestNeighbors(of: generated, in: training, count: 1)
    return zip(nearest.squaredDistances, nearest.indices).map { distance, index in distance > own[index] }
  }

  /// The share of authentic samples, in 0…1 (the literature's AuthPct over 100).
  ///
  /// - Throws: `MetricError` as ``isAuthentic(generated:training:)``, and where nothing was generated.
  public static func share(generated: SampleSet, training: SampleSet) throws -> Double {
    guard generated.count > 0 else { throw MetricError("authenticity needs generated samples; there are none") }
    let authentic = try isAuthentic(generated: generated, training: training)
    return Double(authentic.count { $0 }) / Double(authentic.count)
  }
}
