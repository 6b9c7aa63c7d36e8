import Checkpoints
import Networks
import Runs
import Tensors

/// The format of a file of weights, told by the end of its name.
public enum WeightFormat: String, CaseIterable, Sendable {
  case safetensors = ".safetensors"
  case keras = ".weights.h5"
  case onnx = ".onnx"

  /// The format of the file at `path`.
  ///
  /// - Throws: ``ExchangeError`` that lists the formats.
  public init(path: String) throws {
    guard let format = Self.allCases.first(where: { path.hasSuffix($0.rawValue) }) else {
      throw ExchangeError("\(path): the name's end tells no format; \(Self.allCases.map(\.rawValue).joined(separator: ", ")) are known")
    }
    self = format
  }

  /// How weights are named and arranged in files of the format unless something else is asked for.
  public var layout: WeightLayout { self == .keras ? .keras : .rival }
}

/// The weights of a network in a file of another program.
public struct WeightFile: Sendable {
  /// The tensors, their names and arrangement those of the other program; in the order of the layers where the format keeps one.
  public var tensors: [StoredTensor]
  /// Texts by name, where the format has room for them.
  public var metadata: [String: String]

  /// The weights of `network` as another program has them.
  ///
  /// - Parameter names: what the other program calls a tensor, by its path in the network; others have the layout's names.
  /// - Throws: ``ExchangeError`` where a layer has no counterpart there, or `names` names a tensor that there is not.
  public init(_ network: TrainedNetwork, layout: WeightLayout, names: [String: String] = [:], metadata: [String: String] = [:]) throws {
    let values = Dictionary(network.tensors.map { ($0.path, $0.tensor) }, uniquingKeysWith: { first, _ in first })
    let forms = try layout.forms(of: network)
    try Self.check(names, forms, network)
    tensors = try forms.compactMap { form in
      try values[form.path].map { try StoredTensor(form.outward($0).materialized(), at: names[form.path] ?? form.name) }
    }
    self.metadata = metadata
  }

  /// Reads a file.
  ///
  /// - Parameter prefix: what the names of the tensors begin with that are meant; it is taken off, and others are passed over.
  /// - Throws: `CheckpointError` or ``ExchangeError`` for a file that is missing, damaged or of an unknown format.
  public init(reading path: String, prefix: String = "") throws {
    metadata = [:]
    switch try WeightFormat(path: path) {
    case .safetensors:
      let file = try SafetensorsFile(reading: path)
      (tensors, metadata) = (file.tensors, file.metadata)
    case .keras: tensors = try HDF5Tensors(reading: path).tensors
    case .onnx: tensors = try ONNXModel.initializers(of: path)
    }
    tensors = tensors.filter { $0.path.hasPrefix(prefix) }
    for index in tensors.indices { tensors[index].path.removeFirst(prefix.count) }
    // What PyTorch counts, and nothing else needs; what Keras keeps of its optimizer.
    tensors.removeAll { $0.path.hasSuffix("num_batches_tracked") || $0.path.hasPrefix("optimizer/") }
  }

  /// Writes the file in the format that the end of `path` tells, safetensors or Keras; an ONNX file is more than its weights.
  ///
  /// - Throws: `CheckpointError` where it cannot be written; ``ExchangeError`` for another format.
  public func write(to path: String) throws {
    switch try WeightFormat(path: path) {
    case .safetensors: try SafetensorsFile(tensors, metadata: metadata).write(to: path)
    case .keras: try HDF5Tensors(tensors).write(to: path)
    case .onnx: throw ExchangeError("\(path): an ONNX file holds what the network computes; write it with TrainedNetwork.writeONNX(to:)")
    }
  }

  /// The tensors as `network` has them, by its own paths.
  ///
  /// - Parameters:
  ///   - names: what the file calls a tensor, by its path in the network; others have the layout's names.
  ///   - matching: `order` to match layers by their order instead.
  /// - Returns: the tensors, and the name that each one had.
  /// - Throws: ``ExchangeError`` that names every tensor that is missing, belongs nowhere, or has another shape.
  public func tensors(
    for network: TrainedNetwork, layout: WeightLayout, names: [String: String] = [:], matching: WeightMatching = .names
  ) throws -> [(tensor: StoredTensor, name: String)] {
    let forms = try layout.forms(of: network)
    try Self.check(names, forms, network)
    let given = Dictionary(tensors.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    var pairs: [(form: WeightForm, name: String)]
    switch matching {
    case .names: pairs = forms.map { ($0, names[$0.path] ?? $0.name) }
    case .order:
      let rest = tensors.map(\.path).filter { !names.values.contains($0) }
      pairs = try WeightMatching.ordered(forms.filter { names[$0.path] == nil }, Self.inOrder(rest))
      pairs += forms.compactMap { form in names[form.path].map { (form, $0) } }
    }
    return try Self.checked(pairs, given, network)
  }

  private static func check(_ names: [String: String], _ forms: [WeightForm], _ network: TrainedNetwork) throws {
    let paths = Set(forms.map(\.path))
    guard let unknown = names.keys.sorted().first(where: { !paths.contains($0) }) else { return }
    throw ExchangeError(
      "the names name '\(unknown)', which the \(network.network.name) does not have; it has \(forms.map(\.path).joined(separator: ", "))")
  }

  /// Names layer by layer: as they stand where a format keeps that, else by the numbers in them.
  private static func inOrder(_ names: [String]) -> [String] {
    names.contains { $0.contains("/") } ? names : names.sorted(by: WeightMatching.precedes)
  }

  private static func checked(
    _ pairs: [(form: WeightForm, name: String)], _ given: [String: StoredTensor], _ network: TrainedNetwork
  ) throws -> [(tensor: StoredTensor, name: String)] {
    var problems: [String] = []
    func list(_ names: [String]) -> String {
      names.prefix(10).map { "'\($0)'" }.joined(separator: ", ") + (names.count > 10 ? " and \(names.count - 10) more" : "")
    }
    let missing = pairs.filter { given[$0.name] == nil }.map { $0.name == $0.form.path ? $0.name : "\($0.name) for \($0.form.path)" }
    let wanted = Set(pairs.map(\.name))
    let unknown = given.keys.filter { !wanted.contains($0) }.sorted(by: WeightMatching.precedes)
    if !missing.isEmpty { problems.append("\(list(missing)) \(missing.count == 1 ? "is" : "are") missing") }
    if !unknown.isEmpty { problems.append("\(list(unknown)) \(unknown.count == 1 ? "belongs" : "belong") to no layer") }
    var result: [(tensor: StoredTensor, name: String)] = []
    for (form, name) in pairs {
      guard let tensor = given[name] else { continue }
      guard tensor.shape == form.outwardShape, tensor.type == .float32 || tensor.type == .float64 else {
        problems.append("'\(name)' is \(tensor.type.rawValue) \(tensor.shape), but float32 \(form.outwardShape) is wanted")
        continue
      }
      let value = try form.inward(tensor.tensor().converted(to: .float32)).materialized()
      result.append((try StoredTensor(value, at: form.path), name))
    }
    guard problems.isEmpty else {
      throw ExchangeError("the weights do not fit the \(network.network.name): \(problems.joined(separator: "; "))")
    }
    return result
  }
}
