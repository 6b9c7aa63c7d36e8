/// What a metric, or a kind of features, asks of the samples that it is given.
public struct SampleRequirements: Sendable, Equatable {
  /// Whether a metric takes the samples themselves, whatever features are chosen; `false` by default.
  public var originals: Bool
  /// Whether the modes of the data must be known; `false` by default.
  public var modes: Bool
  /// Whether samples must be images, `[rows, columns, channels]`; `false` by default.
  public var images: Bool
  /// The most numbers that a sample may have; `nil` (the default) for any.
  public var maximumDimension: Int?
  /// The field that must be set first, such as `file`; `nil` (the default) where none is missing.
  public var missingField: String?
  /// Whether a metric judges samples that are not finite by their number, ``SampleSet/discarded``; `false` by default: then it has no value
  /// where there are such samples.
  public var countsDiscarded: Bool

  /// Creates requirements; see the fields.
  public init(
    originals: Bool = false, modes: Bool = false, images: Bool = false, maximumDimension: Int? = nil, missingField: String? = nil,
    countsDiscarded: Bool = false
  ) {
    self.originals = originals
    self.modes = modes
    self.images = images
    self.maximumDimension = maximumDimension
    self.missingField = missingField
    self.countsDiscarded = countsDiscarded
  }

  /// What stands in the way of using it with samples such as these, and what to try; `nil` where nothing does.
  public func obstacle(in samples: SampleSet) -> String? {
    if let missingField { return "no \(missingField) is named; set its field '\(missingField)'" }
    if modes, samples.modes == nil { return "it needs data of which the modes are known, such as a mixture; these are not" }
    if images, samples.shape.count != 3 {
      return "it needs images, rows × columns × channels, but samples have the shape \(samples.shape)"
    }
    if let maximumDimension, samples.dimension > maximumDimension {
      return "it takes samples of at most \(maximumDimension) numbers, but these have \(samples.dimension); compare features of them"
    }
    return nil
  }

  /// The requirements in words, each a phrase; empty where anything will do.
  public var phrases: [String] {
    var phrases: [String] = []
    if modes { phrases.append("data with known modes") }
    if images { phrases.append("images") }
    if let maximumDimension { phrases.append("samples of at most \(maximumDimension) numbers") }
    if let missingField { phrases.append("the field '\(missingField)'") }
    if originals { phrases.append("the samples themselves, not features") }
    return phrases
  }
}
