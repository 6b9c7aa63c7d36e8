/// A JSON configuration, stored under `/config`.
public struct StoredConfiguration: Sendable, Equatable {
  /// Its name: `generator`, `discriminator`, `training`, `environment`, …
  public var name: String
  /// JSON text, at most 16 MiB and 64 brackets deep; write it with sorted keys, so that equal values are equal bytes.
  public var json: String

  /// Creates a configuration.
  public init(name: String, json: String) {
    self.name = name
    self.json = json
  }
}

/// A group with its attributes.
public struct StoredGroup: Sendable, Equatable {
  /// Where it lies, such as `optimizers/generator`; no leading slash.
  public var path: String
  /// Its attributes, in creation order.
  public var attributes: [StoredAttribute]

  /// Creates a group.
  public init(path: String, attributes: [StoredAttribute] = []) {
    self.path = path
    self.attributes = attributes
  }
}

/// All that a checkpoint holds, as values; the same contents are always written as the same bytes.
public struct CheckpointContents: Sendable, Equatable {
  /// Which program wrote it, such as `rival 1.0.0`.
  public var producer: String
  /// Training steps done, at least 0.
  public var step: Int
  /// Passes over the data begun, at least 0.
  public var epoch: Int
  /// The number by which the best checkpoints are kept; `nil` if there was no evaluation.
  public var retentionMetric: Double?
  /// That another tool changed the contents on purpose, and what, step by step; `nil` where none did. It is kept in every later checkpoint.
  public var edited: String?
  /// JSON texts, in order.
  public var configurations: [StoredConfiguration]
  /// Groups with attributes, or empty ones, in creation order; groups on the way to a tensor need no entry.
  ///
  /// What was read lists every group.
  public var groups: [StoredGroup]
  /// Tensors, in order.
  public var tensors: [StoredTensor]

  /// Creates contents; whether they can be written is checked when they are.
  public init(
    producer: String, step: Int, epoch: Int = 0, retentionMetric: Double? = nil, edited: String? = nil,
    configurations: [StoredConfiguration] = [], groups: [StoredGroup] = [], tensors: [StoredTensor] = []
  ) {
    self.producer = producer
    self.step = step
    self.epoch = epoch
    self.retentionMetric = retentionMetric
    self.edited = edited
    self.configurations = configurations
    self.groups = groups
    self.tensors = tensors
  }

  /// The tensor at `path`, if there is one.
  public func tensor(_ path: String) -> StoredTensor? { tensors.first { $0.path == path } }

  /// The group at `path`, if it is listed.
  public func group(_ path: String) -> StoredGroup? { groups.first { $0.path == path } }

  /// The JSON text called `name`, if there is one.
  public func configuration(_ name: String) -> String? { configurations.first { $0.name == name }?.json }

  /// The same contents as a reader returns them: every group listed, and in each group the tensors before the groups.
  ///
  /// - Throws: `CheckpointError` of kind `invalidContents`, as writing would.
  public func canonical() throws -> CheckpointContents {
    var result = self
    if let metric = retentionMetric, metric.isNaN { result.retentionMetric = nil }
    (result.groups, result.tensors) = try ContentsTree(self).listed()
    return result
  }

  /// Writes down that the contents were changed by another tool; `objects` do not match their checksums.
  mutating func note(edit objects: [String]) {
    let names = objects.prefix(20).joined(separator: ", ") + (objects.count > 20 ? " and \(objects.count - 20) more" : "")
    let text = "at step \(step): " + (objects.isEmpty ? "repacked" : names)
    // The latest edits are told, as many as an attribute has room for.
    let all = (edited.map { $0 + "; " } ?? "") + text
    edited = all.utf8.count <= 4_000 ? all : "…; " + text
  }
}
