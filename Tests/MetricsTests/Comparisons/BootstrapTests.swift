import Metrics
import Tensors
import Testing

@Suite struct BootstrapTests {
  @Test func varianceOfTheMeanOfThreeIsExact() {
    #expect(abs(Bootstrap().variance(of: [1, 2, 3], Statistics.mean) - 2.0 / 9) < 1e-14)
  }

  @Test func fewValuesGiveEveryResampleOnce() {
    let found = Bootstrap().distribution(of: [0, 1]) { $0[0] + 2 * $0[1] }
    #expect(found.sorted() == [0, 1, 2, 3])
    // Two strata of sizes 2 and 3: 2² · 3³.
    #expect(Bootstrap().distribution(ofStrata: [2, 3]) { _ in 0 }.count == 108)
    #expect(Bootstrap(resamples: 50).distribution(ofStrata: [7]) { _ in 0 }.count == 50)
  }

  @Test func drawnResamplesAgreeWithTheFormula() {
    let values = (0..<30).map { Double($0 * $0 % 17) }
    let mean = Statistics.mean(values)
    let expected = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 900
    let count = 20_000
    let found = Bootstrap(resamples: count).variance(of: values, Statistics.mean)
    // The variance of a nearly normal quantity has the relative standard error √(2/B).
    #expect(abs(found / expected - 1) < 4 * (2 / Double(count)).squareRoot())
  }

  @Test func strataKeepTheirIndicesAndSizes() {
    _ = Bootstrap(resamples: 200).distribution(ofStrata: [9, 4]) { indices in
      #expect(indices.map(\.count) == [9, 4])
      #expect(indices[0].allSatisfy { (0..<9).contains($0) } && indices[1].allSatisfy { (0..<4).contains($0) })
      return 0
    }
  }

  @Test func theKeyAloneDecides() {
    let values = (0..<12).map(Double.init)
    let first = Bootstrap(resamples: 100).distribution(of: values, Statistics.mean)
    #expect(first == Bootstrap(resamples: 100).distribution(of: values, Statistics.mean))
    #expect(first != Bootstrap(resamples: 100, key: Key(seed: 1)).distribution(of: values, Statistics.mean))
  }

  @Test func percentilesInterpolate() {
    #expect(Statistics.quantile(sorted: [1, 2, 4], 0.25) == 1.5)
    #expect(Statistics.quantile(sorted: [1, 2, 4], 0) == 1 && Statistics.quantile(sorted: [1, 2, 4], 1) == 4)
    #expect(Statistics.quantile(sorted: [.infinity, .infinity], 0.5) == .infinity)
    #expect(Statistics.quantile(sorted: [], 0.5).isNaN)
    let interval = Bootstrap().interval(of: [1, 2, 3], Statistics.mean)
    // Of 27 means 1 is the least and 4/3, three times, the next: the quantile at 0.65 of 26 steps is 1 + 0.65/3.
    #expect(interval.estimate == 2)
    #expect(abs(interval.lower - (1 + 0.65 / 3)) < 1e-12 && abs(interval.upper - (3 - 0.65 / 3)) < 1e-12)
  }
}
