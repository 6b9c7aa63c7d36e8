import Adversarial

/// Samples or features as rows of numbers, with what is known of them: what every metric compares.
public struct SampleSet: Sendable, Equatable {
  /// How many samples there are.
  public let count: Int
  /// The shape of a sample: `[28, 28, 1]`; `[dimension]` where nothing more is known.
  public let shape: [Int]
  /// How many numbers each sample has.
  public let dimension: Int
  /// `count × dimension` numbers, row major, all finite.
  public let values: [Float]
  /// The modes of the distribution that the samples stand for, where they are known; features have none.
  public let modes: ModeDescription?
  /// How many further samples were left out, because a number of them is not finite.
  public let discarded: Int

  /// Takes rows of `dimension` numbers.
  ///
  /// - Throws: ``MetricError`` where the values are not whole rows, or one is not finite (the message names the first such row).
  public init(_ values: [Float], dimension: Int) throws {
    try self.init(values, shape: [dimension])
  }

  /// Takes samples of `shape`, row major.
  ///
  /// - Throws: ``MetricError`` where the values are not whole samples, or one is not finite (the message names the first such sample).
  public init(_ values: [Float], shape: [Int], modes: ModeDescription? = nil) throws {
    let dimension = try SampleSet.dimension(of: shape, values.count)
    if let bad = values.firstIndex(where: { !$0.isFinite }) {
      throw MetricError(
        "sample \(bad / dimension) has \(values[bad]) at place \(bad % dimension); metrics need finite samples, so leave such samples out and count them"
      )
    }
    self.init(unchecked: values, shape: shape, modes: modes)
  }

  /// Takes the samples of `shape` that are finite, and counts the others in ``discarded``.
  ///
  /// - Throws: ``MetricError`` where the values are not whole samples.
  public init(discardingNonFinite values: [Float], shape: [Int], modes: ModeDescription? = nil) throws {
    let dimension = try SampleSet.dimension(of: shape, values.count)
    guard values.contains(where: { !$0.isFinite }) else {
      self.init(unchecked: values, shape: shape, modes: modes)
      return
    }
    var kept: [Float] = []
    for start in stride(from: 0, to: values.count, by: dimension) where values[start..<start + dimension].allSatisfy(\.isFinite) {
      kept += values[start..<start + dimension]
    }
    self.init(unchecked: kept, shape: shape, modes: modes, discarded: (values.count - kept.count) / dimension)
  }

  /// Rows that are known to be whole and finite.
  init(unchecked values: [Float], dimension: Int) {
    self.init(unchecked: values, shape: [dimension], modes: nil)
  }

  private init(unchecked values: [Float], shape: [Int], modes: ModeDescription?, discarded: Int = 0) {
    self.values = values
    self.shape = shape
    self.modes = modes
    self.discarded = discarded
    dimension = shape.reduce(1, *)
    count = values.count / dimension
  }

  private static func dimension(of shape: [Int], _ count: Int) throws -> Int {
    let dimension = shape.allSatisfy { $0 >= 1 } ? shape.reduce(1, *) : 0
    guard dimension >= 1, count.isMultiple(of: dimension) else {
      throw MetricError("\(count) numbers are not whole samples of \(shape.count == 1 ? "\(shape[0])" : "shape \(shape)")")
    }
    return dimension
  }

  /// The samples at `indices`, in that order.
  public func selecting(_ indices: some Sequence<Int>) -> SampleSet {
    var result: [Float] = []
    for index in indices { result += values[index * dimension..<(index + 1) * dimension] }
    return SampleSet(unchecked: result, shape: shape, modes: modes)
  }

  /// The first `count` samples.
  public func prefix(_ count: Int) -> SampleSet {
    SampleSet(unchecked: Array(values.prefix(count * dimension)), shape: shape, modes: modes)
  }
}

/// Samples that a metric cannot be computed from.
public struct MetricError: Error, CustomStringConvertible, Equatable {
  /// What, with what, and what to try.
  public var description: String

  /// Creates an error with its text, which begins in lower case and needs no full stop.
  public init(_ description: String) { self.description = description }
}
