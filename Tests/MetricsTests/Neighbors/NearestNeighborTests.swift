import Foundation
import Tensors
import Testing

@testable import Metrics

@Suite struct NearestNeighborTests {
  /// Every distance in float64, sorted: what the blocks must reproduce bit by bit.
  private func expected(_ queries: SampleSet, _ points: SampleSet, _ count: Int, leavesOutSelf: Bool) -> ([Double], [Int]) {
    let all = queries.squaredDistances(to: points)
    var (distances, indices): ([Double], [Int]) = ([], [])
    for query in 0..<queries.count {
      let row = (0..<points.count).filter { !(leavesOutSelf && $0 == query) }.map { (all[query * points.count + $0], $0) }
      for (distance, index) in row.sorted(by: <).prefix(count) {
        distances.append(distance)
        indices.append(index)
      }
    }
    return (distances, indices)
  }

  private func clouds() throws -> [(String, SampleSet, SampleSet)] {
    var data = ReferenceData(seed: 11)
    func offset(_ values: [Float], _ by: Float) -> [Float] { values.map { $0 + by } }
    let grid = (0..<400).flatMap { [Float($0 % 20), Float($0 / 20)] }
    var outlier = data.samples(90, 5)
    outlier[7] = 1e30
    return [
      ("ordinary", try set(data.samples(131, 7), 7), try set(data.samples(257, 7), 7)),
      ("far from the origin", try set(offset(data.samples(100, 3), 1e6), 3), try set(offset(data.samples(150, 3), 1e6), 3)),
      ("ties", try set(grid, 2), try set(grid, 2)),
      ("equal", try set(Array(repeating: 0.1, count: 60), 3), try set(Array(repeating: 0.1, count: 90), 3)),
      ("an outlier", try set(outlier, 5), try set(data.samples(120, 5), 5)),
      ("huge", try set(data.samples(40, 2, scale: 1e38), 2), try set(data.samples(50, 2, scale: 1e38), 2)),
      ("tiny", try set(data.samples(40, 2, scale: 1e-38), 2), try set(data.samples(50, 2, scale: 1e-38), 2)),
    ]
  }

  @Test func neighborsAreThoseOfEveryDistanceInFloat64() throws {
    for (name, queries, points) in try clouds() {
      let found = try NearestNeighbors(of: queries, in: points, count: 6)
      let wanted = expected(queries, points, 6, leavesOutSelf: false)
      #expect(found.squaredDistances == wanted.0 && found.indices == wanted.1, "\(name)")
      let own = try NearestNeighbors(within: points, count: 4)
      let wantedOwn = expected(points, points, 4, leavesOutSelf: true)
      #expect(own.squaredDistances == wantedOwn.0 && own.indices == wantedOwn.1, "\(name)")
    }
  }

  @Test func ballsHoldWhatEveryDistanceInFloat64Says() throws {
    for (name, centers, points) in try clouds() {
      let radii = try NearestNeighbors(of: centers, in: points, count: 5).squaredRadii
      let all = centers.squaredDistances(to: points)
      for rule in BallRule.allCases {
        let counts = try BallCounts(centers: centers, squaredRadii: radii, points: points, rule: rule)
        func holds(_ center: Int, _ point: Int) -> Bool {
          let distance = all[center * points.count + point]
          return rule == .open ? distance < radii[center] : distance <= radii[center]
        }
        #expect(
          counts.pointsPerBall == (0..<centers.count).map { center in (0..<points.count).count { holds(center, $0) } }, "\(name) \(rule)")
        #expect(
          counts.ballsPerPoint == (0..<points.count).map { point in (0..<centers.count).count { holds($0, point) } }, "\(name) \(rule)")
      }
    }
  }

  @Test func equalRowsAreAtDistanceZero() throws {
    var data = ReferenceData(seed: 4)
    let cloud = try set(data.samples(200, 64, shift: 1000), 64)
    let found = try NearestNeighbors(of: cloud, in: cloud, count: 1)
    #expect(found.squaredDistances == Array(repeating: 0, count: 200) && found.indices == Array(0..<200))
  }

  @Test func refusals() throws {
    let three = try set([0, 1, 2])
    #expect(throws: MetricError("3 nearest neighbours need 3 other samples, but there are 2; give more samples or fewer neighbours")) {
      try NearestNeighbors(within: three, count: 3)
    }
    #expect(throws: MetricError("one set has 1 numbers in each sample, the other 3; both must be of one shape")) {
      try NearestNeighbors(of: three, in: set([0, 1, 2], 3), count: 1)
    }
    #expect(throws: MetricError("0 nearest neighbours were asked for; ask for 1 or more")) { try NearestNeighbors(within: three, count: 0) }
    #expect(throws: MetricError.self) { try BallCounts(centers: three, squaredRadii: [1], points: three) }
  }
}
