import Components

/// The ways to sample that come with Rival.
public enum BuiltInSamplingMethods {
  public static let types: [any Component.Type] = [TruncatedSampling.self, RejectionSampling.self, LangevinSampling.self]
}
