import Components
import Networks
import Rival
import Tensors

/// What every layer must satisfy: shapes, types, repeatable randomness, an honest `Layer.mixesSamples`, and derivatives of first and
/// second order.
///
/// ```swift
/// #expect(try LayerConformance.check(Scale(), inputShape: [3]).isEmpty)
/// ```
public enum LayerConformance {
  /// Checks a layer on random float64 inputs.
  ///
  /// - Parameters:
  ///   - inputShape: of one sample, small: every element of input and parameters is moved to check the derivatives.
  ///   - fields: what the layer may ask for beside its input; classes are taken in turn, numbers drawn.
  ///   - tolerance: the largest difference between a derivative and central differences, relative to the largest derivative.
  /// - Returns: the violations, one sentence each; empty for a layer that conforms.
  /// - Throws: what building the layer for this input throws.
  public static func check(
    _ layer: any Layer, inputShape: Shape, fields: [Field] = [], registry: Registry? = nil, tolerance: Double = 1e-6
  ) throws -> [String] {
    var violations = try ComponentConformance.check(layer, registry: registry)
    let subject = try Subject(layer, inputShape, fields)
    try violations += (shapes(subject) + randomness(subject) + mixing(subject) + derivatives(subject, tolerance)).map {
      "\(layer.name): \($0)"
    }
    return violations
  }

  /// The layer as a network, with parameters away from their initial values.
  private struct Subject {
    let layer: any Layer
    let network: Network
    let parameters: Parameters
    let state: Parameters
    let fields: [Field]

    init(_ layer: any Layer, _ inputShape: Shape, _ fields: [Field]) throws {
      self.layer = layer
      self.fields = fields
      let key = Key(seed: 7)
      network = try Network(
        name: "layer", layers: Sequential([PlacedLayer(layer)]), inputShape: inputShape, fields: fields, key: key)
      parameters = try network.parameters.mapped { path, tensor in
        let noise = randomNormal(tensor.shape, key: key.derived("noise").derived(path), dtype: .float64) * 0.1
        return try (tensor.converted(to: .float64) + noise).materialized()
      }
      state = try network.state.mapped { try $1.converted(to: .float64).materialized() }
    }

    func input(_ count: Int, _ name: String = "input") throws -> Tensor {
      try randomNormal(
        Shape([count] + network.inputShape.dimensions), key: Key(seed: 8).derived(name), dtype: .float64
      ).materialized()
    }

    /// What `count` samples are conditioned on.
    private func conditions(_ count: Int, _ dtype: DType) -> Batch {
      Batch(
        fields.map { field in
          guard let classes = field.classCount else {
            return Batch.Entry(field, randomNormal(Shape([count] + field.shape), key: Key(seed: 10).derived(field.name), dtype: dtype))
          }
          return Batch.Entry(field, Tensor(int32: (0..<count).map { Int32($0 % classes) }))
        })
    }

    func output(
      _ input: Tensor, parameters: Parameters? = nil, isTraining: Bool, key: UInt64 = 1, dtype: DType = .float64
    ) throws -> NetworkOutput {
      try network(
        input.converted(to: dtype), parameters: (parameters ?? self.parameters).mapped { $1.converted(to: dtype) },
        state: state.mapped { $1.converted(to: dtype) }, conditions: conditions(input.shape[0], dtype), isTraining: isTraining,
        randomKey: Key(seed: key),
        step: Tensor(int32: [3], shape: []))
    }
  }

  private static func shapes(_ subject: Subject) throws -> [String] {
    var violations: [String] = []
    for isTraining in [true, false] {
      let mode = isTraining ? "in training" : "in use"
      for count in [2, 3, 5] {
        for dtype in [DType.float32, .float64] {
          let result = try subject.output(subject.input(count), isTraining: isTraining, dtype: dtype)
          let expected = Shape([count] + subject.network.outputShape.dimensions)
          if let failure = result.output.failure {
            violations.append("\(count) samples of \(dtype.rawValue) fail \(mode): \(failure)")
            continue
          }
          if result.output.shape != expected {
            violations.append("\(count) samples give \(result.output.shape) \(mode), not \(expected)")
          }
          if result.output.dtype != dtype {
            violations.append("\(dtype.rawValue) samples give \(result.output.dtype.rawValue) \(mode)")
          }
          for (path, tensor) in result.state where tensor.dtype != dtype && subject.state[path]?.dtype == .float64 {
            violations.append("\(dtype.rawValue) samples set state '\(path)' to \(tensor.dtype.rawValue)")
          }
        }
      }
    }
    return violations
  }

  private static func randomness(_ subject: Subject) throws -> [String] {
    var violations: [String] = []
    let input = try subject.input(3)
    let first = try subject.output(input, isTraining: true)
    let again = try subject.output(input, isTraining: true)
    if try StateComparison.mismatches(first.output, again.output) > 0 {
      violations.append("the same call gives other numbers the second time")
    }
    let used = try subject.output(input, isTraining: false)
    let other = try subject.output(input, isTraining: false, key: 2)
    if try StateComparison.mismatches(used.output, other.output) > 0 {
      violations.append("it is random in use; randomness belongs to training")
    }
    for difference in try StateComparison.differences(subject.state, used.state) {
      violations.append("its state changes in use: \(difference)")
    }
    return violations
  }

  /// Whether moving one sample moves the outputs of others, against what the layer says.
  private static func mixing(_ subject: Subject) throws -> [String] {
    let count = 4
    let input = try subject.input(count)
    let moved = concatenated([try subject.input(1, "moved"), input.sliced(axis: 0, 1..<count)])
    func others(_ tensor: Tensor) -> Tensor { tensor.sliced(axis: 0, 1..<count) }
    let mixes =
      try StateComparison.mismatches(
        others(subject.output(input, isTraining: true).output), others(subject.output(moved, isTraining: true).output))
      > 0
    if mixes == subject.layer.mixesSamples { return [] }
    return [
      mixes
        ? "a sample's output depends on other samples, but mixesSamples is false"
        : "mixesSamples is true, but no sample's output depends on another"
    ]
  }

  /// The derivatives of Σ c·y, and of Σ (∂/∂x Σ c·y)², by input and parameters.
  private static func derivatives(_ subject: Subject, _ tolerance: Double) throws -> [String] {
    var violations: [String] = []
    let paths = subject.parameters.paths
    for isTraining in [true, false] {
      let input = try subject.input(3)
      let shape = try subject.output(input, isTraining: isTraining).output.shape
      let weights = try randomNormal(shape, key: Key(seed: 9), dtype: .float64).materialized()
      func total(_ variables: [Tensor]) throws -> Tensor {
        let parameters = subject.parameters.replacing(Array(variables.dropFirst()))
        return try (subject.output(variables[0], parameters: parameters, isTraining: isTraining).output * weights).sum()
      }
      func slope(_ variables: [Tensor]) throws -> Tensor {
        square(gradient(of: try total(variables), at: variables[0])).sum()
      }
      for (order, function) in [("first", total), ("second", slope)] {
        let result = try FiniteDifferences.relativeError(at: [input] + subject.parameters.tensors, of: function)
        if !(result.error <= tolerance) {
          let variable = result.variable == 0 ? "the input" : "'\(paths[result.variable - 1])'"
          violations.append(
            "the \(order) derivative by \(variable) is off by \(result.error) \(isTraining ? "in training" : "in use")")
        }
      }
    }
    return violations
  }
}
