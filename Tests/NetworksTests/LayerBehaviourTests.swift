import Components
import Foundation
import Layers
import Networks
import Tensors
import Testing

/// What the fixtures cannot hold: randomness, state over several calls, hand-computed numbers, higher derivatives at their edges.
@Suite("Layers by hand")
struct LayerBehaviourTests {
  @Test func dropoutKeepsItsShareAndScalesIt() throws {
    let network = try network([1000]) { Dropout(0.3) }
    let values = try network.run(.ones([100, 1000])).output.scalars()
    let scale = Float(1 / 0.7)
    #expect(values.allSatisfy { $0 == 0 || $0 == scale })
    // 100,000 draws: the share's standard deviation is 0.0015.
    let dropped = Double(values.filter { $0 == 0 }.count) / 100_000
    #expect(abs(dropped - 0.3) < 0.0075)
  }

  @Test func dropoutMovesWithTheStepAlone() throws {
    let network = try network([64]) { Dropout(0.5) }
    let x = Tensor.ones([4, 64])
    let first = try network.run(x, step: 3).output.scalars()
    let again = try network.run(x, step: 3).output.scalars()
    let next = try network.run(x, step: 4).output.scalars()
    #expect(first == again)
    #expect(first != next)
  }

  @Test func dropoutsOfOneNetworkDrawDifferentMasks() throws {
    let network = try network([256]) {
      Dropout(0.5)
      Dropout(0.5)
    }
    let taps = try network.run(.ones([2, 256])).taps
    let first = try taps[0].feature.scalars().map { $0 != 0 }
    let both = try taps[1].feature.scalars().map { $0 != 0 }
    #expect(taps.map(\.path) == ["00_dropout", "01_dropout"])
    #expect(first != both)
  }

  @Test func dropoutIsTheIdentityInUse() throws {
    let network = try network([3]) { Dropout(0.9) }
    #expect(try network.run(Tensor([1, 2, 3], shape: [1, 3]), isTraining: false).output.scalars() == [1, 2, 3])
  }

  @Test func dropoutPassesTheGradientOfWhatItKept() throws {
    let network = try network([50]) { Dropout(0.5) }
    let x = Tensor.ones([2, 50])
    let output = try network.run(x).output
    #expect(try gradient(of: output.sum(), at: x).scalars() == output.scalars())
  }

  @Test func batchNormOfTwoCallsAndThenUse() throws {
    let network = try network([1]) { BatchNorm(momentum: 0.1) }
    // Mean 2, unbiased variance 2: moving mean 0.9 · 0 + 0.1 · 2, moving variance 0.9 · 1 + 0.1 · 2.
    let first = try network.run(Tensor([1, 3], shape: [2, 1]))
    expectNear(try first.output.doubles(), [-0.999995, 0.999995], tolerance: 1e-6, "normalized")
    expectNear(try first.state.tensors.map { try $0.item() }, [0.2, 1.1], tolerance: 1e-6, "state")
    #expect(first.state.paths == ["00_batch_norm/moving_mean", "00_batch_norm/moving_variance"])
    let second = try network(
      Tensor([0, 4], shape: [2, 1]), parameters: network.parameters, state: first.state, isTraining: true,
      randomKey: Key(seed: 0))
    expectNear(try second.state.tensors.map { try $0.item() }, [0.38, 1.79], tolerance: 1e-6, "second state")
    let used = try network(
      Tensor([0.38], shape: [1, 1]), parameters: network.parameters, state: second.state, isTraining: false,
      randomKey: Key(seed: 0))
    expectNear(try used.output.doubles(), [0], tolerance: 1e-6, "in use")
    #expect(try used.state.tensors.map { try $0.item() } == second.state.tensors.map { try $0.item() })
  }

  @Test("The variance of values far from zero does not cancel")
  func batchNormFarFromZero() throws {
    let network = try network([1]) { BatchNorm() }
    let x = Tensor([4095, 4096, 4097, 4098], shape: [4, 1])
    let result = try network.run(x)
    expectNear(
      try result.output.doubles(), [-1.341635, -0.447212, 0.447212, 1.341635], tolerance: 1e-5, "normalized")
  }

  @Test func buildingKeepsTheDeclaredStateOfBatchNorm() throws {
    let network = try network([2]) { BatchNorm() }
    #expect(try network.state["00_batch_norm/moving_mean"]?.scalars() == [0, 0])
    #expect(try network.state["00_batch_norm/moving_variance"]?.scalars() == [1, 1])
  }

  @Test func minibatchDiscriminationLeavesTheSampleItselfOut() throws {
    let network = try network([1]) { MinibatchDiscrimination(kernels: 1, dimensions: 1) }
    let parameters = network.parameters.mapped { _, _ in Tensor([1], shape: [1, 1]) }
    func output(_ values: [Float]) throws -> [Double] {
      try network(
        Tensor(values, shape: [values.count, 1]), parameters: parameters, state: network.state, isTraining: true,
        randomKey: Key(seed: 0)
      ).output.doubles()
    }
    #expect(try output([5]) == [5, 0])
    // Two equal samples and one at distance 1.
    let e = exp(-1.0)
    expectNear(try output([0, 0, 1]), [0, 1 + e, 0, 1 + e, 1, 2 * e], tolerance: 1e-6, "closeness")
  }

  @Test func positionIgnoresItsInputAndBeginsWhereItIsTold() throws {
    let network = try network([4]) { Position(2, initial: -0.5) }
    #expect(network.outputShape == [2])
    #expect(try network.run(.ones([3, 4])).output.scalars() == [-0.5, -0.5, -0.5, -0.5, -0.5, -0.5])
    let x = Tensor.ones([3, 4])
    let theta = try #require(network.parameters["00_position/value"])
    let output = try network.run(x).output
    #expect(try gradient(of: output.sum(), at: x).scalars() == [Float](repeating: 0, count: 12))
    #expect(try gradient(of: output.sum(), at: theta).scalars() == [3, 3])
  }

  @Test("No activation gives NaN or infinity, nor do its first two derivatives, far from zero")
  func activationsAreFinite() throws {
    let layers: [any Layer] = [
      ReLU(), LeakyReLU(), Tanh(), Sigmoid(), Softplus(), ELU(), GELU(), SiLU(), SELU(), CELU(), Mish(), Softsign(), Sine(), HardTanh(),
      HardSigmoid(), HardSwish(), Softmax(), PReLU(),
    ]
    for layer in layers {
      let x = Tensor([-1e4, -200, -90, 0, 90, 200, 1e4], shape: [1, 7])
      let output = try network([7]) { layer }.run(x).output
      let first = gradient(of: output.sum(), at: x)
      let second = gradient(of: square(first).sum(), at: x)
      for tensor in [output, first, second] {
        #expect(try tensor.scalars().allSatisfy(\.isFinite), "\(layer.name)")
      }
    }
  }

  @Test("A virtual batch keeps the first batch, and normalizes by it and the sample itself")
  func virtualBatch() throws {
    let network = try network([1]) { VirtualBatch(samples: 2) { VirtualBatchNorm(epsilon: 1e-12) } }
    let first = try network.run(Tensor([1, 5], shape: [2, 1]))
    let reference = try #require(first.state["00_virtual_batch/reference"])
    #expect(try reference.scalars() == [1, 5])
    let x = Tensor([9, 0, 3], shape: [3, 1])
    let later = try network(x, parameters: network.parameters, state: first.state, isTraining: true, randomKey: Key(seed: 1))
    #expect(try #require(later.state["00_virtual_batch/reference"]).scalars() == [1, 5])
    // Of 1, 5 and the sample itself: mean and biased variance.
    let expected = [9.0, 0, 3].map { value in
      let all = [1, 5, value]
      let mean = all.reduce(0, +) / 3
      return (value - mean) / (all.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 3).squareRoot()
    }
    expectNear(try later.output.doubles(), expected, tolerance: 1e-5, "normalized")
    let used = try network(x, parameters: network.parameters, state: first.state, isTraining: false, randomKey: Key(seed: 1))
    expectNear(try used.output.doubles(), expected, tolerance: 1e-5, "in use")
  }

  @Test("Mixing styles gives each sample its own style, or its neighbour's from some layer on")
  func mixedStyles() throws {
    // Each layer appends the style that it sees, times one: the input, then three styles.
    func layers(_ mixing: Double) -> StyleNetwork {
      StyleNetwork(mixing: mixing) {
      } synthesis: {
        StyleCopy()
        StyleCopy()
        StyleCopy()
      }
    }
    let x = Tensor([1, 2, 3, 4], shape: [4, 1])
    let plain = try network([1]) { layers(0) }.run(x).output
    #expect(try plain.scalars() == [1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4])
    let mixed = try network([1]) { layers(1) }
    var seen: Set<Int> = []
    for step in 0..<20 {
      let rows = try mixed.run(x, step: Int32(step)).output.scalars()
      for (row, own) in stride(from: 0, to: 16, by: 4).enumerated() {
        let (first, other) = (Float(row + 1), Float((row + 1) % 4 + 1))
        let styles = Array(rows[(own + 1)..<(own + 4)])
        let change = try #require(styles.firstIndex(of: other))
        #expect(styles == Array(repeating: first, count: change) + Array(repeating: other, count: 3 - change))
        seen.insert(change)
      }
    }
    #expect(seen == [1, 2])
    #expect(try mixed.run(x, isTraining: false).output.scalars() == plain.scalars())
  }

  /// Appends the style to its input.
  struct StyleCopy: Layer {
    static let name = "style-copy"
    static let summary = "Appends the style."
    func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
      concatenated([x, try scope.condition("style").tensor], axis: 1)
    }
  }

  @Test func mixingSamplesIsDeclared() throws {
    let mixing = BuiltInLayers.types.compactMap { $0.init() as? any Layer }.filter(\.mixesSamples).map(\.name)
    #expect(
      mixing == [
        "batch-norm", "conditional-batch-norm", "minibatch-discrimination", "minibatch-standard-deviation", "generator-block",
        "self-modulated-batch-norm", "virtual-batch",
      ])
    #expect(Sequential { Sequential { BatchNorm() } }.mixesSamples)
    #expect(!Sequential { Dense(1) }.mixesSamples)
  }

  @Test("What mixesSamples says is so", arguments: [true, false])
  func mixingSamplesIsTrue(mixes: Bool) throws {
    for type in BuiltInLayers.types {
      guard let layer = type.init() as? any Layer, layer.mixesSamples == mixes,
        ![
          "sequential", "concatenated-condition", "conditional-batch-norm", "projection-head", "class-outputs", "class-embedding",
          "group-norm",
          "modulated-conv2d", "adaptive-instance-norm", "self-modulated-batch-norm", "virtual-batch", "virtual-batch-norm", "pixel-shuffle",
        ]
        .contains(layer.name)
      else {
        continue
      }
      let vectors = ["dense", "maxout", "minibatch-discrimination", "mapping-network", "style-network"].contains(layer.name)
      let shape: Shape = vectors ? [16] : [4, 4, 2]
      let network = try network(shape) { layer }
      let x = randomNormal(Shape([3] + shape.dimensions), key: Key(seed: 5))
      // The first sample's outputs do not change when the second sample does.
      let mask = Tensor([0, 1, 0], shape: Shape([3] + shape.map { _ in 1 }))
      let a = try network.run(x).output.sliced(axis: 0, 0..<1).scalars()
      let b = try network.run(x + mask).output.sliced(axis: 0, 0..<1).scalars()
      #expect((a != b) == mixes, "\(layer.name)")
    }
  }
}
