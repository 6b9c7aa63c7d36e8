import Components
import Layers
import Networks
import Tensors
import Testing

/// Layers that read a condition, by numbers worked out by hand.
@Suite("Layers with a condition")
struct ConditionalLayerTests {
  private func run(
    _ layer: any Layer, _ x: Tensor, _ conditions: Batch, parameters: [(String, Tensor)] = [], isTraining: Bool = true
  ) throws -> NetworkOutput {
    let network = try Network(
      name: "network", layers: Sequential([PlacedLayer(layer)]), inputShape: Shape(Array(x.shape.dimensions.dropFirst())),
      fields: conditions.entries.map(\.field), key: Key(seed: 1))
    #expect(network.conditions.map(\.name) == conditions.names)
    var weights = network.parameters
    for (path, tensor) in parameters { weights[path] = tensor }
    #expect(weights.paths == network.parameters.paths)
    return try network(
      x, parameters: weights, state: network.state, conditions: conditions, isTraining: isTraining, randomKey: Key(seed: 2))
  }

  private func labels(_ values: [Int32], of count: Int) -> Batch { [Batch.Entry(Field("label", classes: count), Tensor(int32: values))] }

  @Test("A class is appended as a vector with one 1")
  func vectors() throws {
    let output = try run(ConcatenatedCondition(), Tensor([5, 6, 7, 8], shape: [2, 2]), labels([2, 0], of: 3)).output
    #expect(try output.scalars() == [5, 6, 0, 0, 1, 7, 8, 1, 0, 0])
  }

  @Test("To an image it is appended at every pixel, and a map at its own")
  func images() throws {
    let x = Tensor([1, 2, 3, 4], shape: [1, 2, 2, 1])
    #expect(try run(ConcatenatedCondition(), x, labels([1], of: 2)).output.scalars() == [1, 0, 1, 2, 0, 1, 3, 0, 1, 4, 0, 1])
    let map: Batch = [Batch.Entry(Field("map", shape: [2, 2, 1]), Tensor([9, 8, 7, 6], shape: [1, 2, 2, 1]))]
    #expect(try run(ConcatenatedCondition("map"), x, map).output.scalars() == [1, 9, 2, 8, 3, 7, 4, 6])
  }

  @Test("Projection: v_c · x + w · x + b")
  func projection() throws {
    let output = try run(
      ProjectionHead(), Tensor([1, 2, 3, 4], shape: [2, 2]), labels([1, 0], of: 2),
      parameters: [
        ("00_projection_head/weight", Tensor([10, 100], shape: [2, 1])), ("00_projection_head/bias", Tensor([0.5])),
        ("00_projection_head/embedding", Tensor([1, -1, 2, 3], shape: [2, 2])),
      ]
    ).output
    // (2 · 1 + 3 · 2) + (10 + 200) + ½ and (3 − 4) + (30 + 400) + ½.
    #expect(try output.scalars() == [218.5, 429.5])
    #expect(output.shape == [2, 1])
  }

  @Test("Conditional batch norm normalizes over all samples, and scales by class")
  func batchNorm() throws {
    let parameters = [
      ("00_conditional_batch_norm/gamma", Tensor([1, 3], shape: [2, 1])),
      ("00_conditional_batch_norm/beta", Tensor([0, 10], shape: [2, 1])),
    ]
    let x = Tensor([1, 3], shape: [2, 1])
    let trained = try run(ConditionalBatchNorm("label", epsilon: 1e-12), x, labels([0, 1], of: 2), parameters: parameters)
    // Mean 2, biased variance 1: −1 and 1, then 1 · −1 + 0 and 3 · 1 + 10.
    for (value, wanted) in zip(try trained.output.scalars(), [-1, 13]) { #expect(abs(value - Float(wanted)) < 1e-5) }
    // 0.9 · 0 + 0.1 · 2, and 0.9 · 1 + 0.1 · the unbiased variance 2.
    #expect(try trained.state.tensors.map { try $0.scalars()[0] } == [0.2, 1.1])
    let used = try run(ConditionalBatchNorm("label", epsilon: 1e-12), x, labels([0, 1], of: 2), parameters: parameters, isTraining: false)
    for (value, wanted) in zip(try used.output.scalars(), [1, 19]) { #expect(abs(value - Float(wanted)) < 1e-4) }
  }

  @Test("As many outputs as classes, and more")
  func classOutputs() throws {
    let output = try run(
      ClassOutputs("label", perClass: 2, extra: 1), Tensor([1, 2], shape: [1, 2]), labels([0], of: 2),
      parameters: [
        ("00_class_outputs/weight", Tensor([1, 2, 3, 4, 5, 10, 20, 30, 40, 50], shape: [2, 5])),
        ("00_class_outputs/bias", Tensor([0.5, 0, 0, 0, -1])),
      ]
    ).output
    #expect(try output.scalars() == [21.5, 42, 63, 84, 104])
  }

  @Test("A class's vector, alone and behind the input")
  func classEmbedding() throws {
    let table = [("00_class_embedding/embedding", Tensor([1, 2, 3, 4, 5, 6], shape: [3, 2]))]
    let x = Tensor([9, 8], shape: [2, 1])
    #expect(try run(ClassEmbedding(2), x, labels([2, 0], of: 3), parameters: table).output.scalars() == [5, 6, 1, 2])
    let appended = try run(ClassEmbedding(2, isAppended: true), x, labels([2, 0], of: 3), parameters: table).output
    #expect(try appended.scalars() == [9, 5, 6, 8, 1, 2])
  }

  @Test("A condition that is not there, or holds no classes, is an error that says what there is")
  func absent() throws {
    let age: Batch = [Batch.Entry(Field("age", shape: []), Tensor([1, 2]))]
    let x = Tensor([1, 2], shape: [2, 1])
    #expect(failureText { _ = try run(ProjectionHead(), x, age) }.contains("there is no condition 'label' here, but age"))
    #expect(failureText { _ = try run(ProjectionHead("age"), x, age) }.contains("'age' holds numbers of shape [], not classes"))
  }
}
