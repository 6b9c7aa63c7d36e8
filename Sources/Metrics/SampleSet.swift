/// Samples or features as rows of numbers: what every metric compares.
public struct SampleSet: Sendable, Equatable {
  /// How many samples there are.
  public let count: Int
  /// How many numbers each sample has.
  public let dimension: Int
  /// `count × dimension` numbers, row major.
  public let values: [Float]

  /// - Throws: ``MetricError`` where the values are not whole rows, or one is not finite (the message names the first such row).
  public init(_ values: [Float], dimension: Int) throws {
    guard dimension >= 1, values.count.isMultiple(of: dimension) else {
      throw MetricError("\(values.count) numbers are not whole samples of \(dimension)")
    }
    if let bad = values.firstIndex(where: { !$0.isFinite }) {
      throw MetricError(
        "sample \(bad / dimension) has \(values[bad]) at place \(bad % dimension); metrics need finite samples, so leave such samples out and count them"
      )
    }
    self.init(unchecked: values, dimension: dimension)
  }

  /// Rows that are known to be whole and finite.
  init(unchecked values: [Float], dimension: Int) {
    self.values = values
    self.dimension = dimension
    count = values.count / dimension
  }

  /// The samples at `indices`, in that order.
  public func selecting(_ indices: some Sequence<Int>) -> SampleSet {
    var result: [Float] = []
    for index in indices { result += values[index * dimension..<(index + 1) * dimension] }
    return SampleSet(unchecked: result, dimension: dimension)
  }

  /// The first `count` samples.
  public func prefix(_ count: Int) -> SampleSet {
    SampleSet(unchecked: Array(values.prefix(count * dimension)), dimension: dimension)
  }
}

/// Samples that a metric cannot be computed from.
public struct MetricError: Error, CustomStringConvertible, Equatable {
  /// What, with what, and what to try.
  public var description: String

  public init(_ description: String) { self.description = description }
}
