import Rival

/// What there is to say of a component type.
struct ComponentDescription {
  private let type: any Component.Type
  private let registry: Registry
  /// What it is for.
  let kind: ComponentKind
  /// Its stable name.
  var name: String { type.name }
  /// What it does, as one line.
  var summary: String { type.summary }
  /// What people call it besides, separated by commas.
  var aliases: String { type.aliases.keys.sorted().joined(separator: ", ") }

  init(_ type: any Component.Type, registry: Registry) {
    self.type = type
    self.registry = registry
    kind = ComponentKind(type)
  }

  /// All components of a registry, in its order.
  static func all(_ registry: Registry) throws -> [ComponentDescription] {
    try registry.names.map { ComponentDescription(try registry.type(named: $0), registry: registry) }
  }

  /// A command that uses it; `nil` where none takes it.
  private var example: String? {
    ComponentExample(type, registry: registry).arguments.map(CommandContext.current.commandLine)
  }

  /// The description for people.
  func lines() throws -> [String] {
    var lines = ["\(name), \(kind.phrase)", "", "  \(type.summary)"]
    if !type.equation.isEmpty { lines += ["", "  \(type.equation)"] }
    if !type.reference.isEmpty { lines += ["", "  \(type.reference)"] }
    for alias in type.aliases.keys.sorted() {
      let remark = type.aliases[alias] ?? ""
      lines += ["", "Also called \(alias)" + (remark.isEmpty ? "." : "; \(remark).")]
    }
    let needs = requirements.phrases
    if !needs.isEmpty { lines += ["", "Needs \(needs.joined(separator: "; "))."] }
    let fields = try registry.fields(of: type)
    lines += ["", fields.isEmpty ? "No fields." : "Fields:"]
    let width = fields.map(\.name.count).max() ?? 0
    for field in fields {
      let gap = String(repeating: " ", count: width - field.name.count + 2)
      lines.append("  \(field.name)\(gap)\(field.accepted); by default \(ComponentDescription.text(field.defaultValue))")
      if !field.meaning.isEmpty { lines.append("  " + String(repeating: " ", count: width + 2) + field.meaning) }
    }
    if let cost = ComponentCost(type) { lines += ["", "Costs \(cost.text)."] }
    if let swift { lines += ["", "In Swift:", "  \(swift)"] }
    if let example { lines += ["", "Example:", "  \(example)"] }
    return lines
  }

  /// The component with its default fields as a program makes it; `nil` for what a program does not make by itself.
  private var swift: String? {
    switch kind {
    case .rule, .other, .composition: nil
    default: try? SwiftComponent.text(type.init())
    }
  }

  /// A row of the catalogue.
  func tableRow() throws -> String {
    func cell(_ text: String) -> String { text.replacing("|", with: "\\|").replacing("\n", with: " ") }
    let fields = try registry.fields(of: type).map { "`\($0.name)` \(ComponentDescription.text($0.defaultValue))" }
    let equation = type.equation.isEmpty ? "" : "`\(type.equation)`"
    return "| `\(name)` | \(cell(type.summary)) | \(cell(equation)) | \(cell(type.reference)) | \(cell(fields.joined(separator: ", "))) |"
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
      "aliases": .array(type.aliases.keys.sorted().map { .string($0) }),
      "fields": .object(try ComponentFields.fields(of: type.init())), "example": .optional(example), "swift": .optional(swift),
      "cost": .optional(ComponentCost(type)?.text),
      "fieldDescriptions": .array(
        try registry.fields(of: type).map { field in
          .object([
            "name": .string(field.name), "accepts": .string(field.accepted), "default": field.defaultValue,
            "meaning": .string(field.meaning),
          ])
        }),
    ])
  }

  private static func text(_ value: JSONValue) -> String {
    switch value {
    case .string(let text) where text.isEmpty: "empty"
    case .array(let values) where values.isEmpty: "empty"
    case .object: "\(value.plain)"
    default: value.plain
    }
  }
}
