import Foundation
import Rival

/// What there is to say of a checkpoint: where it stands, who plays, what it is made of, and how large it is.
///
/// It is read from the file alone: components that this program lacks are shown like any others.
struct CheckpointSummary {
  private let path: String
  private let contents: CheckpointContents
  private let training: [String: JSONValue]
  private let digest: String
  private let recordedDigest: String
  private let fileBytes: Int

  init(_ saved: SavedRun) {
    path = saved.path
    contents = saved.contents
    training = CheckpointSummary.configuration("training", contents)
    recordedDigest = saved.comparison.header.digestText
    digest =
      switch saved.comparison.state {
      case .valid: "valid"
      case .truncated: "truncated"
      case .extended: "extended"
      case .changed: "changed"
      }
    fileBytes = saved.comparison.fileLength
  }

  /// A player, or the average of one.
  private struct Network {
    var name: String
    var parameters: Int
    var tensors: Int
    var layers: [(name: String, fields: JSONValue)]
  }

  private var networks: [Network] {
    var names: [String] = []
    for tensor in contents.tensors {
      let parts = tensor.path.split(separator: "/")
      if parts.count > 2, parts[1] == "params", !names.contains(String(parts[0])) { names.append(String(parts[0])) }
    }
    return names.map { name in
      let own = contents.tensors.filter { $0.path.hasPrefix(name + "/params/") }
      var layers: [(name: String, fields: JSONValue)] = []
      if case .array(let stored) = CheckpointSummary.configuration(name, contents)["layers"] {
        layers = stored.compactMap(CheckpointSummary.component)
      }
      return Network(
        name: name, parameters: own.reduce(0) { $0 + ($1.elementCount ?? 0) }, tensors: own.count, layers: layers)
    }
  }

  /// The fields of the composition; files of layout 1.0 hold a GAN's alone.
  private var fields: [String: JSONValue] {
    let composition = training["composition"]?.members ?? [:]
    return composition["fields"]?.members ?? composition
  }

  /// The parts of the composition with their role, in the order in which they are written.
  private var parts: [(role: String, name: String, fields: JSONValue)] {
    let composition = fields
    var parts: [(role: String, name: String, fields: JSONValue)] = []
    func add(_ role: String, _ stored: JSONValue?) {
      if let stored, let part = CheckpointSummary.component(stored) { parts.append((role, part.name, part.fields)) }
    }
    add("objective", composition["objective"])
    add("loss", composition["loss"])
    let optimizers = composition["optimizers"]?.members ?? [:]
    for player in optimizers.keys.sorted() { add("optimizer of the \(player)", optimizers[player]) }
    if case .array(let sides) = composition["sides"] {
      for side in sides { add("optimizer of the \(side.members["player"]?.plain ?? "player")", side.members["optimizer"]) }
    }
    add("update rule", composition["updateRule"])
    if case .array(let heuristics) = composition["heuristics"] { for stored in heuristics { add("heuristic", stored) } }
    add("data", training["data"])
    return parts
  }

  private var seed: String? {
    if case .string(let seed) = training["seed"] { return seed }
    return nil
  }

  /// The rounds after which digests of the state were recorded.
  private var digests: [Int] { (try? StateDigests(contents))?.steps ?? [] }

  private var stateBytes: Int { contents.tensors.reduce(0) { $0 + $1.bytes.count } }

  /// The lines for people.
  var lines: [String] {
    var lines = [
      path,
      "  step \(contents.step), epoch \(contents.epoch), seed \(seed ?? "unknown"), batch \(training["batchSize"]?.plain ?? "unknown")",
      "  written by \(contents.producer)",
      "  \(NumberText.fixed(Double(fileBytes), digits: 0)) bytes, \(contents.tensors.count) tensors of "
        + "\(NumberText.fixed(Double(stateBytes), digits: 0)) bytes",
      "  digest \(digest), SHA-256 \(recordedDigest)",
    ]
    if let edited = contents.edited { lines.append("  edited by another tool \(edited)") }
    for branch in contents.lineage { lines.append("  branched \(branch)") }
    if let first = digests.first, let last = digests.last {
      lines.append("  digests of the state after \(digests.count) rounds, from step \(first) to \(last), for 'replay'")
    }
    lines.append("")
    for network in networks {
      lines.append(
        "\(network.name): \(NumberText.fixed(Double(network.parameters), digits: 0)) parameters in \(network.tensors) tensors"
      )
      for layer in network.layers { lines.append("  \(CheckpointSummary.line(layer.name, layer.fields))") }
    }
    lines.append("")
    for part in parts { lines.append("\(part.role): \(CheckpointSummary.line(part.name, part.fields))") }
    return lines
  }

  /// What is trained, as a paragraph for a paper has it: networks with their layers, and all parts with all fields; heuristics apart.
  var description: (networks: [String], parts: [String]) {
    (
      networks.map { network in
        "\(network.name) (\(NumberText.fixed(Double(network.parameters), digits: 0)) parameters): "
          + network.layers.map { CheckpointSummary.line($0.name, $0.fields) }.joined(separator: ", ")
      }, parts.filter { $0.role != "heuristic" }.map { "\($0.role): \(CheckpointSummary.line($0.name, $0.fields))" }
    )
  }

  /// The version of the program that wrote it, and what the numbers depend on: `rival 0.1.0; threads: 1, …`.
  var environment: String {
    let known = CheckpointSummary.configuration("environment", contents)
    return ([contents.producer] + known.keys.sorted().map { "\($0): \(known[$0]?.plain ?? "")" }).joined(separator: "; ")
  }

  /// The document for machines.
  var document: JSONValue {
    .object([
      "path": .string(path), "step": .count(contents.step), "epoch": .count(contents.epoch), "seed": .optional(seed),
      "batchSize": training["batchSize"] ?? .null, "producer": .string(contents.producer),
      "edited": .optional(contents.edited), "digestSteps": .array(digests.map { .count($0) }),
      "lineage": .array(
        contents.lineage.map { branch in
          .object([
            "step": .count(branch.step), "changes": .array(branch.changes.map { .string($0) }), "checkpoint": .string(branch.checkpoint),
          ])
        }),
      "players": .array(
        networks.map { network in
          .object([
            "name": .string(network.name), "parameters": .count(network.parameters), "tensors": .count(network.tensors),
            "layers": .array(network.layers.map { .object(["name": .string($0.name), "fields": $0.fields]) }),
          ])
        }),
      "components": .array(
        parts.map { .object(["role": .string($0.role), "name": .string($0.name), "fields": $0.fields]) }),
      "fileBytes": .count(fileBytes), "tensorBytes": .count(stateBytes), "tensors": .count(contents.tensors.count),
      "digest": .object(["state": .string(digest), "sha256": .string(recordedDigest)]),
      "latent": fields["latent"] ?? .null, "fields": training["fields"] ?? .null,
      "dataFingerprint": training["fingerprint"] ?? .null,
      "environment": .object(CheckpointSummary.configuration("environment", contents)),
    ])
  }

  private static func configuration(_ name: String, _ contents: CheckpointContents) -> [String: JSONValue] {
    guard let json = contents.configuration(name),
      let value = try? JSONDecoder().decode(JSONValue.self, from: Data(json.utf8))
    else { return [:] }
    return value.members
  }

  private static func component(_ stored: JSONValue) -> (name: String, fields: JSONValue)? {
    guard case .string(let name) = stored.members["name"] else { return nil }
    return (name, stored.members["fields"] ?? .object([:]))
  }

  /// `name(field: value, …)`, fields in alphabetical order.
  static func line(_ name: String, _ fields: JSONValue) -> String {
    let members = fields.members
    if members.isEmpty { return name }
    return name + "(" + members.keys.sorted().map { "\($0): \(members[$0]?.plain ?? "")" }.joined(separator: ", ") + ")"
  }
}
