import Foundation
import Rival
import RivalTesting
import Testing

/// Optimizers out of transformations against optax and PyTorch: Fixtures/chains.json, which Tests/Reference/make_chain_references.py writes.
@Suite("Chains of transformations")
struct ChainTests {
  struct Reference: Decodable {
    struct Case: Decodable {
      var optimizer: String
      var points: [[Double]]
    }
    var problem: [String: [Double]]
    var cases: [Case]

    static func read() throws -> Reference {
      let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/chains.json")
      return try JSONDecoder().decode(Reference.self, from: Data(contentsOf: file))
    }
  }

  @Test("20 steps of every optimizer, to twelve digits", arguments: try Reference.read().cases.map(\.optimizer))
  func trajectories(specification: String) throws {
    let reference = try Reference.read()
    let known = try #require(reference.cases.first { $0.optimizer == specification })
    let optimizer = try #require(try Registry.builtIn().component(parsing: specification) as? any Optimizer)
    func constant(_ name: String, _ shape: Shape) throws -> Tensor { Tensor(float64: try #require(reference.problem[name]), shape: shape) }
    let (a, c, u, d) = try (constant("A", [3, 3]), constant("C", [3, 4]), constant("u", [4, 1]), constant("d", [3]))
    var point = Parameters([("W", try constant("W", [3, 4])), ("b", try constant("b", [3]))])
    var state = optimizer.initialState(for: point)
    for (index, expected) in known.points.enumerated() {
      let (w, b) = (try #require(point["W"]), try #require(point["b"]))
      let loss = 0.5 * square(matmul(a, w) - c).sum() + 0.5 * square(matmul(w, u).reshaped([3]) + b - d).sum()
      // The schedules count rounds from 0.
      let change = try Number.during(Tensor(int32: [Int32(index)], shape: [])) {
        try optimizer.update(
          point.replacing(gradient(of: loss, at: [w, b])), at: point, state: &state,
          iteration: Tensor(int32: [Int32(index + 1)], shape: []))
      }
      point = try (point + change).mapped { try $1.materialized() }
      state = try state.mapped { try $1.materialized() }
      let values = try point.tensors.flatMap { try $0.doubles() }
      #expect(values.count == 15)
      for (value, number) in zip(values, expected) {
        #expect(abs(value - number) <= 1e-12 * max(1, abs(number)), "\(specification), step \(index + 1): \(value) for \(number)")
      }
    }
  }

  @Test("Every optimizer and every transformation has a trajectory")
  func areComplete() throws {
    let texts = try Reference.read().cases.map(\.optimizer) + TrainingReference.read().descents.cases.map(\.optimizer)
    let words = Set(texts.flatMap { $0.split { ":,".contains($0) }.map(String.init) })
    // Transformations that an optimizer is made of are known by its trajectory.
    let known = words.union(
      words.filter { !$0.contains("=") }.flatMap { word in
        ((try? Registry.builtIn().component(parsing: word)) as? any ChainedOptimizer)?.transformations.map(\.name) ?? []
      })
    let all = (BuiltInOptimizers.types + BuiltInOptimizers.transformations).map { $0.name }
    #expect(all.filter { !known.contains($0) } == [])
  }

  @Test("A chain is written in Swift, as text and in files, and is the same")
  func forms() throws {
    let chain = Chain(learningRate: 1e-3) {
      ClipByNorm(maximum: 2)
      ScaleByAdam(beta1: 0)
      DecayedWeights()
    }
    let registry = try Registry.builtIn()
    let text = ComponentFields.specification(of: chain)
    #expect(text == "chain:learningRate=0.001,clip-by-norm:maximum=2,scale-by-adam:beta1=0,decayed-weights")
    let parsed = try registry.component(parsing: text)
    #expect(try StoredComponent(parsed) == StoredComponent(chain))
    #expect(try StoredComponent(registry.component(StoredComponent(chain))) == StoredComponent(chain))
    #expect(ComponentFields.specification(of: Chain()) == "chain")
    #expect(
      ComponentFields.summary(of: chain) == "chain(learningRate: 0.001, clip-by-norm(maximum: 2), scale-by-adam(beta1: 0), decayed-weights)"
    )
    let repeated = try registry.component(parsing: "chain:trace,trace:decay=0.5,isNesterov=true") as? Chain
    let slots = repeated?.initialState(for: Parameters([("x", Tensor.zeros([2]))])).paths
    #expect(slots == ["velocity/x", "velocity-2/x"])
    for (text, expected) in [
      ("chain:adam", "'adam' stands where a transformation of gradients belongs, but is none"),
      ("chain:scale:factor=-1", "scale: field 'factor' is -1.0, but must be a positive number"),
      ("chain:nothing", "there is no component 'nothing'"), ("chain:rate=1,trace", "chain has no field 'rate'"),
    ] {
      #expect(failureText { _ = try registry.component(parsing: text) }.contains(expected), "\(text)")
    }
  }
}
