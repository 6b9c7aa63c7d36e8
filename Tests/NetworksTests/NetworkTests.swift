import Components
import Layers
import Networks
import Tensors
import Testing

@Suite("Networks, their parameters and scopes")
struct NetworkTests {
  private func critic(seed: UInt64 = 7, tail: Bool = false) throws -> Network {
    try network([8, 8, 3], seed: seed) {
      Conv2D(4, kernel: 3, stride: 2)
      BatchNorm()
      LeakyReLU(0.2)
      Flatten()
      Dense(5)
      if tail { Dense(2, usesBias: false) }
    }
  }

  @Test func orderPathsAndShapes() throws {
    let network = try critic()
    #expect(
      network.parameters.paths == [
        "00_conv2d/kernel", "00_conv2d/bias", "01_batch_norm/gamma", "01_batch_norm/beta", "04_dense/weight",
        "04_dense/bias",
      ])
    #expect(network.parameters.tensors.map(\.shape) == [[3, 3, 3, 4], [4], [4], [4], [64, 5], [5]])
    #expect(network.parameters.elementCount == 108 + 4 + 4 + 4 + 320 + 5)
    #expect(network.state.paths == ["01_batch_norm/moving_mean", "01_batch_norm/moving_variance"])
    #expect(network.outputShape == [5])
  }

  @Test("Initial values depend on the seed and the path, not on what else the network holds")
  func initialValues() throws {
    let short = try critic()
    let long = try critic(tail: true)
    for (path, tensor) in short.parameters {
      #expect(try long.parameters[path]?.scalars() == tensor.scalars(), "\(path)")
    }
    let other = try critic(seed: 8)
    #expect(try other.parameters["00_conv2d/kernel"]?.scalars() != short.parameters["00_conv2d/kernel"]?.scalars())
    let twins = try network([4]) {
      Dense(4)
      Dense(4)
    }
    #expect(
      try twins.parameters["00_dense/weight"]?.scalars() != twins.parameters["01_dense/weight"]?.scalars())
  }

  @Test func networksOfOneSeedDifferByName() throws {
    func weight(_ name: String) throws -> [Float]? {
      try Network(name: name, layers: Sequential { Dense(3) }, inputShape: [2], key: Key(seed: 1))
        .parameters["00_dense/weight"]?.scalars()
    }
    #expect(try weight("generator") == weight("generator"))
    #expect(try weight("generator") != weight("discriminator"))
  }

  /// Asks for another parameter when it is used than when it was built.
  private struct Fickle: Layer {
    static let name = "fickle"
    static let summary = "Asks for what was never declared."
    var wrongShape = false
    func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
      if scope.isTraining { return x * (try scope.parameter("factor", [1], initializer: .ones)) }
      return x * (try scope.parameter(wrongShape ? "factor" : "factr", wrongShape ? [2] : [1], initializer: .ones))
    }
  }

  @Test func theStoreIsSealed() throws {
    let network = try network([2]) { Fickle() }
    #expect(
      failureText { _ = try network.run(.ones([1, 2]), isTraining: false) }.contains(
        "'00_fickle/factr' was not declared when the model was built. There are: 00_fickle/factor"))
    var wrong = Fickle()
    wrong.wrongShape = true
    let reshaping = try NetworksTests.network([2]) { wrong }
    #expect(
      failureText { _ = try reshaping.run(.ones([1, 2]), isTraining: false) }.contains(
        "'00_fickle/factor' has shape [1], but the layer asks for [2]"))
  }

  @Test func twiceDeclaredAndNeverDeclared() {
    struct Twice: Layer {
      static let name = "twice"
      static let summary = "Declares a parameter twice."
      func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
        try scope.parameter("a", [1], initializer: .ones) + scope.parameter("a", [1], initializer: .ones)
      }
    }
    struct Unasked: Layer {
      static let name = "unasked"
      static let summary = "Sets a state that it never asked for."
      func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
        try scope.setState("a", to: x)
        return x
      }
    }
    #expect(
      failureText { _ = try network([2]) { Twice() } }.contains(
        "'00_twice/a' is declared twice; give the second one another name, or nest it in scope.child(…)"))
    #expect(
      failureText { _ = try network([2]) { Unasked() } }.contains(
        "state '00_unasked/a' is set but was never asked for; call state(_:_:initializer:) first"))
  }

  @Test func stateIsNotDifferentiated() throws {
    let network = try network([1]) { BatchNorm() }
    let x = Tensor([1, 3], shape: [2, 1])
    let result = try network.run(x)
    let mean = try #require(result.state["00_batch_norm/moving_mean"])
    #expect(try gradient(of: mean.sum(), at: x).scalars() == [0, 0])
  }

  @Test func parametersAreAnOrderedValue() throws {
    var parameters = Parameters([("b", Tensor([1, 2])), ("a", Tensor([3]))])
    let copy = parameters
    parameters["c"] = Tensor([4])
    parameters["b"] = Tensor([5, 6])
    #expect(parameters.paths == ["b", "a", "c"])
    #expect(copy.paths == ["b", "a"])
    #expect(try copy["b"]?.scalars() == [1, 2])
    #expect(try copy.squaredNorm().item() == 14)
    #expect(try (copy + copy * 2)["b"]?.scalars() == [3, 6])
    #expect((copy - parameters)["b"]?.failure == nil)
    #expect((parameters - copy)["c"]?.failure?.description == "there is no 'c' among b, a")
    #expect(copy.prefixed("net/").paths == ["net/b", "net/a"])
    #expect(copy.prefixed("net/").subtree("net/").paths == ["b", "a"])
    #expect(try copy.replacing([Tensor([7]), Tensor([8])])["a"]?.scalars() == [8])
  }

  @Test("A compiled network gives what evaluating it gives")
  func compiled() throws {
    let network = try critic()
    let x = randomNormal([4, 8, 8, 3], key: Key(seed: 2))
    let program = compile { arguments in
      let parameters = network.parameters.replacing(Array(arguments.dropFirst()))
      let output = try network(
        arguments[0], parameters: parameters, state: network.state, isTraining: true, randomKey: Key(seed: 11)
      ).output
      return [output] + gradient(of: square(output).sum(), at: parameters.tensors)
    }
    let compiled = try program([x] + network.parameters.tensors)
    let output = try network.run(x).output
    let direct = [output] + gradient(of: square(output).sum(), at: network.parameters.tensors)
    for (index, (a, b)) in zip(compiled, direct).enumerated() {
      expectNear(try a.doubles(), try b.doubles(), tolerance: 1e-5, "result \(index)")
    }
  }
}
