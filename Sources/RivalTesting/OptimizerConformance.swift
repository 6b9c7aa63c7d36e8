import Adversarial
import Components
import Networks
import Rival
import Tensors

/// What every optimizer must satisfy: a sealed memory, steps that go downhill, and convergence where it is known.
///
/// ```swift
/// #expect(try OptimizerConformance.check(MyOptimizer()).isEmpty)
/// #expect(try OptimizerConformance.minimize(.parabola, with: MyOptimizer(learningRate: 0.1), steps: 500).value < 1e-6)
/// ```
public enum OptimizerConformance {
  /// Functions with known minima, of value 0.
  public enum Landscape: String, Sendable, CaseIterable {
    /// ½ (x − 3)² + 5 (y + 1)², from (0, 0); condition number 10.
    case parabola
    /// 100 (y − x²)² + (1 − x)², from (−1.2, 1): a curved valley (Rosenbrock 1960).
    case rosenbrock

    var start: [Double] { self == .parabola ? [0, 0] : [-1.2, 1] }
    func value(_ point: Tensor) -> Tensor {
      let x = point.sliced(axis: 0, 0..<1).sum()
      let y = point.sliced(axis: 0, 1..<2).sum()
      switch self {
      case .parabola: return 0.5 * square(x - 3) + 5 * square(y + 1)
      case .rosenbrock: return 100 * square(y - square(x)) + square(1 - x)
      }
    }
  }

  /// Checks an optimizer by itself.
  ///
  /// - Returns: the violations, one sentence each; empty for an optimizer that conforms.
  /// - Throws: what the optimizer throws.
  public static func check(_ optimizer: any Optimizer, registry: Registry? = nil) throws -> [String] {
    var violations = try ComponentConformance.check(optimizer, registry: registry)
    for dtype in [DType.float32, .float64] {
      let parameters = Parameters([
        ("a/weight", randomNormal([3, 2], key: Key(seed: 1), dtype: dtype)),
        ("a/bias", randomNormal([2], key: Key(seed: 2), dtype: dtype)),
      ])
      let gradient = parameters.mapped { path, tensor in
        randomNormal(tensor.shape, key: Key(seed: 3).derived(path), dtype: dtype)
      }
      let initial = optimizer.initialState(for: parameters)
      var state = initial
      var descent = 0.0
      for iteration in 1...3 {
        let change = try optimizer.update(
          gradient, at: parameters, state: &state, iteration: Tensor(int32: [Int32(iteration)], shape: []))
        violations += layoutDifferences(change, parameters, "the change of \(dtype.rawValue) parameters")
        violations += layoutDifferences(state, initial, "the memory of \(dtype.rawValue) parameters")
        guard violations.isEmpty else { return violations.map { "\(optimizer.name): \($0)" } }
        if iteration == 1 {
          for (path, tensor) in change { descent += try (tensor * (gradient[path] ?? tensor)).sum().item() }
        }
      }
      if !(descent < 0) { violations.append("the first step does not go downhill: ⟨change, gradient⟩ is \(descent)") }
      var untouched = initial
      // At zero, where no decay of weights moves anything either.
      let none = try optimizer.update(
        gradient * 0, at: parameters * 0, state: &untouched, iteration: Tensor(int32: [1], shape: []))
      for (path, tensor) in none where try !tensor.doubles().allSatisfy({ $0 == 0 }) {
        violations.append("a gradient of zero moves '\(path)' at the first step")
      }
    }
    return violations.map { $0.hasPrefix(optimizer.name) ? $0 : "\(optimizer.name): \($0)" }
  }

  /// Follows an optimizer down a landscape, in float64.
  ///
  /// - Returns: where it ends, and the value there.
  public static func minimize(_ landscape: Landscape, with optimizer: any Optimizer, steps: Int) throws -> (
    point: [Double], value: Double
  ) {
    let start = Tensor(float64: landscape.start)
    let end = try iterate([start], optimizer, steps: steps) { points, move in
      _ = try move(0, gradient(of: landscape.value(points[0]), at: points[0]))
    }[0]
    return (try end.doubles(), try landscape.value(end).item())
  }

  /// Plays min over x, max over y of x·y from (1, 1), in float64.
  ///
  /// Simultaneous gradient descent with step h multiplies the distance to the equilibrium by √(1 + h²) in every step; alternating
  /// descent keeps it bounded for h < 2 (Gidel et al. 2019, table 1).
  /// - Returns: the distance to (0, 0) at the end.
  public static func playBilinearGame(with optimizer: any Optimizer, steps: Int, isAlternating: Bool) throws -> Double {
    let start = Tensor(float64: [1], shape: [1])
    let end = try iterate([start, start], optimizer, steps: steps) { points, move in
      let x = try move(0, points[1])
      _ = try move(1, -(isAlternating ? x : points[0]))
    }
    return try end.reduce(0) { $0 + pow(try $1.item(), 2) }.squareRoot()
  }

  private static func pow(_ x: Double, _ exponent: Int) -> Double {
    (0..<exponent).reduce(1) { result, _ in result * x }
  }

  /// Runs `body` `steps` times as one compiled step; `move(i, g)` updates point i with gradient g and returns it.
  private static func iterate(
    _ start: [Tensor], _ optimizer: any Optimizer, steps: Int,
    _ body: @escaping (_ points: [Tensor], _ move: (Int, Tensor) throws -> Tensor) throws -> Void
  ) throws -> [Tensor] {
    let layouts = start.map { Parameters([("x", $0)]) }
    let memories = layouts.map { optimizer.initialState(for: $0) }
    let function = compile { inputs in
      let iteration = inputs[0]
      var points = Array(inputs[1..<(1 + start.count)])
      let before = points
      var position = 1 + start.count
      var states = memories.map { memory in
        defer { position += memory.count }
        return memory.replacing(Array(inputs[position..<(position + memory.count)]))
      }
      try body(before) { index, gradient in
        let change = try optimizer.update(
          Parameters([("x", gradient)]), at: Parameters([("x", before[index])]), state: &states[index],
          iteration: iteration)
        points[index] = before[index] + (change["x"] ?? .invalid(TensorError("the change lacks 'x'")))
        return points[index]
      }
      return points + states.flatMap(\.tensors)
    }
    var values = start + memories.flatMap(\.tensors)
    for step in 0..<steps {
      values = try function([Tensor(int32: [Int32(step + 1)], shape: [])] + values)
    }
    return Array(values.prefix(start.count))
  }

  private static func layoutDifferences(_ store: Parameters, _ expected: Parameters, _ what: String) -> [String] {
    if store.paths != expected.paths { return ["\(what) has the paths \(store.paths), not \(expected.paths)"] }
    return zip(store, expected).compactMap { own, other in
      if let failure = own.tensor.failure { return "\(what) is invalid at '\(own.path)': \(failure)" }
      return own.tensor.shape == other.tensor.shape && own.tensor.dtype == other.tensor.dtype
        ? nil : "\(what) has \(own.tensor) at '\(own.path)', not \(other.tensor)"
    }
  }
}
