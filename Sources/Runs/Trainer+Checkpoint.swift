import Adversarial
import Checkpoints
import Components
import Foundation
import Networks
import Tensors

/// The version of Rival, as checkpoints name it.
public let rivalVersion = "0.1.0"

extension Trainer {
  /// The whole run as it stands: the state, the composition that made it, the data's description, the seed, and the metric history.
  public func checkpoint() throws -> CheckpointContents {
    let stored = try StoredComposition(composition.replacing(diagnostics: diagnostics))
    var configurations = try game.networks.map {
      StoredConfiguration(name: $0.name, json: try stored.configuration(of: $0).text())
    }
    var training: [String: JSONValue] = [
      "schema": .integer(2), "composition": stored.json, "data": try JSONValue(encoding: StoredComponent(data)),
      "fields": try JSONValue(encoding: samples.fields), "fingerprint": .string(samples.fingerprint),
      "batchSize": .integer(Int64(batchSize)), "seed": .string(String(seed)),
    ]
    if !lineage.isEmpty { training["lineage"] = try JSONValue(encoding: lineage) }
    configurations.append(StoredConfiguration(name: "training", json: try JSONValue.object(training).text()))
    configurations.append(StoredConfiguration(name: "environment", json: try environment.text()))

    let state = self.state
    var good: [StoredTensor] = []
    if composition.heuristics.contains(where: { $0 is any Recovery }) {
      let (step, state) = goodState
      good =
        try [StoredTensor(path: "state/recovery/step", shape: [], values: [Int64(step)])]
        + state.map { try StoredTensor($0.tensor, at: "state/recovery/\($0.path)") }
    }
    return CheckpointContents(
      producer: "rival \(rivalVersion)", step: step, epoch: epoch, edited: edited, configurations: configurations,
      groups: groups,
      tensors: try state.map { try StoredTensor($0.tensor, at: $0.path) } + good + digests.storedTensors
        + history.storedTensors(under: "train")
        + observations.names.flatMap { observations[$0]?.storedTensors(under: $0) ?? [] })
  }

  /// Writes a checkpoint, atomically: a crash at any moment leaves the file as it was before or as it is after.
  ///
  /// - Throws: `CheckpointError` where the file cannot be written.
  public func save(to path: String) throws {
    try CheckpointFile.write(checkpoint(), to: path)
  }

  /// How often the data has been gone through; 0 for data that is drawn anew.
  private var epoch: Int {
    guard let count = samples.count, count > 0 else { return 0 }
    let (drawn, overflow) = (step * realBatchesPerRound).multipliedReportingOverflow(by: batchSize)
    return overflow ? .max : drawn / count
  }

  private var groups: [StoredGroup] {
    var groups = game.networks.map { network in
      StoredGroup(
        path: network.name,
        attributes: [
          StoredAttribute("kind", .text("sequential")),
          StoredAttribute("parameter_count", .integer(Int64(network.parameters.elementCount))),
        ])
    }
    for (index, player) in game.players.enumerated() {
      if index == 0 { groups.append(StoredGroup(path: "optimizers")) }
      guard let optimizer = try? game.optimizer(for: player) else { continue }
      groups.append(StoredGroup(path: "optimizers/\(player)", attributes: [StoredAttribute("kind", .text(optimizer.name))]))
    }
    groups.append(
      StoredGroup(
        path: "data",
        attributes: [
          StoredAttribute("dataset", .text(data.name)), StoredAttribute("fingerprint", .text(samples.fingerprint)),
          StoredAttribute("batch_size", .integer(Int64(batchSize))),
        ]))
    return groups
  }

  /// What the exact bytes of training depend on besides the composition: machine, threads, version.
  var environment: JSONValue {
    #if arch(x86_64)
      let architecture = "x86-64"
    #elseif arch(arm64)
      let architecture = "arm64"
    #else
      let architecture = "other"
    #endif
    var members: [String: JSONValue] = [
      "C library": .string(CPU.mathematicsLibrary), "architecture": .string(architecture), "device": .string(device.name),
      "precision": .string("float32"), "rival": .string(rivalVersion),
    ]
    for (name, value) in programSettings { members[name] = Int64(value).map { .integer($0) } ?? .string(value) }
    return .object(members)
  }
}

extension StoredTensor {
  /// A tensor as files hold it; truth values as bytes.
  ///
  /// - Throws: where the tensor's value cannot be computed.
  public init(_ tensor: Tensor, at path: String) throws {
    let type: StoredType
    switch tensor.dtype {
    case .float32: type = .float32
    case .float64: type = .float64
    case .int32: type = .int32
    case .bool: type = .uint8
    }
    try SystemMemory.require(TensorType(tensor).byteCount, for: "a copy of '\(path)' for a checkpoint", remedy: "use smaller networks")
    self.init(
      path: path, type: type, shape: tensor.shape.dimensions, bytes: try tensor.withBytes { Array($0) },
      attributes: tensor.dtype == .bool ? [StoredAttribute("dtype", .text("bool"))] : [])
  }

  /// The tensor with its elements.
  ///
  /// - Throws: `NetworkError` for a type that no tensor has.
  public func tensor() throws -> Tensor {
    let dtype: DType
    switch type {
    case .float32: dtype = .float32
    case .float64: dtype = .float64
    case .int32: dtype = .int32
    case .uint8 where isBoolean: dtype = .bool
    default: throw NetworkError("'\(path)' is stored as \(type.rawValue), which no tensor of a training state is")
    }
    return try bytes.withUnsafeBytes { try Tensor(bytes: $0, shape: Shape(shape), dtype: dtype) }
  }
}

extension History {
  func storedTensors(under table: String) -> [StoredTensor] {
    [StoredTensor(path: "metrics/\(table)/step", shape: [steps.count], values: steps.map(Int64.init))]
      + names.map { StoredTensor(path: "metrics/\(table)/\($0)", shape: [steps.count], values: self[$0] ?? []) }
  }

  /// The table of a checkpoint; empty where it has none of that name.
  ///
  /// - Throws: `NetworkError` where rounds are not in order, or columns not of one length.
  init(_ contents: CheckpointContents, table: String = "train") throws {
    let prefix = "metrics/\(table)/"
    guard let steps = contents.tensor(prefix + "step") else {
      self.init()
      return
    }
    let rounds = try steps.values(as: Int64.self).map { Int($0) }
    guard rounds.allSatisfy({ (0...contents.step).contains($0) }), zip(rounds, rounds.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw NetworkError("the rounds of '\(steps.path)' are not in ascending order from 0 to \(contents.step)")
    }
    let columns = try contents.tensors.filter { $0.path.hasPrefix(prefix) && $0.path != prefix + "step" }.map {
      column in
      let values = try column.values(as: Double.self)
      guard values.count == rounds.count else {
        throw NetworkError(
          "the metric '\(column.path)' has \(values.count) values, but there are \(rounds.count) rounds")
      }
      return (name: String(column.path.dropFirst(prefix.count)), values: values)
    }
    self.init(steps: rounds, columns: columns)
  }
}

extension Observations {
  init(_ contents: CheckpointContents) throws {
    self.init()
    for tensor in contents.tensors {
      let parts = tensor.path.split(separator: "/")
      guard parts.count == 3, parts[0] == "metrics", parts[1] != "train", parts[2] == "step" else { continue }
      self[String(parts[1])] = try History(contents, table: String(parts[1]))
    }
  }
}
