import Rival

/// All components of a registry as one Markdown page: `plugins catalogue`, and `Docs/catalogue.md`.
enum CataloguePage {
  static func text(_ registry: Registry) throws -> String {
    let descriptions = try ComponentDescription.all(registry)
    var lines = [
      "# Catalogue", "",
      "All components that come with Rival, \(descriptions.count) of them, written by `rival plugins catalogue`. `rival plugins describe NAME` says more of one: what each field means and takes, "
        + "what it costs, examples.", "",
    ]
    let kinds = ComponentKind.allCases.filter { kind in descriptions.contains { $0.kind == kind } }
    lines.append(
      kinds.map { kind in
        "[\(kind.plural)](#\(kind.plural.lowercased().map { $0 == " " ? "-" : String($0) }.joined())) \(descriptions.count { $0.kind == kind })"
      }.joined(separator: " · "))
    for kind in kinds {
      lines += ["", "## \(kind.plural)", "", "| name | what it does | equation | from | fields |", "|---|---|---|---|---|"]
      for description in descriptions where description.kind == kind { lines.append(try description.tableRow()) }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
