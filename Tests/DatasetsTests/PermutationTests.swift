import Tensors
import Testing

@testable import Datasets

@Suite struct PermutationTests {
  @Test(
    "Every count gives a bijection", arguments: [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 100, 255, 256, 257, 1000, 4097])
  func isBijection(count: Int) {
    for seed in 0..<5 as Range<UInt64> {
      let permutation = StatelessPermutation(count: count, key: Key(seed: seed))
      var seen = [Bool](repeating: false, count: count)
      for position in 0..<count { seen[permutation(position)] = true }
      #expect(seen.allSatisfy { $0 })
    }
  }

  @Test func allSmallCountsAreBijections() {
    for count in 1...130 {
      let permutation = StatelessPermutation(count: count, key: Key(seed: 3))
      #expect((0..<count).map { permutation($0) }.sorted() == Array(0..<count))
    }
  }

  @Test func allOrdersOfThreeOccurEquallyOften() {
    var counts: [String: Int] = [:]
    let trials = 6000
    for seed in 0..<trials {
      let permutation = StatelessPermutation(count: 3, key: Key(seed: UInt64(seed)))
      counts["\(permutation(0))\(permutation(1))\(permutation(2))", default: 0] += 1
    }
    let expected = Double(trials) / 6
    let chiSquare = ["012", "021", "102", "120", "201", "210"].reduce(0.0) { sum, order in
      let difference = Double(counts[order] ?? 0) - expected
      return sum + difference * difference / expected
    }
    #expect(chiSquare < 20.5)  // the 99.9 % quantile with 5 degrees of freedom
  }

  @Test func firstElementIsUniformOverKeys() {
    var counts = [Int](repeating: 0, count: 10)
    for seed in 0..<5000 { counts[StatelessPermutation(count: 10, key: Key(seed: UInt64(seed)))(0)] += 1 }
    let chiSquare = counts.reduce(0.0) { $0 + (Double($1) - 500) * (Double($1) - 500) / 500 }
    #expect(chiSquare < 27.9)  // the 99.9 % quantile with 9 degrees of freedom
  }

  @Test func keysGiveDifferentOrders() {
    let first = StatelessPermutation(count: 1000, key: Key(seed: 1))
    let second = StatelessPermutation(count: 1000, key: Key(seed: 2))
    let agreements = (0..<1000).count { first($0) == second($0) }
    #expect(agreements < 10)  // one is expected
  }

  @Test func everySampleIsVisitedOnceAnEpoch() {
    let order = EpochOrder(count: 10, key: Key(seed: 5))
    var visited: [Int] = []
    for index in 0..<5 { order.forEach(batch: index, size: 4) { _, sample in visited.append(sample) } }
    #expect(visited.prefix(10).sorted() == Array(0..<10))
    #expect(visited.suffix(10).sorted() == Array(0..<10))
    #expect(Array(visited.prefix(10)) != Array(visited.suffix(10)))
  }

  @Test func batchSizeDoesNotChangeTheOrder() {
    let order = EpochOrder(count: 12, key: Key(seed: 5))
    func run(size: Int) -> [Int] {
      var visited: [Int] = []
      for index in 0..<(24 / size) { order.forEach(batch: index, size: size) { _, sample in visited.append(sample) } }
      return visited
    }
    #expect(run(size: 3) == run(size: 8))
  }
}
