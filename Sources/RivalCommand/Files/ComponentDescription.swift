import Rival

/// What there is to say of a component type.
struct ComponentDescription {
  private let type: any Component.Type
  /// What it is for.
  let kind: ComponentKind
  /// Its stable name.
  var name: String { type.name }
  /// What it does, as one line.
  var summary: String { type.summary }

  init(_ type: any Component.Type) {
    self.type = type
    kind = ComponentKind(type)
  }

  /// All components of a registry, in its order.
  static func all(_ registry: Registry) throws -> [ComponentDescription] {
    try registry.names.map { ComponentDescription(try registry.type(named: $0)) }
  }

  private func fields() throws -> [(name: String, value: JSONValue)] {
    let fields = try ComponentFields.fields(of: type.init())
    return fields.keys.sorted().compactMap { name in fields[name].map { (name, $0) } }
  }

  /// How it is written on the command line, with the fields that have a short form at their defaults.
  private func example() throws -> String {
    let items = try fields().compactMap { field in
      switch field.value {
      case .array, .object: nil as String?
      case .string(let text) where text.isEmpty: nil
      default: "\(field.name)=\(field.value.plain)"
      }
    }
    return items.isEmpty ? name : "\(name):\(items.joined(separator: ","))"
  }

  /// The description for people.
  func lines() throws -> [String] {
    var lines = ["\(name), \(kind.phrase)", "", "  \(type.summary)"]
    if !type.equation.isEmpty { lines += ["", "  \(type.equation)"] }
    if !type.reference.isEmpty { lines += ["", "  \(type.reference)"] }
    let needs = requirements.phrases
    if !needs.isEmpty { lines += ["", "Needs \(needs.joined(separator: "; "))."] }
    let fields = try fields()
    lines += ["", fields.isEmpty ? "No fields." : "Fields, with their defaults:"]
    let width = fields.map(\.name.count).max() ?? 0
    for field in fields {
      let gap = String(repeating: " ", count: width - field.name.count + 2)
      lines.append("  \(field.name)\(gap)\(ComponentDescription.text(field.value))")
    }
    if let option = kind.option {
      lines += ["", "Example:", "  \(option) \(ShellText.quoted(try example()))"]
    }
    return lines
  }

  /// What it asks of samples, where it is a metric or a kind of features.
  private var requirements: SampleRequirements {
    switch type.init() {
    case let metric as any Metric: metric.requirements
    case let features as any FeatureChoice: features.requirements
    default: SampleRequirements()
    }
  }

  /// The description for machines.
  func document() throws -> JSONValue {
    .object([
      "name": .string(name), "kind": .string(kind.rawValue), "summary": .string(type.summary),
      "equation": .string(type.equation), "needs": .array(requirements.phrases.map { .string($0) }), "reference": .string(type.reference),
      "fields": .object(try ComponentFields.fields(of: type.init())), "example": .string(try example()),
    ])
  }

  private static func text(_ value: JSONValue) -> String {
    switch value {
    case .string(let text) where text.isEmpty: "empty"
    case .object: "\(value.plain)  (set in Swift)"
    default: value.plain
    }
  }
}
