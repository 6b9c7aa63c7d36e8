import Adversarial
import Components
import Datasets
import Networks
import Tensors

/// Several data sources side by side, each in an order of its own: the two domains of a CycleGAN.
///
/// ```swift
/// UnpairedSources(["ring": RingOfGaussians(), "roll": SwissRoll()])
/// ```
///
/// The samples of a source become the field of its name, its other fields follow as `name.field`, such as `ring.label`. Nothing ties one
/// source's samples to another's.
public struct UnpairedSources: DataSource {
  public static let name = "unpaired"
  public static let summary = "Several data sources side by side, each in an order of its own."
  public static let fieldDescriptions = [
    "sources": "The sources, in order; the first one's samples are the data's first field"
  ]

  /// One source and its name.
  public struct Entry: Sendable {
    public var name: String
    public var source: any DataSource
  }

  /// The sources, in order; the first one's samples are the data's first field.
  public var sources: [Entry]

  /// Creates the source; names are letters, digits and hyphens, each once.
  public init(_ sources: KeyValuePairs<String, any DataSource>) {
    self.sources = sources.map { Entry(name: $0.key, source: $0.value) }
  }

  /// No sources: opening them is an error.
  public init() { sources = [] }

  public func validateFields() throws {
    guard Set(sources.map(\.name)).count == sources.count else {
      throw FieldCheck.error(name, "sources", sources.map(\.name), "a list of names that differ")
    }
    for entry in sources {
      try StatePath.check(name: entry.name, of: "a source")
      try entry.source.validateFields()
    }
  }

  public func opened() throws -> any Samples {
    try validateFields()
    guard !sources.isEmpty else { throw DataError("\(name) has no sources", remedy: "give it at least one, with a name") }
    return UnpairedSamples(try sources.map { ($0.name, try $0.source.opened()) })
  }
}

extension UnpairedSources {
  private struct Stored: Codable {
    var name: String
    var source: StoredComponent
  }

  private enum CodingKeys: String, CodingKey { case sources }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    sources = try container.decode([Stored].self, forKey: .sources).map { stored in
      guard let source = try stored.source.component(in: decoder) as? any DataSource else {
        throw ComponentError("'\(stored.source.name)' stands among the sources of \(Self.name), but is no data source")
      }
      return Entry(name: stored.name, source: source)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(sources.map { Stored(name: $0.name, source: try StoredComponent($0.source)) }, forKey: .sources)
  }
}

/// Batches of ``UnpairedSources``.
private struct UnpairedSamples: Samples {
  let parts: [(name: String, samples: any Samples)]
  let fields: [Field]
  let fingerprint: String

  init(_ parts: [(String, any Samples)]) {
    self.parts = parts
    fields = parts.flatMap { name, samples in
      samples.fields.enumerated().map { index, field in
        var field = field
        field.name = index == 0 ? name : "\(name).\(field.name)"
        return field
      }
    }
    fingerprint = ContentDigest.hexadecimal(of: parts.map { "\($0.0) \($0.1.fingerprint)" }.joined(separator: ", "))
  }

  /// That of the largest source, after which all have been gone through; `nil` where one is drawn anew for ever.
  var count: Int? {
    let counts = parts.compactMap(\.samples.count)
    return counts.count == parts.count ? counts.max() : nil
  }

  var modes: ModeDescription? { parts[0].samples.modes }

  var heldOut: (any Samples)? {
    let held = parts.compactMap { part in part.samples.heldOut.map { (part.name, $0) } }
    return held.count == parts.count ? UnpairedSamples(held) : nil
  }

  var unaugmented: any Samples { UnpairedSamples(parts.map { ($0.name, $0.samples.unaugmented) }) }

  var notices: [String] { parts.flatMap { name, samples in samples.notices.map { "\(name): \($0)" } } }

  func fill(_ batch: BatchMemory, index: Int, key: Key) {
    var first = 0
    for (name, samples) in parts {
      samples.fill(BatchMemory(samples.fields, in: batch, from: first), index: index, key: key.derived(name))
      first += samples.fields.count
    }
  }
}
