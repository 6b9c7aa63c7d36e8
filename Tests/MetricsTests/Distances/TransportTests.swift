import Foundation
import LinearAlgebra
import MetricParts
import Metrics
import Tensors
import Testing

@Suite struct TransportTests {
  @Test func onALine() {
    #expect(OrderedTransport.distance1([3, 0, 1], [6, 8, 5]) == 5)
    #expect(OrderedTransport.distance1([0, 1], [0, 1, 0, 1]) == 0)
    // {0, 1} against {0, 0, 1}: a sixth of the mass moves by 1.
    #expect(agree(OrderedTransport.distance1([0, 1], [0, 0, 1]), 1.0 / 6, 1e-15))
    #expect(agree(OrderedTransport.distance1([0, 0, 1], [0, 1]), 1.0 / 6, 1e-15))
    // N(0, 1) against N(0, 4): W₁ = √(2/π) on the means of cells of equal mass, W₂ = 1 on their root mean squares, both exactly.
    let count = 1_000
    let edges = [-Double.infinity] + DistanceSamples.normalQuantiles(count, at: 0).dropFirst() + [.infinity]
    func density(_ x: Double) -> Double { exp(-x * x / 2) / (2 * Double.pi).squareRoot() }
    func moment(_ x: Double) -> Double { x.isInfinite ? 0 : x * density(x) }
    var (means, roots): ([Double], [Double]) = ([], [])
    for (low, high) in zip(edges, edges.dropFirst()) {
      means.append((density(low) - density(high)) * Double(count))
      let square = 1 + (moment(low) - moment(high)) * Double(count)
      roots.append((low < -1e-12 ? -1 : 1) * max(0, square).squareRoot())
    }
    #expect(agree(OrderedTransport.distance1(means, means.map { 2 * $0 }), 0.797_884_560_8, 1e-9))
    #expect(agree(OrderedTransport.distance2(roots, roots.map { 2 * $0 }), 1, 1e-9))
  }

  @Test func inThePlane() throws {
    let x = try SampleSet([0, 0, 1, 0], dimension: 2)
    let y = try SampleSet([0, 1, 1, 1], dimension: 2)
    #expect(try WassersteinDistance.cost(x, y, order: 1) == 1)
    #expect(try WassersteinDistance.cost(x, y, order: 2) == 1)
  }

  @Test func assignmentsAreTheCheapestOfAll() throws {
    for trial in 0..<30 {
      let values = RandomOrder.uniform(count: 36, key: Key(seed: 1).derived(trial)).map { (10 * $0).rounded() - 3 }
      let cost = Matrix(rows: 6, columns: 6, values: values)
      var best = Double.infinity
      var order = Array(0..<6)
      func permute(_ place: Int) {
        if place == 6 {
          best = min(best, order.enumerated().reduce(0) { $0 + cost[$1.offset, $1.element] })
          return
        }
        for other in place..<6 {
          order.swapAt(place, other)
          permute(place + 1)
          order.swapAt(place, other)
        }
      }
      permute(0)
      let assignment = try Assignment(cost: cost)
      #expect(assignment.cost == best)
      #expect(assignment.columns.sorted() == Array(0..<6))
    }
  }

  @Test func onALineTheAssignmentIsTheOrder() throws {
    let x = try DistanceSamples.normal(300, dimension: 1, key: Key(seed: 2))
    let y = try DistanceSamples.normal(300, dimension: 1, shift: 0.5, key: Key(seed: 3))
    for order in [1, 2] {
      let exact = try WassersteinDistance.cost(x, y, order: order)
      #expect(agree(exact, OrderedTransport.cost(x.axis(0), y.axis(0), order: order), 1e-12))
    }
  }

  @Test func problemsThatAreTooLargeAreRefused() throws {
    let many = try SampleSet([Float](repeating: 0, count: 2 * (Assignment.largestSize + 1)), dimension: 2)
    #expect(throws: MetricError.self) { try WassersteinDistance.cost(many, many, order: 1) }
    #expect(throws: MetricError.self) { try WassersteinDistance.cost(many.prefix(3), many.prefix(4), order: 1) }
    #expect(throws: MetricError.self) { try Assignment(cost: Matrix(rows: 2, columns: 3)) }
    #expect(throws: MetricError.self) { try Assignment(cost: Matrix(rows: 1, columns: 1, values: [.nan])) }
    #expect(try Assignment(cost: Matrix(rows: 0, columns: 0)).cost == 0)
  }
}
