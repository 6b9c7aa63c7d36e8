import Metrics

/// What the parts of a variant do: how its values change where one of them is removed, or two.
public struct Attribution: Codable, Sendable, Equatable {
  /// The label of the variant with all parts.
  public var whole: String
  /// The removed parts, one or two.
  public var removed: [String]
  /// The label of the variant that is left.
  public var remaining: String
  /// One entry a measure, in the order of ``StudyResults/measures``.
  public var measures: [AttributedMeasure]
}

/// What the removal of some parts changes of one measure.
public struct AttributedMeasure: Codable, Sendable, Equatable {
  /// The name of the measure.
  public var measure: String
  /// How the variant that is left differs from the whole one: "worse" says that the part helps. Of two parts it is not tested.
  public var removal: Difference?
  /// Of two parts, by how much removing both changes more than the sum of removing each, seed by seed: "better" says that they need each other, "worse" that
  /// each does what the other does. `nil` where a run without a value would have to be counted.
  public var interaction: Difference?
}

extension Attribution {
  /// What is tested of a measure: the removal of one part, or the interaction of two.
  private var tested: WritableKeyPath<AttributedMeasure, Difference?> { removed.count > 1 ? \.interaction : \.removal }

  /// The difference that is tested of the measure at `place`; `nil` where there is none.
  func tested(_ place: Int) -> Difference? { measures[place][keyPath: tested] }

  /// The same of the measure called `name`.
  func tested(_ name: String) -> Difference? { measures.first { $0.measure == name }?[keyPath: tested] }

  /// Takes the corrected p-value of what is tested, as ``Difference/correct(_:comparisons:)`` does.
  mutating func correct(_ place: Int, _ corrected: Double, comparisons: Int) {
    measures[place][keyPath: tested]?.correct(corrected, comparisons: comparisons)
  }

  /// Compares the runs of a removal.
  ///
  /// - Parameters:
  ///   - scores: a list a variant of a list a measure of one score a seed, more is better.
  ///   - tests: the test of each measure.
  init(
    _ removal: Removal, _ study: StudySpecification, measures: [Measure], scores: [[[Double]]], tests: [Difference.Test]
  ) {
    whole = study.variants[removal.whole].label
    removed = removal.parts
    remaining = study.variants[removal.remaining].label
    self.measures = measures.enumerated().map { place, measure in
      let (all, left) = (scores[removal.whole][place], scores[removal.remaining][place])
      let difference = Difference(left, reference: all, goal: measure.goal, test: tests[place])
      guard removal.single.count == 2 else { return AttributedMeasure(measure: measure.name, removal: difference) }
      let (first, second) = (scores[removal.single[0]][place], scores[removal.single[1]][place])
      // (left − all) − ((first − all) + (second − all)).
      let (more, less) = (zip(left, all).map { $0 + $1 }, zip(first, second).map { $0 + $1 })
      let isKnown = (more + less).allSatisfy(\.isFinite)
      return AttributedMeasure(
        measure: measure.name, removal: difference,
        interaction: isKnown ? Difference(more, reference: less, goal: measure.goal, test: .pairs) : nil)
    }
  }
}
