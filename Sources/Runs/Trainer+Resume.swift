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
    try fields.forEach(StoredRun.check)
    let component = try registry.component(registry.decode(StoredComponent.self, from: JSONEncoder().encode(stored)))
    guard let data = component as? any DataSource else {
      throw ComponentError("'\(component.name)' stands where the data belongs, but is no data source")
    }
    self.data = data
    self.fingerprint = fingerprint
    guard (1...Int64(Int32.max)).contains(batchSize) else {
      throw NetworkError("'/config/training' has the batch size \(batchSize), but it must be from 1 to \(Int32.max)")
    }
    self.batchSize = Int(batchSize)
    self.seed = seed
  }

  /// Refuses what no data has, so that nothing is made room for that a file merely claims.
  private static func check(_ field: Field) throws {
    var numbers = 1
    for extent in field.shape {
      let (product, overflow) = numbers.multipliedReportingOverflow(by: extent)
      guard extent >= 0, !overflow, product <= Int(Int32.max) else {
        throw NetworkError("'/config/training' has the field \(field), but a sample has at most \(Int32.max) numbers")
      }
      numbers = product
    }
    guard (field.classCount ?? 0) <= 1 << 20, field.frequencies.isEmpty || field.frequencies.count == field.classCount else {
      throw NetworkError("'/config/training' has the field \(field), but there are at most \(1 << 20) classes, each with its frequency")
    }
  }

  /// The composition, where it is a GAN.
  public var gan: GAN? { composition as? GAN }

  /// Throws where samples are not what the run was trained on.
  func requireData(of samples: any Samples) throws {
    guard matches(fingerprint: samples.fingerprint) else {
      throw NetworkError(
        "the data is not what the run was trained on: its digest is \(samples.fingerprint), the checkpoint's \(fingerprint); pass the same data, or start a new run"
      )
    }
  }

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
  ///   - threadCount: as in ``init(_:data:batchSize:seed:threadCount:device:checking:)``.
  ///   - device: as there.
  ///   - verification: `edited` for a file that another tool changed on purpose.
  ///   - warn: told of damaged files that were passed over.
  /// - Throws: `CheckpointError` for a file that is missing, damaged or no checkpoint; `ComponentError` for components that the registry
  ///   lacks; `NetworkError` where state, composition or data do not fit together.
  public convenience init(
    resuming path: String, registry: Registry? = nil, data: (any DataSource)? = nil, threadCount: Int? = nil,
    device: Device? = nil, verification: CheckpointFile.Verification = .full, warn: (String) -> Void = { _ in }
  ) throws {
    try self.init(
      contents: SavedRun(path, verification: verification, warn: warn).contents, registry: registry ?? .builtIn(), data: data,
      threadCount: threadCount, device: device)
  }

  /// Goes on from the contents of a checkpoint.
  public convenience init(
    contents: CheckpointContents, registry: Registry, data: (any DataSource)? = nil, threadCount: Int? = nil, device: Device? = nil
  ) throws {
    try self.init(StoredRun(contents, registry: registry), contents: contents, data: data, threadCount: threadCount, device: device)
  }

  /// Goes on from the contents of a checkpoint, of which the run was read already.
  ///
  /// The data is compared before anything is built.
  public convenience init(
    _ run: StoredRun, contents: CheckpointContents, data: (any DataSource)? = nil, threadCount: Int? = nil, device: Device? = nil
  ) throws {
    try self.init(
      run.composition, data: data ?? run.data, batchSize: run.batchSize, seed: run.seed, threadCount: threadCount, device: device
    ) { try run.requireData(of: $0) }
    try stand(at: contents)
  }

  /// Goes where a checkpoint of this very run stands; composition, data, batch size and seed must be those of this trainer.
  ///
  /// - Parameter registry: the components that the checkpoint may name.
  /// - Throws: `NetworkError` that says in which components and fields the two runs differ, or what the checkpoint lacks.
  public func restore(_ contents: CheckpointContents, registry: Registry) throws {
    let differences = try differences(from: StoredRun(contents, registry: registry), contents)
    guard differences.isEmpty else {
      let more = differences.count > 12 ? "; and \(differences.count - 12) more" : ""
      throw NetworkError(
        "the checkpoint is of another run (here | there): \(differences.prefix(12).joined(separator: "; "))\(more); go on with the composition that made it, or start a new run"
      )
    }
    try stand(at: contents)
  }

  /// What another run has in other components and fields, one phrase each, such as "composition.fields.heuristics[0 r1-penalty].fields.gamma: 1 | 3".
  private func differences(from run: StoredRun, _ contents: CheckpointContents) throws -> [String] {
    func description(
      _ composition: any Composition, _ networks: [StoredConfiguration], _ data: any DataSource, _ fingerprint: String, _ batchSize: Int,
      _ seed: UInt64
    ) throws -> CheckpointContents {
      // Diagnostics change nothing.
      let stored = try StoredComposition(composition.replacing(diagnostics: []))
      let training = JSONValue.object([
        "composition": stored.json, "data": try JSONValue(encoding: StoredComponent(data)), "fingerprint": .string(fingerprint),
        "batchSize": .integer(Int64(batchSize)), "seed": .string(String(seed)),
      ])
      return CheckpointContents(
        producer: "", step: 0, configurations: networks + [StoredConfiguration(name: "training", json: try training.text())])
    }
    let stored = try StoredComposition(composition)
    let here = try game.networks.map { StoredConfiguration(name: $0.name, json: try stored.configuration(of: $0).text()) }
    let there = contents.configurations.filter { configuration in here.contains { $0.name == configuration.name } }
    let fingerprint = run.matches(fingerprint: samples.fingerprint) ? samples.fingerprint : run.fingerprint
    let difference = CheckpointDifference(
      try description(composition, here, data, samples.fingerprint, batchSize, seed),
      try description(run.composition, there, run.data, fingerprint, run.batchSize, run.seed))
    return difference.configurations.map { value in
      let path = value.path.replacing("/config/training.", with: "").replacing("/config/", with: "")
      return "\(path): \(value.left ?? "none") | \(value.right ?? "none")"
    }
  }

  /// Takes over state, history and readings.
  private func stand(at contents: CheckpointContents) throws {
    guard contents.tensor("metrics/train/step") != nil else {
      throw NetworkError("the checkpoint lacks '/metrics/train', the history of the run; use another checkpoint")
    }
    let good = try contents.goodState()
    if good == nil, composition.heuristics.contains(where: { $0 is any Recovery }) {
      throw NetworkError("the checkpoint lacks '/state/recovery', the state that a rollback goes back to; use another checkpoint")
    }
    try restore(
      state: contents.trainingState(), step: contents.step, history: History(contents), observations: Observations(contents), good: good,
      digests: StateDigests(contents))
    edited = contents.edited
    lineage = contents.lineage
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
  /// Where the run left others, the first one first.
  public var lineage: [Branch] {
    guard let json = configuration("training"), let training = try? JSONDecoder().decode(JSONValue.self, from: Data(json.utf8)).members,
      let stored = training["lineage"]
    else { return [] }
    return (try? JSONDecoder().decode([Branch].self, from: JSONEncoder().encode(stored))) ?? []
  }

  /// The tensors of the training state, without the metric history.
  ///
  /// - Throws: `NetworkError` for a tensor of a type that no state has.
  public func trainingState() throws -> Parameters {
    try Parameters(
      stateTensors.map { ($0.path, try $0.tensor()) })
  }

  /// The earlier state that a `Recovery` goes back to, where the run keeps one.
  func goodState() throws -> (step: Int, state: Parameters)? {
    let prefix = "state/recovery/"
    guard let step = try tensor("state/recovery/step")?.values(as: Int64.self).first else { return nil }
    // It is copied every hundred rounds, so that what came after can be played again.
    guard (0...Int64(self.step)).contains(step), Int64(self.step) - step <= 10_000 else {
      throw NetworkError("'/state/recovery/step' is \(step), but must lie at most 10000 rounds before step \(self.step)")
    }
    let state = try tensors.filter { $0.path.hasPrefix(prefix) && $0.path != prefix + "step" }.map {
      (String($0.path.dropFirst(prefix.count)), try $0.tensor())
    }
    return (Int(step), Parameters(state))
  }
}
