import Components
import Metrics

/// The samples themselves: right for points in a few dimensions.
public struct IdentityFeatures: FeatureChoice, FeatureExtractor {
  public static let name = "identity-features"
  public static let summary = "The samples themselves, for data of up to about 64 dimensions."

  public init() {}

  public func extractor(fittedTo reference: SampleSet) -> any FeatureExtractor { self }

  public func features(of samples: SampleSet) -> SampleSet { samples }
}
