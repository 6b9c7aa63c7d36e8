import Foundation
import Tensors
import Testing

@testable import MetricParts
@testable import Metrics

/// What scores of fidelity and of diversity should do, and which of ours do it: checks after Räisä et al. 2025, "Position: All Current
/// Generative Fidelity and Diversity Metrics are Flawed", where every published score fails some. "Close" means within 0.05.
@Suite struct SanityTests {
  private static let scores = ["precision", "density", "clipped density", "recall", "coverage", "clipped coverage"]

  /// Three scores of fidelity, then three of diversity, k = 5.
  private func measure(_ generated: SampleSet, _ real: SampleSet) throws -> [Double] {
    let sharp = try PrecisionRecall(neighbors: 5).values(generated, against: real)
    let counted = try DensityCoverage(neighbors: 5).values(generated, against: real)
    let clipped = try ClippedDensityCoverage(neighbors: 5).values(generated, against: real)
    return [sharp.precision, counted.density, clipped.density, sharp.recall, counted.coverage, clipped.coverage]
  }

  /// 1,000 samples of modes 20 apart on the first axis; `share` of them in the first mode where it is given, evenly otherwise.
  private func modes(_ count: Int, dimension: Int = 2, first share: Double? = nil, seed: UInt64) throws -> SampleSet {
    var values = try normal(1000, dimension, Key(seed: seed)).values
    for row in 0..<1000 {
      let mode = share.map { Double(row) < 1000 * $0 ? 0 : 1 + row % (count - 1) } ?? row % count
      values[row * dimension] += 20 * Float(mode)
    }
    return try set(values, dimension)
  }

  private func moved(_ samples: SampleSet, _ change: (_ axis: Int, _ value: Float) -> Float) throws -> SampleSet {
    try set(samples.values.enumerated().map { change($0 % samples.dimension, $1) }, samples.dimension)
  }

  private func isClose(_ value: Double, _ target: Double) -> Bool { abs(value - target) <= 0.05 }

  /// Which scores meet `fidelity` and `diversity`, by name.
  private func passing(
    _ values: [Double], fidelity: (Double) -> Bool, diversity: (Double) -> Bool
  ) -> [String] {
    zip(Self.scores, values).enumerated().filter { $0 < 3 ? fidelity($1.1) : diversity($1.1) }.map(\.element.0)
  }

  @Test func shiftedMeans() throws {
    let (real, generated) = (try normal(1000, 8, Key(seed: 1)), try normal(1000, 8, Key(seed: 2)))
    let up = try measure(moved(generated) { $1 + 3 }, real)
    let down = try measure(moved(generated) { $1 - 3 }, real)
    #expect(zip(up, down).allSatisfy { isClose($0, $1) }, "\(up) \(down)")
    let found = passing(up, fidelity: { isClose($0, 0) }, diversity: { isClose($0, 0) })
    #expect(found == Self.scores, "\(up)")
  }

  @Test func narrowAndWideGenerators() throws {
    let (real, generated) = (try normal(1000, 8, Key(seed: 1)), try normal(1000, 8, Key(seed: 2)))
    let narrow = try measure(moved(generated) { 0.05 * $1 }, real)
    #expect(passing(narrow, fidelity: { $0 >= 0.95 }, diversity: { isClose($0, 0) }) == Self.scores, "\(narrow)")
    // Coverage counts no real sample whose ball is missed, however far the others reach.
    let wide = try measure(moved(generated) { 20 * $1 }, real)
    #expect(passing(wide, fidelity: { isClose($0, 0) }, diversity: { $0 >= 0.95 }) == Self.scores.dropLast(2), "\(wide)")
  }

  @Test func droppedModes() throws {
    let real = try modes(10, seed: 1)
    // One mode after the other.
    let half = try measure(modes(5, seed: 2), real)
    #expect(passing(half, fidelity: { $0 >= 0.95 }, diversity: { isClose($0, 0.5) }) == Self.scores, "\(half)")
    // All but the first grow thin together: the diversity falls, but the few samples of a mode have balls
    // so wide that recall does not see it.
    let thin = try measure(modes(10, first: 0.95, seed: 2), real)
    #expect(passing(thin, fidelity: { $0 >= 0.95 }, diversity: { $0 < 0.5 }) == Self.scores.filter { $0 != "recall" }, "\(thin)")
  }

  @Test func inventedModes() throws {
    // Half of the samples are good, and cover all. Coverage also counts how many those are.
    let values = try measure(modes(10, seed: 2), modes(5, seed: 1))
    #expect(passing(values, fidelity: { isClose($0, 0.5) }, diversity: { $0 >= 0.95 }) == Self.scores.dropLast(2), "\(values)")
  }

  @Test func oneAxisOfMany() throws {
    let (real, generated) = (try normal(1000, 64, Key(seed: 1)), try normal(1000, 64, Key(seed: 2)))
    let disjoint = try measure(moved(generated) { $0 == 0 ? $1 + 8 : $1 }, real)
    #expect(passing(disjoint, fidelity: { isClose($0, 0) }, diversity: { isClose($0, 0) }) == Self.scores, "\(disjoint)")
    // One axis in another unit should change nothing; unions of balls grow in many dimensions, and recover in one.
    let before = try measure(generated, real)
    let after = try measure(moved(generated) { $0 == 0 ? 1000 * $1 : $1 }, moved(real) { $0 == 0 ? 1000 * $1 : $1 })
    let same = zip(Self.scores, zip(before, after)).filter { isClose($1.0, $1.1) }.map(\.0)
    #expect(same == ["density", "clipped density", "coverage", "clipped coverage"], "\(before) \(after)")
  }

  @Test func outliersOfTheData() throws {
    // A single real outlier, and a generator that draws around it: no fidelity is deserved. The outlier's ball holds
    // all of them: the scores that clip its radius withstand it.
    var values = try normal(1000, 8, Key(seed: 1)).values
    for axis in 0..<8 { values[axis] = 30 }
    let generated = try moved(normal(1000, 8, Key(seed: 2))) { 10 + $1 }
    let scores = try measure(generated, set(values, 8))
    #expect(
      passing(scores, fidelity: { isClose($0, 0) }, diversity: { isClose($0, 0) }) == ["clipped density"] + Self.scores.suffix(3),
      "\(scores)")
  }
}
