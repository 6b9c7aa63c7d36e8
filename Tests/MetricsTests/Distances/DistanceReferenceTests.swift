import LinearAlgebra
import MetricParts
import Metrics
import Tensors
import Testing

@Suite struct DistanceReferenceTests {
  private func reference(_ name: String, _ quantity: String) throws -> Double {
    try #require(DistanceReferences.values[name]?[quantity])
  }

  @Test("Fréchet distance", arguments: DistanceSamples.sets.map(\.name))
  func frechet(_ name: String) throws {
    let (x, y) = try DistanceSamples.pair(name)
    #expect(agree(try FrechetDistance.squared(x, y), try reference(name, "frechet"), name == "wide" ? 1e-6 : 1e-9))
    // Another library's Bures distance is the root of the squared one, for covariances of full rank.
    guard let root = DistanceReferences.values[name]?["bures"] else { return #expect(name == "wide") }
    #expect(agree(try FrechetDistance.squared(GaussianMoments(of: x), GaussianMoments(of: y)), root * root, 1e-9))
  }

  @Test("Lines through distances", arguments: DistanceSamples.sets.map(\.name))
  func lines(_ name: String) throws {
    let (x, y) = try DistanceSamples.pair(name)
    let line = FrechetDistanceInfinity.line(through: Array(x.axis(0).prefix(20)), over: Array(y.axis(0).prefix(20)))
    #expect(agree(line.intercept, try reference(name, "lineIntercept"), 1e-12))
    #expect(agree(line.slope, try reference(name, "lineSlope"), 1e-12))
    #expect(agree(line.standardError, try reference(name, "lineError"), 1e-12))
  }

  @Test("Energy distance: the square of what SciPy gives", arguments: DistanceSamples.sets.map(\.name))
  func energy(_ name: String) throws {
    let (x, y) = try DistanceSamples.pair(name)
    func firstAxis(_ set: SampleSet) throws -> SampleSet { try SampleSet(set.axis(0).map { Float($0) }, dimension: 1) }
    let value = try EnergyDistance.estimate(firstAxis(x), firstAxis(y), estimator: .biased).value
    #expect(agree(value.squareRoot(), try reference(name, "firstAxisEnergyRoot"), 1e-12))
  }

  @Test("Kernel discrepancies", arguments: DistanceSamples.sets.map(\.name))
  func kernels(_ name: String) throws {
    let (x, y) = try DistanceSamples.pair(name)
    let count = min(x.count, y.count)
    let kernels: [(String, SimilarityKernel)] = [
      ("cubic", .cubic(dimension: x.dimension)), ("gaussian", .gaussian(bandwidths: [1])),
      ("several", .gaussian(bandwidths: [0.5, 1, 2])), ("energy", .negativeDistance),
    ]
    for (quantity, kernel) in kernels {
      let unbiased = try KernelDiscrepancy.squared(x, y, kernel: kernel).value
      let biased = try KernelDiscrepancy.squared(x, y, kernel: kernel, estimator: .biased).value
      let paired = try KernelDiscrepancy.squared(x.prefix(count), y.prefix(count), kernel: kernel, estimator: .paired).value
      #expect(agree(unbiased, try reference(name, quantity), 1e-12), "\(quantity)")
      #expect(agree(biased, try reference(name, quantity + "Biased"), 1e-12), "\(quantity)")
      #expect(agree(paired, try reference(name, quantity + "Paired"), 1e-12), "\(quantity)")
    }
    #expect(agree(try SimilarityKernel.medianDistance(of: y), try reference(name, "median"), 1e-12))
  }

  @Test("Optimal transport", arguments: DistanceSamples.sets.map(\.name))
  func transport(_ name: String) throws {
    let (x, y) = try DistanceSamples.pair(name)
    let count = min(x.count, y.count)
    let (a, b) = (x.prefix(count), y.prefix(count))
    #expect(agree(try WassersteinDistance.cost(a, b, order: 1), try reference(name, "wasserstein1"), 1e-12))
    #expect(agree(try WassersteinDistance.cost(a, b, order: 2), try reference(name, "wasserstein2Squared"), 1e-12))
    let (first, second) = (x.axis(0), y.axis(0))
    #expect(agree(OrderedTransport.distance1(first, second), try reference(name, "firstAxis1"), 1e-12))
    #expect(agree(OrderedTransport.cost(first, second, order: 2), try reference(name, "firstAxis2Squared"), 1e-12))
  }

  @Test("Entropic transport", arguments: DistanceSamples.sets.map(\.name))
  func entropic(_ name: String) throws {
    let (x, y) = try DistanceSamples.pair(name)
    let epsilon = 0.1 * Double(x.dimension)
    let divergence = try SinkhornDivergence.between(x, y, regularization: epsilon, tolerance: 1e-12)
    #expect(agree(divergence, try reference(name, "sinkhornDivergence"), 1e-9))
    var cost = Matrix(rows: x.count, columns: y.count)
    for row in 0..<x.count {
      for column in 0..<y.count {
        cost[row, column] = (0..<x.dimension).reduce(0) { sum, axis in
          let difference = Double(x.values[row * x.dimension + axis]) - Double(y.values[column * y.dimension + axis])
          return sum + difference * difference
        }
      }
    }
    let solution = try Sinkhorn(cost: cost, regularization: epsilon, tolerance: 1e-12)
    #expect(solution.isConverged)
    #expect(agree(solution.value, try reference(name, "entropic"), 1e-9))
  }

  @Test("Sliced distance", arguments: DistanceSamples.sets.map(\.name))
  func sliced(_ name: String) throws {
    let (x, y) = try DistanceSamples.pair(name)
    let raw = CongruentialGenerator.values(20 * x.dimension, seed: 3, scale: 2, shift: -1).map(Double.init)
    var directions = Matrix(rows: 20, columns: x.dimension, values: raw)
    for row in 0..<20 {
      let length = (0..<x.dimension).reduce(0) { $0 + directions[row, $1] * directions[row, $1] }.squareRoot()
      for axis in 0..<x.dimension { directions[row, axis] /= length }
    }
    let value = Statistics.mean(SlicedWasserstein.slices(x, y, directions: directions))
    #expect(agree(value, try reference(name, "sliced"), 1e-12))
  }

  @Test("Principal components", arguments: DistanceSamples.sets.map(\.name))
  func principalComponents(_ name: String) throws {
    let (_, y) = try DistanceSamples.pair(name)
    let projection = try PrincipalComponents().projection(fittedTo: y)
    #expect(agree(projection.variances[0], try reference(name, "firstVariance"), 1e-12))
  }
}

extension SampleSet {
  /// One number of every sample.
  func axis(_ axis: Int) -> [Double] { (0..<count).map { Double(values[$0 * dimension + axis]) } }
}
