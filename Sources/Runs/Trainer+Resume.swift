import Adversarial
import Checkpoints
import Components
import Foundation
import Networks
import Tensors

/// What a checkpoint says of the run that made it.
public struct StoredRun: Sendable {
  /// The composition.
  public var composition: any Composition
  /// What a sample consists of; empty in files of layout 1.0, which do not say.
  public var fields: [Field]
  /// The data.
  public var data: any DataSource
  /// The digest of the data's content.
  public var fingerprint: String
  public var batchSize: Int
  public var seed: UInt64

  /// Reads the composition out of a checkpoint.
  ///
  /// - Throws: `ComponentError` where the registry lacks a component that the checkpoint names; `NetworkError` where a part is missing.
  public init(_ contents: CheckpointContents, registry: Registry) throws {
    func configuration(_ name: String) throws -> [String: JSONValue] {
      guard let json = contents.configuration(name) else {
        throw NetworkError(
          "the checkpoint has no '/config/\(name)'; it does not hold a whole run, so it cannot be resumed")
      }
      return try JSONDecoder().decode(JSONValue.self, from: Data(json.utf8)).members
    }
    let training = try configuration("training")
    guard let composition = training["composition"], let stored = training["data"],
      case .integer(let batchSize) = training["batchSize"],
      case .string(let seedText) = training["seed"], let seed = UInt64(seedText),
      case .string(let fingerprint) = training["fingerprint"]
    else {
      throw NetworkError("'/config/training' lacks the composition, the data, the batch size or the seed")
    }
    self.composition = try StoredComposition(json: composition).composition(registry: registry, configuration: configuration)
    fields = try training["fields"].map { try JSONDecoder().decode([Field].self, from: JSONEncoder().encode($0)) } ?? []
    let component = try registry.component(registry.decode(StoredComponent.self, from: JSONEncoder().encode(stored)))
    guard let data = component as? any DataSource else {
      throw ComponentError("'\(component.name)' stands where the data belongs, but is no data source")
    }
    self.data = data
    self.fingerprint = fingerprint
    self.batchSize = Int(batchSize)
    self.seed = seed
  }

  /// The composition, where it is a GAN.
  public var gan: GAN? { composition as? GAN }

  /// Whether data of this fingerprint is what the run was trained on. Files of layout 1.0 kept no digest of labels.
  func matches(fingerprint other: String) -> Bool {
    other == fingerprint || fields.isEmpty && other.split(separator: "-").first.map(String.init) == fingerprint
  }
}

extension Trainer {
  /// Goes on from a checkpoint: rebuilds model, data, optimizers and heuristics from the file alone, and stands where the saved run stood.
  ///
  /// What follows is, bit for bit, what the saved run would have done.
  ///
  /// - Parameters:
  ///   - path: a checkpoint, or a folder of checkpoints, whose newest valid one is taken.
  ///   - registry: the components that the file may name; the built-in ones by default.
  ///   - data: the data, where the file cannot tell (samples in memory) or its folder has moved; its content must be the same.
  ///   - threadCount: as in ``init(_:data:batchSize:seed:threadCount:device:)``.
  ///   - device: as there.
  ///   - warn: told of damaged files that were passed over.
  /// - Throws: `CheckpointError` for a file that is missing, damaged or no checkpoint; `ComponentError` for components that the registry
  ///   lacks; `NetworkError` where state, composition or data do not fit together.
  public convenience init(
    resuming path: String, registry: Registry? = nil, data: (any DataSource)? = nil, threadCount: Int? = nil,
    device: Device? = nil, warn: (String) -> Void = { _ in }
  ) throws {
    try self.init(
      contents: SavedRun(path, warn: warn).contents, registry: registry ?? .builtIn(), data: data,
      threadCount: threadCount, device: device)
  }

  /// Goes on from the contents of a checkpoint.
  public convenience init(
    contents: CheckpointContents, registry: Registry, data: (any DataSource)? = nil, threadCount: Int? = nil, device: Device? = nil
  ) throws {
    let run = try StoredRun(contents, registry: registry)
    try self.init(
      run.composition, data: data ?? run.data, batchSize: run.batchSize, seed: run.seed, threadCount: threadCount, device: device)
    guard run.matches(fingerprint: samples.fingerprint) else {
      throw NetworkError(
        "the data is not what the run was trained on: its digest is \(samples.fingerprint), the checkpoint's \(run.fingerprint); pass the same data, or start a new run"
      )
    }
    try restore(
      state: contents.trainingState(), step: contents.step, history: History(contents), observations: Observations(contents),
      good: contents.goodState())
  }

  /// What differs between here and where a checkpoint was made, of what the exact bytes of training depend on: one phrase each, such as
  /// "threads: 2 here, 1 there"; empty where a resumed run gives the bytes of one that never stopped.
  public func environmentDifferences(from contents: CheckpointContents) -> [String] {
    guard let json = contents.configuration("environment"),
      let there = try? JSONDecoder().decode(JSONValue.self, from: Data(json.utf8)).members
    else { return [] }
    let here = environment.members
    return here.keys.sorted().compactMap { name in
      guard let ours = here[name], let theirs = there[name], ours != theirs else { return nil }
      return "\(name): \(Self.plain(ours)) here, \(Self.plain(theirs)) there"
    }
  }

  private static func plain(_ value: JSONValue) -> String {
    switch value {
    case .string(let text): text
    case .integer(let number): String(number)
    default: (try? value.text()) ?? ""
    }
  }
}

extension CheckpointContents {
  /// The tensors of the training state, without the metric history.
  ///
  /// - Throws: `NetworkError` for a tensor of a type that no state has.
  public func trainingState() throws -> Parameters {
    try Parameters(
      tensors.filter { tensor in !["metrics/", "data/", "state/recovery/"].contains { tensor.path.hasPrefix($0) } }.map {
        ($0.path, try $0.tensor())
      })
  }

  /// The earlier state that a `Recovery` goes back to, where the run keeps one.
  func goodState() throws -> (step: Int, state: Parameters)? {
    let prefix = "state/recovery/"
    guard let step = try tensor("state/recovery/step")?.values(as: Int64.self).first else { return nil }
    let state = try tensors.filter { $0.path.hasPrefix(prefix) && $0.path != prefix + "step" }.map {
      (String($0.path.dropFirst(prefix.count)), try $0.tensor())
    }
    return (Int(step), Parameters(state))
  }
}
