import Checkpoints
import Metrics
import Tensors

/// The network's weights, with each batch norm folded into the convolution before it:
/// γ (W * x − μ)/√(σ² + ε) + β = (s W) * x + (β − s μ) with s = γ/√(σ² + ε).
struct InceptionWeights: Sendable {
  /// Of each unit, by its name: the kernel `[rows, columns, inputs, filters]` and the bias `[filters]`.
  private(set) var units: [String: (kernel: Tensor, bias: Tensor)] = [:]
  /// The SHA-256 of the file they are out of, 64 hexadecimal digits.
  let digest: String

  /// What batch norms add to their variance.
  static let epsilon = 1e-3

  private static let norm = ["weight", "bias", "running_mean", "running_var"]

  /// The tensors that the file must hold, and their shapes. The classes' layer tells this network from others of the same blocks.
  static let expected: [(name: String, shape: [Int])] = {
    var tensors: [(name: String, shape: [Int])] = []
    for (name, unit, inputs) in InceptionPart.units {
      tensors.append(("\(name).conv.weight", [unit.filters, inputs] + unit.kernel))
      for part in norm { tensors.append(("\(name).bn.\(part)", [unit.filters])) }
    }
    return tensors + [("fc.weight", [1008, 2048]), ("fc.bias", [1008])]
  }()

  /// Reads a safetensors file.
  ///
  /// - Throws: `CheckpointError` where it cannot be read; `MetricError` where its tensors are not those of the network.
  init(reading path: String) throws {
    let tensors = try SafetensorsFile(reading: path).tensors
    do {
      try self.init(tensors, digest: SafetensorsFile.digest(of: path))
    } catch let error as MetricError {
      throw MetricError("\(InceptionV3.name): \(path): \(error)")
    }
  }

  /// Takes the tensors of a file.
  ///
  /// - Throws: `MetricError` that names the tensors that are missing, unknown, of another shape or type, or not finite.
  init(_ tensors: [StoredTensor], digest: String) throws {
    self.digest = digest
    try Self.check(tensors)
    let stored = Dictionary(tensors.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    func values(_ name: String) throws -> [Float] { try stored[name]?.values() ?? [] }
    var broken: [String] = []
    for (name, unit, inputs) in InceptionPart.units {
      let norm = try Self.norm.map { try values("\(name).bn.\($0)") }
      let scales = norm[0].indices.map { Double(norm[0][$0]) / (Double(norm[3][$0]) + Self.epsilon).squareRoot() }
      let bias = scales.indices.map { Float(Double(norm[1][$0]) - scales[$0] * Double(norm[2][$0])) }
      let kernel = Self.folded(try values("\(name).conv.weight"), unit, inputs: inputs, scales)
      if !(bias.allSatisfy(\.isFinite) && kernel.allSatisfy(\.isFinite)) { broken.append(name) }
      units[name] = (Tensor(kernel, shape: Shape(unit.kernel + [inputs, unit.filters])), Tensor(bias))
    }
    guard broken.isEmpty else {
      throw MetricError("the numbers of \(Self.list(broken)) give weights that are not finite; download the weights again")
    }
  }

  /// A kernel `[filters, inputs, rows, columns]` as `[rows, columns, inputs, filters]`, each filter times its scale.
  private static func folded(_ values: [Float], _ unit: InceptionUnit, inputs: Int, _ scales: [Double]) -> [Float] {
    let taps = unit.kernel[0] * unit.kernel[1]
    return [Float](unsafeUninitializedCapacity: values.count) { result, count in
      values.withUnsafeBufferPointer { values in
        for tap in 0..<taps {
          for input in 0..<inputs {
            let row = (tap * inputs + input) * unit.filters
            for filter in 0..<unit.filters {
              result[row + filter] = Float(Double(values[(filter * inputs + input) * taps + tap]) * scales[filter])
            }
          }
        }
      }
      count = values.count
    }
  }

  private static func check(_ tensors: [StoredTensor]) throws {
    let wanted = Dictionary(uniqueKeysWithValues: expected.map { ($0.name, $0.shape) })
    // Batch norms count the batches that they were trained with.
    let given = tensors.filter { !$0.path.hasSuffix(".num_batches_tracked") }
    let names = Set(given.map(\.path))
    let missing = expected.map(\.name).filter { !names.contains($0) }
    let unknown = given.map(\.path).filter { wanted[$0] == nil }
    let misshapen = given.compactMap { tensor -> String? in
      guard let shape = wanted[tensor.path], shape != tensor.shape else { return nil }
      return "\(tensor.path) has the shape \(tensor.shape) and not \(shape)"
    }
    let mistyped = given.filter { wanted[$0.path] != nil && $0.type != .float32 }.map {
      "\($0.path) is \($0.type.rawValue) and not float32"
    }
    var problems: [String] = []
    if !missing.isEmpty { problems.append("\(list(missing)) \(missing.count == 1 ? "is" : "are") missing") }
    if !unknown.isEmpty { problems.append("\(list(unknown)) \(unknown.count == 1 ? "belongs" : "belong") to no part of the network") }
    problems += [misshapen, mistyped].filter { !$0.isEmpty }.map(list)
    guard problems.isEmpty else {
      throw MetricError(
        "\(problems.joined(separator: "; ")); give the state dictionary of pytorch-fid's weights (pt_inception-2015-12-05), written as "
          + "Docs/metrics.md says")
    }
  }

  private static func list(_ names: [String]) -> String {
    let limit = 24
    return names.prefix(limit).joined(separator: ", ") + (names.count > limit ? " and \(names.count - limit) more" : "")
  }
}
