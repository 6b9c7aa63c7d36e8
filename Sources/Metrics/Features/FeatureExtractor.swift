import Components

/// Turns samples into features, which metrics then compare: a pure function of each sample.
///
/// Never take the discriminator that is being trained for this: it is not independent of the generator that it judges.
public protocol FeatureExtractor: Sendable {
  /// One row of features for each sample, in the same order.
  ///
  /// - Throws: ``MetricError`` where the samples are not of the shape that the extractor was made for.
  func features(of samples: SampleSet) throws -> SampleSet

  /// What is to be said beside numbers that are made of these features, as a clause: such as which weights they are of. `nil` (the default)
  /// where their name and fields say all.
  var remark: String? { get }
}

extension FeatureExtractor {
  public var remark: String? { nil }
}

/// A kind of features, chosen by name and configured by fields; some kinds must see the reference before they can extract.
public protocol FeatureChoice: Component {
  /// What it asks of the samples; nothing by default.
  var requirements: SampleRequirements { get }

  /// The extractor, fitted to the real samples where this kind is fitted at all.
  ///
  /// Fit once, and map all samples, the reference too, by the same extractor.
  ///
  /// - Throws: ``MetricError`` where the reference does not suffice.
  func extractor(fittedTo reference: SampleSet) throws -> any FeatureExtractor
}

extension FeatureChoice {
  public var requirements: SampleRequirements { SampleRequirements() }
}

extension SampleSet {
  /// The samples' features. Metrics take features or samples alike.
  ///
  /// - Throws: what the extractor throws.
  public func mapped(by extractor: any FeatureExtractor) throws -> SampleSet { try extractor.features(of: self) }
}
