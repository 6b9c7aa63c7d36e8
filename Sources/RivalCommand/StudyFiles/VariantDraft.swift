import Rival

/// Variants as a study file says them, before they are made of components: a text each, and a name where one is given.
struct VariantDraft: Equatable {
  /// The label; the text where none is given.
  var name: String?
  /// The variant as `--variants` takes it.
  var text: String

  /// The drafts of an ablation by leaving each component out: all components, and all but one.
  static func leavingOneOut(_ components: [String]) -> [VariantDraft] {
    let all = VariantDraft(text: components.joined(separator: "+"))
    let rest = components.indices.map { left in
      VariantDraft(text: components.indices.filter { $0 != left }.map { components[$0] }.joined(separator: "+"))
    }
    return [VariantDraft(text: Variant.baselineLabel), all] + rest.filter { !$0.text.isEmpty }
  }

  /// The drafts of an ablation by pairs: each component alone, and every two together.
  static func pairwise(_ components: [String]) -> [VariantDraft] {
    let pairs = components.indices.flatMap { first in
      components[(first + 1)...].map { VariantDraft(text: "\(components[first])+\($0)") }
    }
    return [VariantDraft(text: Variant.baselineLabel)] + components.map { VariantDraft(text: $0) } + pairs
  }

  /// The variant itself.
  func variant(_ registry: Registry) throws -> Variant {
    var variant = try Variant(parsing: text, registry: registry)
    if let name { variant.label = name }
    return variant
  }

  /// The drafts with every value of the fields that have several: `gamma=0.1|1|10`.
  func expanded() throws -> [VariantDraft] {
    let texts = try VariantList.split(text)
    guard let name, texts.count > 1 else { return texts.map { VariantDraft(name: name, text: $0) } }
    let fields = texts.map { Set(Variant.parts(of: $0).flatMap { $0.split(whereSeparator: { ":,".contains($0) }).map(String.init) }) }
    let shared = fields.dropFirst().reduce(fields[0]) { $0.intersection($1) }
    return zip(texts, fields).map { VariantDraft(name: "\(name) \($1.subtracting(shared).sorted().joined(separator: ","))", text: $0) }
  }
}
