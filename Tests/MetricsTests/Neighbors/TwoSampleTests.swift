import Foundation
import Tensors
import Testing

@testable import MetricParts
@testable import Metrics

@Suite struct NearestNeighborTwoSampleTests {
  private func accuracy(_ real: [Float], _ generated: [Float]) throws -> Double {
    try NearestNeighborTwoSample().result(set(generated), against: set(real), key: Key(seed: 1)).accuracy
  }

  @Test func interlockedAndSeparate() throws {
    #expect(try accuracy([0, 10], [1, 11]) == 0)
    #expect(try accuracy([0, 1], [10, 11]) == 1)
  }

  @Test(arguments: NeighborReference.all) func agreesWithOtherImplementations(_ reference: NeighborReference) throws {
    let (real, generated, _) = try reference.samples()
    let result = try NearestNeighborTwoSample().result(generated, against: real, key: Key(seed: 9))
    #expect(agree(result.accuracy, try reference.value("neighborAccuracy"), 1e-12))
    #expect(agree(result.real, try reference.value("neighborAccuracyReal"), 1e-12))
  }

  /// All ways to call 4 of 9 samples real, one by one, on a graph with ties and hubs.
  @Test func momentsAreThoseOfAllLabels() throws {
    let points: [Float] = [0, 0.1, 0.3, 1, 1.05, 4, 4.5, 4.75, 9]
    let realCount = 4
    for neighbors in 1...3 {
      let graph = try PooledGraph(
        real: set(Array(points.prefix(realCount))), generated: set(Array(points.dropFirst(realCount))), neighbors: neighbors,
        origin: Array(0..<9))
      var counts: [[Double]] = [[], [], [], []]
      for mask in 0..<(1 << 9) where mask.nonzeroBitCount == realCount {
        func isReal(_ sample: Int) -> Bool { mask >> sample & 1 == 1 }
        var (reals, generated, isolated) = (0, 0, 0)
        for sample in 0..<9 {
          let targets = graph.neighbors.indices[sample * neighbors..<(sample + 1) * neighbors]
          for target in targets {
            if isReal(sample), isReal(target) { reals += 1 }
            if !isReal(sample), !isReal(target) { generated += 1 }
          }
          if isReal(sample), targets.allSatisfy(isReal) { isolated += 1 }
        }
        for (index, count) in [reals, generated, reals + generated, isolated].enumerated() { counts[index].append(Double(count)) }
      }
      let moments = [graph.realEdges, graph.generatedEdges, graph.equalEdges, graph.isolatedReals(depth: neighbors)]
      for (moments, counts) in zip(moments, counts) {
        let mean = Statistics.mean(counts)
        let variance = counts.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(counts.count)
        #expect(agree(moments.mean, mean, 1e-12) && agree(moments.deviation, variance.squareRoot(), 1e-6))
      }
    }
  }

  @Test func drawsAreInsideAndShiftsOutsideTheBand() throws {
    var inside = 0
    for draw in 0..<60 {
      let key = Key(seed: UInt64(draw))
      let (x, y) = (try normal(80, 3, key.derived("x")), try normal(120, 3, key.derived("y")))
      let values = try NearestNeighborTwoSample().measure(y, against: x, key: key)
      if values[0].isWorseThanNull == false { inside += 1 }
    }
    #expect(inside >= 52)
    let far = try NearestNeighborTwoSample().measure(
      normal(100, 3, Key(seed: 1), shift: 2), against: normal(100, 3, Key(seed: 2)), key: Key(seed: 3))
    #expect(far[0].isWorseThanNull == true)
  }

  /// A copy of a real sample beside each: every nearest neighbour is of the other set.
  @Test func copiesAreBelowTheBand() throws {
    let x = try normal(100, 3, Key(seed: 2))
    let value = try NearestNeighborTwoSample().measure(x, against: x, key: Key(seed: 3))[0]
    let null = try #require(value.null)
    #expect(value.value == 0 && value.value < null.lower)
  }
}
