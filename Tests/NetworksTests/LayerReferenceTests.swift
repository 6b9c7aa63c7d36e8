import Components
import Foundation
import Layers
import Networks
import Tensors
import Testing

/// A case of Fixtures/layers.json, which Tests/Reference/make_layer_references.py writes with PyTorch.
struct LayerReference: Decodable, Sendable, CustomTestStringConvertible {
  struct Numbers: Decodable, Sendable {
    var shape: [Int]
    var values: [Double]
  }

  var title: String
  var layer: String
  var fields: JSONValue
  var isTraining: Bool
  var input: Numbers
  var parameters: [String: Numbers]
  var state: [String: Numbers]
  var cotangent: Numbers
  var output: Numbers
  var newState: [String: Numbers]
  var inputGradient: Numbers
  var parameterGradients: [String: Numbers]
  var penaltyInputGradient: Numbers
  var penaltyParameterGradients: [String: Numbers]

  var testDescription: String { title }

  static func all() -> [LayerReference] {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "Fixtures/layers.json")
    do {
      return try JSONDecoder().decode([LayerReference].self, from: Data(contentsOf: file))
    } catch {
      Issue.record("\(file.path): \(error)")
      return []
    }
  }
}

@Suite("Layers against PyTorch")
struct LayerReferenceTests {
  @Test("The fixture holds every built-in layer that computes something")
  func fixtureIsComplete() {
    let cases = Set(LayerReference.all().map(\.layer))
    // Those that read a condition have their known answers in ConditionalLayerTests.
    let conditional = [
      "concatenated-condition", "conditional-batch-norm", "projection-head", "class-outputs", "class-embedding", "virtual-batch",
      "virtual-batch-norm",
    ]
    let nested = Set(
      LayerReference.all().flatMap { $0.fields.members.values }.flatMap { stack -> [String] in
        guard case .array(let layers)? = stack.members["layers"] else { return [] }
        return layers.compactMap { $0.members["name"]?.plain }
      })
    let names = BuiltInLayers.types.map { $0.name }.filter {
      !(["sequential"] + conditional).contains($0) && !cases.contains($0) && !nested.contains($0)
    }
    #expect(names == [])
  }

  @Test("float32: value, state, gradients, gradients of a gradient penalty", arguments: LayerReference.all())
  func single(reference: LayerReference) throws {
    try check(reference, dtype: .float32, tolerance: 5e-5)
  }

  @Test("float64: value, state, gradients, gradients of a gradient penalty", arguments: LayerReference.all())
  func double(reference: LayerReference) throws {
    try check(reference, dtype: .float64, tolerance: 1e-7)
  }

  private func check(_ reference: LayerReference, dtype: DType, tolerance: Double) throws {
    func tensor(_ numbers: LayerReference.Numbers) -> Tensor {
      dtype == .float64
        ? Tensor(float64: numbers.values, shape: Shape(numbers.shape))
        : Tensor(numbers.values.map { Float($0) }, shape: Shape(numbers.shape))
    }
    func replaced(_ store: Parameters, _ numbers: [String: LayerReference.Numbers]) throws -> Parameters {
      try store.mapped { path, declared in
        let name = String(path.split(separator: "/", maxSplits: 1).last ?? "")
        let known = try #require(numbers[name], "the fixture has no '\(name)'")
        #expect(declared.shape.dimensions == known.shape, "\(path)")
        return tensor(known)
      }
    }
    func expect(_ value: Tensor, _ numbers: LayerReference.Numbers, _ what: String) throws {
      #expect(value.dtype == dtype, "\(what)")
      #expect(value.shape.dimensions == numbers.shape, "\(what)")
      expectNear(try value.doubles(), numbers.values, tolerance: tolerance, "\(reference.title): \(what)")
    }

    let component = try layerRegistry().component(StoredComponent(name: reference.layer, fields: reference.fields))
    let layer = try #require(component as? any Layer)
    let network = try network(Shape(Array(reference.input.shape.dropFirst()))) { layer }
    #expect(network.parameters.count == reference.parameters.count)
    #expect(network.state.count == reference.state.count)
    let parameters = try replaced(network.parameters, reference.parameters)
    let state = try replaced(network.state, reference.state)
    let input = tensor(reference.input)

    let result = try network(
      input, parameters: parameters, state: state, isTraining: reference.isTraining, randomKey: Key(seed: 1))
    try expect(result.output, reference.output, "output")
    #expect(Array(result.output.shape.dimensions.dropFirst()) == network.outputShape.dimensions)
    for (path, value) in result.state {
      let name = String(path.split(separator: "/", maxSplits: 1).last ?? "")
      try expect(value, try #require(reference.newState[name]), "new state \(name)")
    }

    let variables = [input] + parameters.tensors
    let names = parameters.paths.map { String($0.split(separator: "/", maxSplits: 1).last ?? "") }
    let first = gradient(of: (result.output * tensor(reference.cotangent)).sum(), at: variables)
    let second = gradient(of: square(first[0]).sum(), at: variables)
    try evaluate(first + second)
    try expect(first[0], reference.inputGradient, "input gradient")
    try expect(second[0], reference.penaltyInputGradient, "penalty's input gradient")
    for (index, name) in names.enumerated() {
      try expect(first[index + 1], try #require(reference.parameterGradients[name]), "gradient of \(name)")
      try expect(
        second[index + 1], try #require(reference.penaltyParameterGradients[name]), "penalty's gradient of \(name)")
    }
  }
}
